//! What takes the batches of a consumer.

use async_trait::async_trait;
use serde_json::{Map, Value};
use service::ServiceError;

/// What takes the batches of a consumer.
#[async_trait]
pub trait Stage: Send + Sync + 'static {
    /// Takes a batch, once.
    async fn pass(&self, records: &[Record]) -> Outcome;

    /// Is told that the source can't be read, each time that is tried in vain.
    fn cannot_read(&self, _reason: &ServiceError) {}

    /// What a dead letter says of the consumer and its last attempt, before what it says of the batch.
    fn dead_letter(&self, given_up: &GivenUp<'_>) -> Map<String, Value>;
}

/// A record of the source, as it is handed on.
#[derive(Clone, Debug)]
pub struct Record {
    /// What tells it from all other records of the source: an event's or a message's id.
    pub id: String,
    /// The record in the shape that functions and pipes get.
    pub value: Value,
}

/// How a batch fared.
#[derive(Debug)]
pub enum Outcome {
    /// All of it is done.
    Done,
    /// The records at these indexes failed, the others are done.
    Partial {
        /// In order.
        failed: Vec<usize>,
        /// In words.
        reason: String,
    },
    /// The records before this index are done, the others are to come again together.
    From {
        /// The first that isn't done.
        index: usize,
        /// In words.
        reason: String,
    },
    /// None of it is done.
    Failed(Failure),
}

/// Why a batch failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// In words.
    pub reason: String,
    /// Whether the engine is at fault, not what the stage calls: such failures don't count as attempts.
    pub is_internal: bool,
    /// What the stage wants to remember of it for a dead letter.
    pub response: Value,
}

impl Failure {
    /// A failure of what the stage calls.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_internal: false, response: Value::Null }
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        // 501 tells of something that isn't built, which no repetition changes.
        let is_internal = error.is_server_fault() && error.status != 501;
        Self { is_internal, ..Self::new(error.to_string()) }
    }
}

/// Why records are given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// They failed too often.
    RetryAttemptsExhausted,
    /// They are too old.
    RecordAgeExceeded,
}

impl Condition {
    /// AWS's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            Self::RecordAgeExceeded => "RecordAgeExceeded",
        }
    }
}

/// A batch that is given up, as its dead letter tells of it.
#[derive(Debug)]
pub struct GivenUp<'a> {
    /// Why.
    pub condition: Condition,
    /// How often it was tried.
    pub attempts: u64,
    /// [`Failure::response`] of the last attempt, null when there was none.
    pub response: &'a Value,
}
