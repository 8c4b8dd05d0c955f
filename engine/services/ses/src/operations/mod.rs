//! The operations, one file per group.

pub(crate) mod account;
pub(crate) mod configuration_sets;
pub(crate) mod identities;
pub(crate) mod send;
pub(crate) mod suppression;
pub(crate) mod tags;
pub(crate) mod templates;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::ServiceError;

use crate::error;

/// Reads an operation's input.
fn parse<T: DeserializeOwned>(input: Value) -> Result<T, ServiceError> {
    let input = if input.is_null() { json!({}) } else { input };
    serde_json::from_value(input).map_err(|failure| {
        let text = failure.to_string();
        match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(member) => error::missing(&lower_first(member)),
            None => error::bad_request(text),
        }
    })
}

fn lower_first(member: &str) -> String {
    let mut characters = member.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + characters.as_str())
}

/// What lists are asked for. Numbers in a URL are text.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PageOf {
    next_token: Option<String>,
    page_size: Option<Value>,
}

impl PageOf {
    /// Where the page begins: the last name of the one before.
    fn after(&self) -> &str {
        self.next_token.as_deref().unwrap_or_default()
    }

    /// The answer with as many of `items` as fit, spelled by `shown`, and the token for the rest.
    fn answer<T>(&self, member: &str, items: Vec<(String, T)>, shown: impl Fn(&str, T) -> Value) -> Value {
        let asked = self.page_size.as_ref().and_then(|size| match size {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        });
        let size = asked.map_or(100, |size| usize::try_from(size).unwrap_or(100)).clamp(1, 1000);
        let more = items.len() > size;
        let mut last = String::new();
        let mut page = Vec::new();
        for (name, item) in items.into_iter().take(size) {
            page.push(shown(&name, item));
            last = name;
        }
        let mut answer = json!({ member: page });
        if more {
            answer["NextToken"] = last.into();
        }
        answer
    }
}
