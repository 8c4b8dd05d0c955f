//! What EventBridge wraps around a detail, and the trait that ties a detail to its detail type and source.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;
use crate::timestamp::seconds;

/// A detail that travels on the bus.
pub trait Event: Serialize + DeserializeOwned + JsonSchema {
    /// The `detail-type` it is published under, for example `todo.created`.
    const DETAIL_TYPE: &'static str;
    /// The `source` it is published under, for example `sluicegate.todo`.
    const SOURCE: &'static str;
    /// What happened, in a sentence for the catalogue.
    const MEANING: &'static str;
    /// One more each time fields were added; what is there stays, so a consumer of version 1 reads every later one.
    const VERSION: u32 = 1;
}

/// An event as a rule's target receives it.
///
/// Shape: <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Envelope<Detail> {
    /// Always `0`.
    pub version: String,
    /// Made by the bus; another one each time the same fact is published again, so consumers go by the detail's `eventId`.
    pub id: String,
    /// Names the detail's shape.
    pub detail_type: String,
    /// Who published it.
    pub source: String,
    /// The account of the bus.
    pub account: String,
    /// When it was published, to the second.
    #[serde(with = "seconds")]
    #[schemars(with = "Timestamp")]
    pub time: Timestamp,
    /// The region of the bus.
    pub region: String,
    /// ARNs that the event is about.
    pub resources: Vec<String>,
    /// Present when the event comes from a replay: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_name: Option<String>,
    /// What happened.
    pub detail: Detail,
}

/// Why a JSON value isn't the event that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// It isn't an envelope, or its detail has another shape.
    #[error("not an event of the contract {contract}: {source}")]
    Shape {
        /// The detail type that was asked for.
        contract: &'static str,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// It is another event.
    #[error("expected {expected_type} from {expected_source}, found {found_type} from {found_source}")]
    OtherEvent {
        /// The detail type that was asked for.
        expected_type: &'static str,
        /// The source that publishes it.
        expected_source: &'static str,
        /// The detail type of the value.
        found_type: String,
        /// The source of the value.
        found_source: String,
    },
}

impl<Detail: Event> Envelope<Detail> {
    /// Reads an envelope and makes sure that its detail type and source are those of `Detail`.
    pub fn from_value(value: Value) -> Result<Self, Mismatch> {
        let envelope: Self = serde_json::from_value(value)
            .map_err(|source| Mismatch::Shape { contract: Detail::DETAIL_TYPE, source })?;
        if envelope.detail_type == Detail::DETAIL_TYPE && envelope.source == Detail::SOURCE {
            return Ok(envelope);
        }
        Err(Mismatch::OtherEvent {
            expected_type: Detail::DETAIL_TYPE,
            expected_source: Detail::SOURCE,
            found_type: envelope.detail_type,
            found_source: envelope.source,
        })
    }
}
