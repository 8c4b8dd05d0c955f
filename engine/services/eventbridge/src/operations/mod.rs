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

/// Refuses a text that is longer than AWS's model has it.
fn check_length(text: Option<&str>, member: &str, longest: usize) -> Result<(), ServiceError> {
    match text {
        Some(text) if text.chars().count() > longest => {
            let rule = format!("Member must have length less than or equal to {longest}");
            Err(error::constraint(text, member, &rule))
        }
        _ => Ok(()),
    }
}

/// Refuses a text that is none of those that AWS's model lists.
fn check_listed(text: Option<&str>, member: &str, listed: &[&str]) -> Result<(), ServiceError> {
    match text {
        Some(text) if !listed.contains(&text) => {
            let rule = format!("Member must satisfy enum value set: [{}]", listed.join(", "));
            Err(error::constraint(text, member, &rule))
        }
        _ => Ok(()),
    }
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
    limit: Option<i64>,
}

impl Page {
    fn parse(input: Value) -> Result<Self, ServiceError> {
        let page: Self = parse(input)?;
        let refused = |limit, rule: &str| Err(error::constraint(limit, "limit", rule));
        match page.limit {
            Some(limit) if limit < 1 => refused(limit, "Member must have value greater than or equal to 1"),
            Some(limit) if limit > 100 => refused(limit, "Member must have value less than or equal to 100"),
            _ => Ok(page),
        }
    }

    /// The page of `items` (in the order of their names) in a member; the token is the last name of the page before.
    fn of(&self, member: &str, items: impl IntoIterator<Item = (String, Value)>) -> Value {
        let prefix = self.name_prefix.as_deref().unwrap_or_default();
        let after = self.next_token.as_deref().unwrap_or_default();
        let mut rest =
            items.into_iter().filter(|(name, _)| name.starts_with(prefix) && name.as_str() > after).peekable();
        let (mut last, mut shown) = (None, Vec::new());
        let most = self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
        for (name, item) in rest.by_ref().take(most) {
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
