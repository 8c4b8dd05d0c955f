//! dynoxide's errors as AWS shapes them.

use dynoxide::DynoxideError;
use serde_json::{Map, Value};
use service::ServiceError;

use crate::names::Names;

/// The error with AWS's code, text, status and members (`Item`, `CancellationReasons`).
pub(crate) fn service_error(error: &DynoxideError, names: &Names) -> ServiceError {
    let mut members: Map<String, Value> = serde_json::from_str(&error.to_json()).unwrap_or_default();
    let code = error.error_type().rsplit('#').next().unwrap_or_default();
    let code = if code == "UnsupportedOperation" { "UnknownOperationException" } else { code };
    let message = names.outward_text(error.to_string().trim_start_matches("VALIDATION:"));
    for standard in ["__type", "message", "Message"] {
        members.shift_remove(standard);
    }
    ServiceError { code: code.to_owned(), message, status: error.status_code(), members }
}

/// A request whose members have the wrong types, as DynamoDB tells it. dynoxide's own readers mark what they refuse.
pub(crate) fn unreadable(error: &serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let marked = |markers: &[&str]| markers.iter().find_map(|marker| text.strip_prefix(marker)).map(str::to_owned);
    if let Some(message) = marked(&["VALIDATION_REQUEST:", "VALIDATION_AS_READ:", "VALIDATION:"]) {
        return DynoxideError::ValidationException(message);
    }
    if let Some(message) = marked(&["SERIALIZATION_AS_READ:", "SERIALIZATION:"]) {
        return DynoxideError::SerializationException(message);
    }
    if text.contains("empty AttributeValue") {
        return DynoxideError::ValidationException(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned(),
        );
    }
    let refused = ["missing field", "unknown variant", "invalid type: null", "Supplied AttributeValue"];
    if refused.iter().any(|sign| text.contains(sign)) {
        DynoxideError::ValidationException(text)
    } else {
        DynoxideError::SerializationException(text)
    }
}
