//! `AWS::SES::Template`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::tag_list;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-template.html>
pub(super) struct EmailTemplate;

#[async_trait]
impl Kind for EmailTemplate {
    /// It is a member of the property `Template`.
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Template", "Tags"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &[]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("ses", "CreateEmailTemplate"), ("ses", "UpdateEmailTemplate"), ("ses", "DeleteEmailTemplate")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = name(desired);
        let mut input = json!({"TemplateName": name, "TemplateContent": content(desired)});
        if desired.get("Tags").is_some() {
            input["Tags"] = tag_list(desired.get("Tags"), "Key", "Value");
        }
        aws.call("ses", "CreateEmailTemplate", input).await?;
        Ok(made(name))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = name(desired);
        if name != previous.physical_id {
            let made = self.create(aws, desired).await?;
            self.delete(aws, previous).await?;
            return Ok(made);
        }
        let input = json!({"TemplateName": name, "TemplateContent": content(desired)});
        aws.call("ses", "UpdateEmailTemplate", input).await?;
        Ok(made(name))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let named = previous.properties.get("Template").and_then(|template| template["TemplateName"].as_str());
        let name = named.unwrap_or(previous.physical_id);
        aws.delete("ses", "DeleteEmailTemplate", json!({"TemplateName": name})).await
    }
}

fn name(desired: &Desired<'_>) -> String {
    let given = desired.get("Template").and_then(|template| template["TemplateName"].as_str());
    given.map_or_else(|| desired.default_name.clone(), str::to_owned)
}

/// What it says: CloudFormation has the names of SES's first API.
fn content(desired: &Desired<'_>) -> Map<String, Value> {
    let part = |name: &str| desired.get("Template").and_then(|template| template.get(name)).cloned();
    [("Subject", "SubjectPart"), ("Text", "TextPart"), ("Html", "HtmlPart")]
        .into_iter()
        .filter_map(|(member, property)| Some((member.to_owned(), part(property)?)))
        .collect()
}

fn made(name: String) -> Made {
    Made { attributes: Map::from_iter([("Id".to_owned(), name.as_str().into())]), physical_id: name, notes: Vec::new() }
}
