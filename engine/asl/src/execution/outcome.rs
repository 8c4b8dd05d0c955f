//! How an execution ended.

use std::sync::Arc;

use crate::json::Payload;

/// How an execution ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// `SUCCEEDED`
    Succeeded {
        /// The output.
        output: Payload,
    },
    /// `FAILED`
    Failed {
        /// The error name, if any.
        error: Option<Arc<str>>,
        /// The cause, if any.
        cause: Option<Arc<str>>,
    },
    /// `TIMED_OUT`
    TimedOut {
        /// The error name, if any.
        error: Option<Arc<str>>,
        /// The cause, if any.
        cause: Option<Arc<str>>,
    },
    /// `ABORTED`
    Aborted {
        /// The caller's error.
        error: Option<Arc<str>>,
        /// The caller's cause.
        cause: Option<Arc<str>>,
    },
}

impl Outcome {
    /// The status as AWS spells it.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Succeeded { .. } => "SUCCEEDED",
            Self::Failed { .. } => "FAILED",
            Self::TimedOut { .. } => "TIMED_OUT",
            Self::Aborted { .. } => "ABORTED",
        }
    }
}
