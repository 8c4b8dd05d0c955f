//! Why a state failed.

use std::sync::Arc;

/// `States.…` error names.
pub(crate) mod names {
    pub(crate) const ALL: &str = "States.ALL";
    pub(crate) const TASK_FAILED: &str = "States.TaskFailed";
    pub(crate) const TIMEOUT: &str = "States.Timeout";
    pub(crate) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
    pub(crate) const RUNTIME: &str = "States.Runtime";
    pub(crate) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
    pub(crate) const QUERY_EVALUATION: &str = "States.QueryEvaluationError";
    pub(crate) const RESULT_PATH_MATCH: &str = "States.ResultPathMatchFailure";
}

/// Why a state failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// The machine and its data don't fit; `States.Runtime`, which nothing retries or catches. The message is told with
    /// the state's name before it.
    Runtime(String),
    /// A JSONata expression failed: `States.QueryEvaluationError`, with an `EvaluationFailed` event.
    Query {
        /// Told with the state's name before it.
        message: String,
        /// The field, such as `Arguments/FunctionName`.
        location: Option<String>,
        /// The expression had a value that the state could not use; AWS chains the event differently then.
        evaluated: bool,
    },
    /// Anything that has a name of its own.
    Named {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
        /// It was the heartbeat that was missed: `States.HeartbeatTimeout` matches too.
        heartbeat: bool,
    },
}

impl Failure {
    pub(crate) fn runtime(message: impl Into<String>) -> Self {
        Self::Runtime(message.into())
    }

    pub(crate) fn named(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Self {
        Self::Named { error: Some(error.into()), cause: Some(cause.into()), heartbeat: false }
    }

    /// What a state gives to its work is larger than a payload may be.
    pub(crate) fn input_limit(state: &str) -> Self {
        Self::named(
            names::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{state}' was given an input with a size exceeding the maximum number of bytes service limit."
            ),
        )
    }

    /// The variables of an execution are larger together than they may be.
    pub(crate) fn variables_limit(state: &str) -> Self {
        Self::named(
            names::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{state}' assigned variables that exceed, with those already stored, the maximum number of bytes of an execution's variables."
            ),
        )
    }

    /// A result is larger than a payload may be.
    pub(crate) fn data_limit(who: &str) -> Self {
        Self::named(
            names::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{who}' returned a result with a size exceeding the maximum number of bytes service limit."
            ),
        )
    }
}
