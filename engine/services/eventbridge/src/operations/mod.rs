//! The operations, one file per group.

mod api_destinations;
mod archives;
mod buses;
mod connections;
mod events;
mod permissions;
mod replays;
mod requests;
mod rules;
mod tags;
mod targets;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::ServiceError;

use crate::bus::Tags;
use crate::error;

/// Reads an operation's input.
fn parse<T: DeserializeOwned>(input: Value) -> Result<T, ServiceError> {
    serde_json::from_value(input).map_err(|failure| ServiceError::client("SerializationException", failure.to_string()))
}

/// A member that must be there.
fn required<T>(value: Option<T>, member: &str) -> Result<T, ServiceError> {
    value.ok_or_else(|| error::missing(member))
}

/// A tag as AWS's model has it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

fn tags(list: Option<Vec<Tag>>) -> Tags {
    list.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// What every list operation is asked.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Page {
    name_prefix: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

impl Page {
    /// The page of `items` (in the order of their names) in a member; the token is the last name of the page before.
    fn of(&self, member: &str, items: impl IntoIterator<Item = (String, Value)>) -> Value {
        let prefix = self.name_prefix.as_deref().unwrap_or_default();
        let after = self.next_token.as_deref().unwrap_or_default();
        let mut rest =
            items.into_iter().filter(|(name, _)| name.starts_with(prefix) && name.as_str() > after).peekable();
        let (mut last, mut shown) = (None, Vec::new());
        for (name, item) in rest.by_ref().take(self.limit.unwrap_or(100).clamp(1, 100)) {
            last = Some(name);
            shown.push(item);
        }
        let mut answer = json!({ member: shown });
        if rest.peek().is_some() {
            answer["NextToken"] = last.into();
        }
        answer
    }
}

/// An object of the members that have a value.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
