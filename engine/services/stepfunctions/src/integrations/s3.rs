//! What S3 has to itself among the `aws-sdk` integrations: objects' bytes are text, and answers of S3 have a second id.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use service::ServiceError;

use super::failure::Failure;

/// The errors that AWS's SDK for Java has classes for.
const MODELLED: &[&str] = &[
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
    "EncryptionTypeMismatch",
    "IdempotencyParameterMismatch",
    "InvalidObjectState",
    "InvalidRequest",
    "InvalidWriteOffset",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchUpload",
    "ObjectAlreadyInActiveTierError",
    "ObjectNotInActiveTierError",
    "TooManyParts",
];

/// Text goes out as its bytes, anything else as the bytes of its JSON.
pub(super) fn request(mut members: Map<String, Value>) -> Map<String, Value> {
    if let Some(body) = members.get_mut("Body") {
        let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        *body = STANDARD.encode(text).into();
    }
    members
}

/// Bytes come back as text, and stand at the end as in AWS's answers.
pub(super) fn answer(answer: &mut Value) {
    if let Some(members) = answer.as_object_mut()
        && let Some(body) = members.shift_remove("Body")
    {
        let bytes = body.as_str().and_then(|body| STANDARD.decode(body).ok()).unwrap_or_default();
        members.insert("Body".to_owned(), String::from_utf8_lossy(&bytes).into());
    }
}

/// An error as AWS's SDK for Java 2 tells it.
pub(super) fn failure(action: &str, error: &ServiceError) -> Failure {
    // Answers to HEAD have no body: no code, and no message, which Java prints as its `null`.
    let is_head = action.starts_with("head");
    let class = match error.code.as_str() {
        "NotFound" if action == "headBucket" => "NoSuchBucketException".to_owned(),
        "NotFound" => "NoSuchKeyException".to_owned(),
        code if MODELLED.contains(&code) && !is_head => format!("{code}Exception"),
        _ => "S3Exception".to_owned(),
    };
    let id = uuid::Uuid::new_v4().simple().to_string().to_ascii_uppercase();
    Failure {
        error: format!("S3.{class}"),
        cause: format!(
            "{} (Service: S3, Status Code: {}, Request ID: {}, Extended Request ID: {})",
            if is_head { "null" } else { &error.message },
            error.status,
            &id[..16],
            STANDARD.encode(uuid::Uuid::new_v4().as_bytes().repeat(4)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_text() {
        let mut got = json!({"Body": STANDARD.encode("hi"), "ETag": "\"x\""});
        answer(&mut got);
        assert_eq!(got, json!({"ETag": "\"x\"", "Body": "hi"}));
        let sent = request(json!({"Body": {"a": 1}}).as_object().cloned().expect("an object"));
        assert_eq!(sent["Body"], STANDARD.encode(r#"{"a":1}"#));
    }

    #[test]
    fn an_error_without_a_class_is_the_services_own() {
        let named = |action: &str, code: &str| failure(action, &ServiceError::client(code, "")).error;
        assert_eq!(named("getObject", "NoSuchKey"), "S3.NoSuchKeyException");
        assert_eq!(named("getObject", "PreconditionFailed"), "S3.S3Exception");
        assert_eq!(named("headObject", "NotFound"), "S3.NoSuchKeyException");
        assert_eq!(named("headBucket", "NotFound"), "S3.NoSuchBucketException");
    }

    #[test]
    fn an_answer_without_a_body_has_no_message() {
        let error = ServiceError::client("NotFound", "Not Found").with_status(404);
        assert!(failure("headObject", &error).cause.starts_with("null (Service: S3, Status Code: 404, "));
    }
}
