//! The service's errors, with AWS's codes and texts.

use service::ServiceError;

/// A member that breaks a constraint of AWS's service model.
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: Member must {constraint}"
    ))
}

pub(crate) fn missing(member: &str) -> ServiceError {
    constraint("null", member, "not be null")
}

pub(crate) fn invalid_arn(reason: impl std::fmt::Display) -> ServiceError {
    ServiceError::client("InvalidArn", format!("Invalid Arn: '{reason}'"))
}

pub(crate) fn invalid_name(name: &str) -> ServiceError {
    ServiceError::client("InvalidName", format!("Invalid Name: '{name}'"))
}

pub(crate) fn invalid_token() -> ServiceError {
    ServiceError::client("InvalidToken", "Invalid Token: 'Invalid token'")
}

/// Why a text is no JSON, as AWS tells it.
pub(crate) fn not_json(text: &str, error: impl std::fmt::Display) -> String {
    asl::json_problem(text).unwrap_or_else(|| error.to_string())
}

pub(crate) fn invalid_input(reason: impl std::fmt::Display) -> ServiceError {
    ServiceError::client("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{reason}'"))
}

pub(crate) fn invalid_output(reason: impl std::fmt::Display) -> ServiceError {
    ServiceError::client("InvalidOutput", format!("Invalid Output: '{reason}'"))
}

pub(crate) fn no_machine(arn: &str) -> ServiceError {
    ServiceError::client("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

pub(crate) fn no_execution(arn: &str) -> ServiceError {
    ServiceError::client("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
}

pub(crate) fn execution_exists(arn: &str) -> ServiceError {
    ServiceError::client("ExecutionAlreadyExists", format!("Execution Already Exists: '{arn}'"))
}

pub(crate) fn no_activity(arn: &str) -> ServiceError {
    ServiceError::client("ActivityDoesNotExist", format!("Activity Does Not Exist: '{arn}'"))
}

pub(crate) fn no_resource(arn: &str) -> ServiceError {
    ServiceError::client("ResourceNotFound", format!("Resource not found: '{arn}'"))
}

/// What the alias operations answer about a version or alias that isn't there.
pub(crate) fn no_reference() -> ServiceError {
    ServiceError::client("ResourceNotFound", "Request references a resource that does not exist.")
}

pub(crate) fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ConflictException", message)
}

pub(crate) fn task_gone() -> ServiceError {
    ServiceError::client("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

pub(crate) fn type_not_supported() -> ServiceError {
    ServiceError::client(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )
}
