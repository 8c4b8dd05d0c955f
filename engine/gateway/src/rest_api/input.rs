//! What the operations share: reading input, ids, errors with AWS's codes.

use serde_json::Value;
use service::ServiceError;
use uuid::Uuid;

use super::records::Members;

/// A member that is text; empty when it isn't there.
pub(super) fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or_default()
}

/// The input's members.
pub(super) fn members(input: Value) -> Result<Members, ServiceError> {
    match input {
        Value::Object(members) => Ok(members),
        _ => Err(bad("the input must be an object")),
    }
}

/// Letters and digits, as API Gateway's ids are.
pub(super) fn short_id(length: usize) -> String {
    Uuid::new_v4().simple().to_string()[..length].to_owned()
}

/// Seconds since the epoch, as the wire has dates.
pub(super) fn seconds(millis: i64) -> Value {
    (millis / 1000).into()
}

pub(super) fn bad(message: impl Into<String>) -> ServiceError {
    ServiceError::client("BadRequestException", message)
}

pub(super) fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ConflictException", message).with_status(409)
}

pub(super) fn missing(message: impl Into<String>) -> ServiceError {
    ServiceError::client("NotFoundException", message).with_status(404)
}
