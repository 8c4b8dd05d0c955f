//! An error as AWS answers it.

use serde_json::{Map, Value};
use store::StoreError;

/// An error as AWS answers it: each wire protocol, and each caller inside the engine, shapes it its own way.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ServiceError {
    /// The name in AWS's service model, without a namespace: `ExecutionDoesNotExist`.
    pub code: String,
    /// AWS's text.
    pub message: String,
    /// The HTTP status: 4xx is the caller's fault, 5xx the service's.
    pub status: u16,
    /// Further members of the error's shape (`CancellationReasons`).
    pub members: Map<String, Value>,
}

impl ServiceError {
    /// An error of the caller's: status 400.
    pub fn client(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: 400, members: Map::new() }
    }

    /// `ValidationException`, status 400.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::client("ValidationException", message)
    }

    /// An error of the service's: status 500. `retryable` for callers that tell faults apart by their status.
    pub fn server(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status: 500, ..Self::client(code, message) }
    }

    /// What AWS answers to an operation that it doesn't have.
    pub fn unknown_operation() -> Self {
        Self { status: 404, ..Self::client("UnknownOperationException", "") }
    }

    /// An operation that AWS has and the engine doesn't: says so by name instead of pretending.
    pub fn not_built(service: &str, operation: &str) -> Self {
        Self {
            status: 501,
            ..Self::client(
                "UnknownOperationException",
                format!("sluice does not implement {operation} of {service} yet"),
            )
        }
    }

    /// The same error with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same error with a further member.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    /// Whether the service, not the caller, is at fault.
    pub fn is_server_fault(&self) -> bool {
        self.status >= 500
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::server("InternalFailure", error.to_string())
    }
}

impl From<store::rusqlite::Error> for ServiceError {
    fn from(error: store::rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}
