//! The errors of Firehose.

use service::{Scope, ServiceError};

pub(crate) fn not_found(scope: &Scope, name: &str) -> ServiceError {
    let message = format!("Firehose {name} under account {} not found.", scope.account);
    ServiceError::client("ResourceNotFoundException", message)
}

pub(crate) fn in_use(scope: &Scope, name: &str) -> ServiceError {
    let message = format!("Firehose {name} under accountId {} already exists", scope.account);
    ServiceError::client("ResourceInUseException", message)
}

pub(crate) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::client("InvalidArgumentException", message)
}

/// A member that AWS has and the engine doesn't.
pub(crate) fn not_built(what: impl std::fmt::Display) -> ServiceError {
    invalid(format!("sluice does not implement this in a delivery stream yet: {what}"))
}

/// A member that breaks a constraint of the service model.
pub(crate) fn constraint(value: impl std::fmt::Display, member: &str, constraint: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
    ))
}

pub(crate) fn missing(member: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}
