//! The errors of EventBridge Scheduler.

use std::fmt::Display;

use ::service::ServiceError;

/// There is no such schedule; AWS's text, recorded.
pub(crate) fn no_such_schedule(name: &str) -> ServiceError {
    not_found(format!("Schedule {name} does not exist."))
}

pub(crate) fn no_such_group(name: &str) -> ServiceError {
    not_found(format!("Schedule group {name} does not exist."))
}

fn not_found(message: String) -> ServiceError {
    ServiceError::client("ResourceNotFoundException", message).with_status(404)
}

/// There is one of that name already.
pub(crate) fn exists(what: &str, name: &str) -> ServiceError {
    ServiceError::client("ConflictException", format!("{what} {name} already exists.")).with_status(409)
}

/// What AWS answers when an input breaks a constraint of the service's model.
pub(crate) fn constraint(value: impl Display, member: &str, constraint: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

/// What AWS answers when members don't fit each other, or the target.
pub(crate) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::validation(message)
}

pub(crate) fn missing(member: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

/// A row that can't be read: a mistake of ours, or a damaged disk.
pub(crate) fn damaged(what: &str, failure: impl Display) -> ServiceError {
    ServiceError::server("InternalServerException", format!("a stored {what} is damaged: {failure}"))
}
