//! The errors of Secrets Manager, with AWS's texts. Their shapes spell the text `Message`.

use service::ServiceError;

fn error(code: &str, message: impl Into<String>) -> ServiceError {
    let message = message.into();
    ServiceError::client(code, message.clone()).with_member("Message", message)
}

pub(crate) fn not_found() -> ServiceError {
    error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

/// No version has this id, or this staging label.
pub(crate) fn no_value(kind: &str, which: &str) -> ServiceError {
    let message = format!("Secrets Manager can't find the specified secret value for {kind}: {which}");
    error("ResourceNotFoundException", message)
}

pub(crate) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    error("InvalidParameterException", message)
}

pub(crate) fn invalid_request(message: impl Into<String>) -> ServiceError {
    error("InvalidRequestException", message)
}

pub(crate) fn exists(message: impl Into<String>) -> ServiceError {
    error("ResourceExistsException", message)
}

pub(crate) fn deleted() -> ServiceError {
    let message = "You can't perform this operation on the secret because it was marked for deletion.";
    invalid_request(message)
}

pub(crate) fn invalid_token() -> ServiceError {
    error("InvalidNextTokenException", "The specified token is not valid.")
}

pub(crate) fn malformed_policy() -> ServiceError {
    error("MalformedPolicyDocumentException", "This resource policy contains invalid Json.")
}

/// A required member that isn't there.
pub(crate) fn missing(member: &str) -> ServiceError {
    ServiceError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

/// Something that AWS has and the engine doesn't.
pub(crate) fn not_built(message: &str) -> ServiceError {
    invalid_request(message).with_status(501)
}
