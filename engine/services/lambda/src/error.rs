//! Lambda's errors.

use service::ServiceError;

/// `ResourceNotFoundException`; its shape spells the text `Message`.
pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    let message = message.into();
    ServiceError::client("ResourceNotFoundException", message.clone())
        .with_status(404)
        .with_member("Type", "User")
        .with_member("Message", message)
}

/// `InvalidParameterValueException`
pub(crate) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::client("InvalidParameterValueException", message).with_member("Type", "User")
}

/// `ResourceConflictException`
pub(crate) fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ResourceConflictException", message).with_status(409).with_member("Type", "User")
}
