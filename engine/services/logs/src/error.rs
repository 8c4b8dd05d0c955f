//! The errors of CloudWatch Logs.

use service::ServiceError;

pub(crate) fn no_group() -> ServiceError {
    ServiceError::client("ResourceNotFoundException", "The specified log group does not exist.")
}

pub(crate) fn no_stream() -> ServiceError {
    ServiceError::client("ResourceNotFoundException", "The specified log stream does not exist.")
}

pub(crate) fn exists(what: &str) -> ServiceError {
    ServiceError::client("ResourceAlreadyExistsException", format!("The specified {what} already exists"))
}

pub(crate) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::client("InvalidParameterException", message)
}

/// A member that breaks a constraint of the service model.
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> ServiceError {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
    ))
}
