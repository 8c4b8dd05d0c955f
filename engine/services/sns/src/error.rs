//! The errors of SNS, with AWS's codes and texts.

use service::ServiceError;

pub(crate) fn invalid_parameter(what: impl std::fmt::Display) -> ServiceError {
    ServiceError::client("InvalidParameter", format!("Invalid parameter: {what}"))
}

/// A message attribute that is not as it should be; AWS's SDKs call this one `InvalidParameterValueException`.
pub(crate) fn invalid_value(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ParameterValueInvalid", message)
}

pub(crate) fn no_such_topic() -> ServiceError {
    ServiceError::client("NotFound", "Topic does not exist").with_status(404)
}

pub(crate) fn no_such_subscription() -> ServiceError {
    ServiceError::client("NotFound", "Subscription does not exist").with_status(404)
}

pub(crate) fn no_such_application() -> ServiceError {
    ServiceError::client("NotFound", "PlatformApplication does not exist").with_status(404)
}

pub(crate) fn no_such_endpoint() -> ServiceError {
    ServiceError::client("NotFound", "Endpoint does not exist").with_status(404)
}

pub(crate) fn no_such_resource() -> ServiceError {
    ServiceError::client("ResourceNotFound", "Resource does not exist").with_status(404)
}

/// A required member that isn't there; `path` is how the service model spells it.
pub(crate) fn missing(path: &str) -> ServiceError {
    ServiceError::client(
        "ValidationError",
        format!(
            "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
        ),
    )
}

/// Something that AWS has and the engine doesn't.
pub(crate) fn not_built(message: impl Into<String>) -> ServiceError {
    ServiceError::client("InvalidParameter", message).with_status(501)
}

/// Checks that `text` is an ARN at all.
pub(crate) fn check_arn<'a>(member: &str, text: &'a str) -> Result<&'a str, ServiceError> {
    match text.split(':').count() {
        elements @ ..6 => {
            Err(invalid_parameter(format!("{member} Reason: An ARN must have at least 6 elements, not {elements}")))
        }
        _ => Ok(text),
    }
}
