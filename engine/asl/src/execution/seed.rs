//! What an execution is born with.

use std::sync::Arc;

use clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::json::Payload;

/// Whether an execution keeps a history and may last a year, or runs at most five minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// At most 25,000 history events.
    #[default]
    Standard,
    /// At most five minutes, no bound on history events.
    Express,
}

/// Everything about an execution that its machine may ask for through the context object, and its input.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The execution's ARN: `$$.Execution.Id`.
    pub execution_arn: Arc<str>,
    /// `$$.Execution.Name`.
    pub execution_name: Arc<str>,
    /// `$$.Execution.RoleArn`.
    pub role_arn: Arc<str>,
    /// `$$.StateMachine.Id`, without a version.
    pub state_machine_arn: Arc<str>,
    /// `$$.StateMachine.Name`.
    pub state_machine_name: Arc<str>,
    /// The version the execution was started with, told in its first history event.
    pub state_machine_version_arn: Option<Arc<str>>,
    /// The alias the execution was started with, told in its first history event.
    pub state_machine_alias_arn: Option<Arc<str>>,
    /// `$$.Execution.StartTime`.
    pub started_at: Timestamp,
    /// `$$.Execution.RedriveCount`.
    pub redrive_count: u32,
    /// The input, its text as the caller gave it.
    pub input: Payload,
    /// Standard or Express.
    pub kind: Kind,
}

impl Seed {
    /// The region named by the execution's ARN.
    pub(crate) fn region(&self) -> &str {
        self.execution_arn.split(':').nth(3).unwrap_or_default()
    }
}
