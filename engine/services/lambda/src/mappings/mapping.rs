//! A mapping as it is stored.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::Scope;

/// A mapping as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Mapping {
    pub uuid: String,
    /// The function's name.
    pub function: String,
    pub source_arn: String,
    pub state: State,
    pub enabled: bool,
    pub modified: Timestamp,
    /// The other members of `EventSourceMappingConfiguration`.
    pub members: Map<String, Value>,
}

/// ```text
/// Creating, Enabling, Updating ──> Enabled | Disabled        any ──> Deleting
/// Disabling ──> Disabled
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Creating,
    Enabling,
    Enabled,
    Disabling,
    Disabled,
    Updating,
    Deleting,
}

impl Mapping {
    /// Its ARN.
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn("lambda", format_args!("event-source-mapping:{}", self.uuid))
    }

    /// Whether the source is a stream, not a queue.
    pub(crate) fn is_stream(&self) -> bool {
        is_stream(&self.source_arn)
    }

    /// Whether the function reports the failures of single records.
    pub(crate) fn reports_failures(&self) -> bool {
        let types = self.members.get("FunctionResponseTypes").and_then(Value::as_array);
        types.is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures"))
    }
}

pub(super) fn is_stream(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("dynamodb")
}
