//! The errors of MediaConvert.

use std::fmt::Display;

use ::service::ServiceError;

pub(crate) fn bad_request(message: impl Into<String>) -> ServiceError {
    ServiceError::client("BadRequestException", message)
}

/// What is wrong at a place in the job's settings: `/outputGroups/0/outputs/1/nameModifier: is a required property`.
pub(crate) fn at(path: &str, reason: impl Display) -> ServiceError {
    bad_request(format!("{path}: {reason}"))
}

pub(crate) fn not_found(what: &str, name: &str) -> ServiceError {
    ServiceError::client("NotFoundException", format!("{what} not found: {name}")).with_status(404)
}

pub(crate) fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ConflictException", message).with_status(409)
}

/// A row that can't be read: a mistake of ours, or a damaged disk.
pub(crate) fn damaged(what: &str, failure: impl Display) -> ServiceError {
    ServiceError::server("InternalServerErrorException", format!("a stored {what} is damaged: {failure}"))
}
