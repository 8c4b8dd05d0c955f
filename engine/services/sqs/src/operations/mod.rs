//! The operations, one file per group.

mod batch;
mod delete;
pub(crate) mod move_tasks;
mod queues;
mod receive;
mod send;
mod settings;
mod tags;
mod visibility;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use service::ServiceError;

/// Reads an operation's input.
fn parse<T: DeserializeOwned>(input: Value) -> Result<T, ServiceError> {
    serde_json::from_value(input).map_err(|failure| ServiceError::client("SerializationException", failure.to_string()))
}

/// The input of operations that only name a queue.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfQueue {
    queue_url: Option<String>,
}

/// An integer, also when the query protocol left it as text.
#[derive(Clone, Copy)]
struct Integer(i64);

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        number.map(Self).ok_or_else(|| serde::de::Error::custom(format!("expected an integer, got {value}")))
    }
}
