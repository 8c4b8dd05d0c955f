//! Responses, and errors in JSON.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value};
use service::ServiceError;

/// `application/json`
pub(super) const JSON: &str = "application/json";

/// A response of this status, type and body.
pub(super) fn reply(status: u16, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A JSON value's bytes.
pub(super) fn bytes_of(value: &Value) -> Bytes {
    serde_json::to_vec(value).expect("a JSON value has string keys").into()
}

/// An error as a JSON protocol answers it: `message` and the error's own members.
pub(super) fn json_error(content_type: &'static str, error: &ServiceError) -> Response<Bytes> {
    reply(error.status, content_type, bytes_of(&Value::Object(error_members(error))))
}

/// The members of an error's shape. Where the shape spells its text `Message`, the service has put it there itself.
pub(super) fn error_members(error: &ServiceError) -> Map<String, Value> {
    let mut members = error.members.clone();
    if !error.message.is_empty() && !members.contains_key("Message") {
        members.insert("message".to_owned(), error.message.clone().into());
    }
    members
}

/// What AWS answers to a body that isn't what the protocol calls for.
pub(super) fn serialization_error(message: impl Into<String>) -> ServiceError {
    ServiceError::client("SerializationException", message)
}

/// A body that is a JSON object; no bytes are an empty one.
pub(super) fn json_object(body: &[u8]) -> Result<Map<String, Value>, ServiceError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(serialization_error("the body is JSON but not an object")),
        Err(error) => Err(serialization_error(format!("the body is not JSON: {error}"))),
    }
}
