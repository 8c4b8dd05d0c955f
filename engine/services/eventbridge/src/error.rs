//! The errors of EventBridge, with AWS's texts.

use service::ServiceError;

pub(crate) fn no_such_bus(name: &str) -> ServiceError {
    not_found(format!("Event bus {name} does not exist."))
}

pub(crate) fn no_such_rule(rule: &str, bus: &str) -> ServiceError {
    not_found(format!("Rule {rule} does not exist on EventBus {bus}."))
}

pub(crate) fn no_such_archive(name: &str) -> ServiceError {
    not_found(format!("Archive {name} does not exist."))
}

pub(crate) fn no_such_replay(name: &str) -> ServiceError {
    not_found(format!("Replay {name} does not exist."))
}

pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ResourceNotFoundException", message)
}

pub(crate) fn exists(what: &str, name: &str) -> ServiceError {
    ServiceError::client("ResourceAlreadyExistsException", format!("{what} {name} already exists."))
}

pub(crate) fn limit_exceeded() -> ServiceError {
    ServiceError::client("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

pub(crate) fn invalid_parameter(parameter: &str, reason: impl std::fmt::Display) -> ServiceError {
    ServiceError::validation(format!("Parameter {parameter} is not valid. Reason: {reason}"))
}

/// What AWS answers when an input breaks a constraint of the service's model.
pub(crate) fn constraint(value: impl std::fmt::Display, member: &str, constraint: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

pub(crate) fn missing(member: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

pub(crate) fn managed(rule: &str) -> ServiceError {
    ServiceError::client(
        "ManagedRuleException",
        format!("Rule {rule} is managed by an AWS service: only that service can change it, unless Force is set."),
    )
}
