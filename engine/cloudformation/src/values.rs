//! Values from Parameter Store: parameters of that type, and dynamic references.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use service::Services;

use crate::error::CloudFormationError;
use crate::place::Spot;

const OPEN: &str = "{{resolve:";

/// Where values come from.
pub(crate) struct Values<'a> {
    pub(crate) services: &'a Services,
    /// Those that these stacks have written, by name.
    pub(crate) written: &'a BTreeMap<String, String>,
}

impl Values<'_> {
    /// The value of a parameter in Parameter Store.
    pub(crate) async fn parameter(&self, name: &str, spot: &dyn Fn() -> Spot) -> Result<String, CloudFormationError> {
        if let Some(value) = self.written.get(name) {
            return Ok(value.clone());
        }
        let missing = |why: String| CloudFormationError::Value { spot: spot(), reason: why };
        let input = json!({"Name": name, "WithDecryption": true});
        match self.services.call("ssm", "GetParameter", input).await {
            Ok(answer) => Ok(answer["Parameter"]["Value"].as_str().unwrap_or_default().to_owned()),
            Err(error) if error.code.starts_with("Parameter") => Err(missing(format!(
                "Parameter Store has no parameter {name}, and none of the templates writes it; `aws ssm put-parameter` can"
            ))),
            Err(error) => Err(missing(format!("the parameter {name} can't be read: {error}"))),
        }
    }

    /// Puts the values of dynamic references in their place, wherever they are in a resource's properties.
    pub(crate) async fn resolve(
        &self,
        properties: &mut Map<String, Value>,
        spot: &dyn Fn() -> Spot,
    ) -> Result<(), CloudFormationError> {
        let mut found = BTreeMap::new();
        properties.values().for_each(|value| references(value, &mut found));
        for (reference, value) in &mut found {
            *value = self.dynamic(reference, spot).await?;
        }
        if !found.is_empty() {
            properties.values_mut().for_each(|value| replace(value, &found));
        }
        Ok(())
    }

    async fn dynamic(&self, reference: &str, spot: &dyn Fn() -> Spot) -> Result<String, CloudFormationError> {
        let inner = reference.trim_start_matches(OPEN).trim_end_matches("}}");
        match inner.split_once(':') {
            Some(("ssm" | "ssm-secure", name)) => self.parameter(name, spot).await,
            _ => Err(CloudFormationError::Value {
                spot: spot(),
                reason: format!("sluice resolves dynamic references to ssm and ssm-secure only, not {reference}"),
            }),
        }
    }
}

/// The dynamic references in a text: `{{resolve:ssm:/name}}`.
pub(crate) fn in_text(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices(OPEN).map(|(start, _)| start);
    starts.filter_map(move |start| text[start..].find("}}").map(|end| &text[start..start + end + 2]))
}

fn references(value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => found.extend(in_text(text).map(|reference| (reference.to_owned(), String::new()))),
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        Value::Object(members) => members.values().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn replace(value: &mut Value, found: &BTreeMap<String, String>) {
    match value {
        Value::String(text) if text.contains(OPEN) => {
            *text = found.iter().fold(std::mem::take(text), |text, (reference, value)| text.replace(reference, value));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, found)),
        Value::Object(members) => members.values_mut().for_each(|value| replace(value, found)),
        _ => {}
    }
}
