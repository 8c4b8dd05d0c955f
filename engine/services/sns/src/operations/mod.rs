//! The operations, one file per group.

mod batch;
mod permissions;
mod publish;
mod subscription_attributes;
mod subscriptions;
mod tags;
mod topics;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use service::ServiceError;

use crate::error;

/// Reads an operation's input. What members it lacks the operation tells itself.
pub(crate) fn parse<T: DeserializeOwned>(input: Value) -> Result<T, ServiceError> {
    serde_json::from_value(input).map_err(|failure| ServiceError::client("MalformedInput", failure.to_string()))
}

/// A required member; `name` is how the service model spells it in complaints.
pub(crate) fn required<T>(member: Option<T>, name: &str) -> Result<T, ServiceError> {
    member.ok_or_else(|| error::missing(name))
}

/// The input of operations that only name a topic, and that of those that list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfTopic {
    topic_arn: Option<String>,
    next_token: Option<String>,
}

/// How many are listed at once.
const PAGE: usize = 100;

/// A page of what is listed in the order of their ARNs; the token is the last ARN of the page before.
pub(crate) fn page<T>(
    all: impl Iterator<Item = T>,
    after: Option<&str>,
    arn_of: impl Fn(&T) -> &str,
) -> (Vec<T>, Option<String>) {
    let after = after.unwrap_or_default();
    let mut rest = all.filter(|item| arn_of(item) > after).peekable();
    let shown: Vec<T> = rest.by_ref().take(PAGE).collect();
    let next = rest.peek().and_then(|_| shown.last().map(|last| arn_of(last).to_owned()));
    (shown, next)
}
