//! The errors of SES, with AWS's codes and texts.

use service::ServiceError;

pub(crate) fn bad_request(message: impl Into<String>) -> ServiceError {
    ServiceError::client("BadRequestException", message)
}

pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::client("NotFoundException", message).with_status(404)
}

pub(crate) fn exists(message: impl Into<String>) -> ServiceError {
    ServiceError::client("AlreadyExistsException", message)
}

pub(crate) fn paused(message: impl Into<String>) -> ServiceError {
    ServiceError::client("SendingPausedException", message)
}

/// The sender is none that the account may send as.
pub(crate) fn not_verified(region: &str, identities: &[String]) -> ServiceError {
    let message = format!(
        "Email address is not verified. The following identities failed the check in region {}: {}",
        region.to_uppercase(),
        identities.join(", ")
    );
    ServiceError::client("MessageRejected", message)
}

/// A required member that isn't there.
pub(crate) fn missing(member: &str) -> ServiceError {
    bad_request(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

/// Something that AWS has and the engine doesn't.
pub(crate) fn not_built(member: &str) -> ServiceError {
    bad_request(format!("sluice does not implement {member} of SES; leave it out")).with_status(501)
}

/// A row that can't be read: a mistake of ours, or a damaged disk.
pub(crate) fn damaged(what: &str, failure: impl std::fmt::Display) -> ServiceError {
    ServiceError::server("InternalServiceErrorException", format!("a stored {what} is damaged: {failure}"))
}
