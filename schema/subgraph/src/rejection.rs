//! What ends in the `errors` of a GraphQL answer, as opposed to the typed errors of a payload.

use async_graphql::{Error, ErrorExtensions};

/// Why a field can't be resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// An argument that this API itself reads can't be read.
    #[error("{0}")]
    BadInput(String),
    /// AWS, or the way to it, fails; what it says is in the log.
    #[error("{service} can't be reached at the moment; try again")]
    Unavailable {
        /// The service that was called.
        service: &'static str,
    },
    /// An execution failed in a way that no client can do anything about.
    #[error("the execution failed with {error:?}; look it up by its ARN: {arn}")]
    ExecutionFailed {
        /// The execution.
        arn: String,
        /// Its error, empty when it has none.
        error: String,
    },
    /// An execution took longer than its state machine allows.
    #[error("the execution took too long; the same idempotency key asks for the same change again: {arn}")]
    ExecutionTimedOut {
        /// The execution.
        arn: String,
    },
    /// Something was read that nobody writes.
    #[error("{0}")]
    Unreadable(String),
}

impl Rejection {
    /// The error of the answer, with a code for programs; what is ours to repair is logged.
    pub fn told(self) -> Error {
        if !matches!(self, Self::BadInput(_)) {
            tracing::error!(code = self.code(), error = %self, "a field can't be resolved");
        }
        Error::new(self.to_string()).extend_with(|_, extensions| {
            extensions.set("code", self.code());
            match &self {
                Self::ExecutionFailed { arn, error } => {
                    extensions.set("executionArn", arn.as_str());
                    extensions.set("error", error.as_str());
                }
                Self::ExecutionTimedOut { arn } => extensions.set("executionArn", arn.as_str()),
                _ => {}
            }
        })
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadInput(_) => "BAD_USER_INPUT",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::ExecutionFailed { .. } => "EXECUTION_FAILED",
            Self::ExecutionTimedOut { .. } => "EXECUTION_TIMED_OUT",
            Self::Unreadable(_) => "INTERNAL",
        }
    }
}
