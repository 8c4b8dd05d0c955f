//! What S3 has to itself among the `aws-sdk` integrations: objects' bytes are text, and answers of S3 have a second id.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clock::Timestamp;
use serde_json::{Map, Value, json};
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

/// Members that are moments.
const MOMENTS: &[&str] = &["AbortDate", "CreationDate", "Date", "Expires", "Initiated", "LastModified"];

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
    spell_moments(answer);
    if let Some(members) = answer.as_object_mut()
        && let Some(body) = members.shift_remove("Body")
    {
        let bytes = body.as_str().and_then(|body| STANDARD.decode(body).ok()).unwrap_or_default();
        members.insert("Body".to_owned(), String::from_utf8_lossy(&bytes).into());
    }
}

/// S3 tells moments to the second.
fn spell_moments(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_f64() {
                    Some(seconds) if MOMENTS.contains(&name.as_str()) => {
                        *value = json!(Timestamp::from_epoch_seconds(seconds).to_rfc3339_seconds());
                    }
                    _ => spell_moments(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spell_moments),
        _ => {}
    }
}

/// An error as AWS's SDK for Java 2 tells it.
pub(super) fn failure(error: &ServiceError) -> Failure {
    let class = match error.code.as_str() {
        // Answers to HEAD have no code.
        "NotFound" => "NoSuchKeyException".to_owned(),
        code if MODELLED.contains(&code) => format!("{code}Exception"),
        _ => "S3Exception".to_owned(),
    };
    let id = uuid::Uuid::new_v4().simple().to_string().to_ascii_uppercase();
    Failure {
        error: format!("S3.{class}"),
        cause: format!(
            "{} (Service: S3, Status Code: {}, Request ID: {}, Extended Request ID: {})",
            error.message,
            error.status,
            &id[..16],
            STANDARD.encode(uuid::Uuid::new_v4().as_bytes().repeat(4)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_text_and_moments_are_spelled_to_the_second() {
        let mut got = json!({"Body": STANDARD.encode("hi"), "LastModified": 1_700_000_000, "ETag": "\"x\""});
        answer(&mut got);
        assert_eq!(got, json!({"LastModified": "2023-11-14T22:13:20Z", "ETag": "\"x\"", "Body": "hi"}));
        let sent = request(json!({"Body": {"a": 1}}).as_object().cloned().expect("an object"));
        assert_eq!(sent["Body"], STANDARD.encode(r#"{"a":1}"#));
    }

    #[test]
    fn an_error_without_a_class_is_the_services_own() {
        let named = |code: &str| failure(&ServiceError::client(code, "")).error;
        assert_eq!(named("NoSuchKey"), "S3.NoSuchKeyException");
        assert_eq!(named("PreconditionFailed"), "S3.S3Exception");
    }
}
