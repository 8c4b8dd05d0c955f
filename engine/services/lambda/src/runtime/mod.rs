//! The ways in which a function can run.

mod in_process;
mod outcome;
mod process;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::configuration::Function;

pub(crate) use in_process::InProcess;
pub(crate) use outcome::{Outcome, Payload, json_bytes};
pub(crate) use process::Process;

/// A way in which functions run.
#[async_trait]
pub(crate) trait Runtime: Send + Sync {
    /// Whether `function`'s code is of a kind that runs this way, and there.
    fn runs(&self, function: &Function) -> bool;

    /// Runs one invocation to its end, which may be a timeout or a crash. Invocations run side by side.
    async fn invoke(&self, function: &Arc<Function>, invocation: Invocation) -> Outcome;

    /// Lets go of what is kept of a function that was changed or deleted.
    fn forget(&self, function: &str);
}

/// One event for a function.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub request_id: String,
    pub payload: Value,
    /// When the caller's patience ends: milliseconds since the epoch.
    pub deadline_millis: u64,
    /// JSON, from the AWS mobile SDK.
    pub client_context: Option<String>,
}
