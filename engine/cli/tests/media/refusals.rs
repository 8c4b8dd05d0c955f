//! What isn't taken, and how a client is told.

use serde_json::{Value, json};

use crate::client::{File, create, ended, media, mutate, put, send, upload, with};
use crate::support::Sluice;

#[tokio::test]
async fn a_wrong_file_is_rejected_with_a_name_that_stays() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let photo = File::photo();
    let whole = photo.content.len();
    let page = b"<html><script>alert(1)</script></html>".to_vec();
    for (content_type, content, code) in [
        ("image/png", page, "Media.UnsupportedFormat"),
        ("image/png", photo.content.clone(), "Media.TypeMismatch"),
        ("video/mp4", photo.content.clone(), "Media.TypeMismatch"),
        ("image/jpeg", photo.content[..whole / 2].to_vec(), "Media.Truncated"),
    ] {
        let id = upload(&sluice, &File { name: "lake.jpg", content_type, content }, json!({}));
        let media = ended(&sluice, &id).await;
        assert_eq!((&media["status"], &media["rejection"]["code"]), (&json!("REJECTED"), &json!(code)), "{media}");
        assert!(!media["rejection"]["message"].as_str().unwrap().is_empty());
        assert_eq!(media["variants"], json!([]));
        let retried = mutate(&sluice, "retryProcessing", json!({"id": id}));
        assert_eq!(retried["errors"][0]["code"], "NOT_FAILED", "{retried}");
    }
}

#[tokio::test]
async fn a_signed_address_takes_exactly_what_was_announced() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let file = File::photo();
    let created = create(&sluice, file.announced());
    let upload = &created["upload"];
    let mut other = file.content.clone();
    *other.last_mut().unwrap() ^= 1;
    let refused = send(upload, &other);
    assert_eq!(refused.status, 400, "{}", refused.text());
    let refused = send(upload, &file.content[1..]);
    assert_eq!(refused.status, 403, "{}", refused.text());
    let url = upload["url"].as_str().unwrap();
    let checksum = file.announced()["checksum"].as_str().unwrap().to_owned();
    let headers = [("content-type", "text/html"), ("x-amz-checksum-sha256", checksum.as_str())];
    let refused = put(url, &headers, &file.content);
    assert_eq!(refused.status, 403, "{}", refused.text());
    let elsewhere = url.replace("lake.jpg", "other.jpg");
    let refused = send(&with(upload.clone(), json!({"url": elsewhere})), &file.content);
    assert!(refused.status == 403 && refused.text().contains("SignatureDoesNotMatch"), "{}", refused.text());
    assert_eq!(media(&sluice, created["media"]["id"].as_str().unwrap())["status"], "PENDING");
    assert_eq!(send(upload, &file.content).status, 200);
}

#[tokio::test]
async fn expected_failures_are_typed_in_the_payload() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let upload = |more: Value| with(File::photo().announced(), more);
    let unknown = json!({"id": "019aa5b0-3c00-7d53-9c31-5a2f6b1de999"});
    let pending = create(&sluice, upload(json!({})))["media"]["id"].take();
    let over = 5_u64 * 1024 * 1024 * 1024 + 1;
    for (name, input, kind, code) in [
        ("createUpload", upload(json!({"fileName": ".."})), "InvalidFileName", "FILE_NAME_INVALID"),
        ("createUpload", upload(json!({"contentType": "text/html"})), "InvalidContentType", "UNSUPPORTED_FORMAT"),
        ("createUpload", upload(json!({"bytes": 0})), "InvalidSize", "EMPTY"),
        ("createUpload", upload(json!({"contentType": "video/mp4", "bytes": over})), "InvalidSize", "TOO_LARGE"),
        ("createUpload", upload(json!({"checksum": "abc"})), "InvalidChecksum", "CHECKSUM_INVALID"),
        ("createUpload", upload(json!({"owner": ""})), "InvalidOwner", "OWNER_INVALID"),
        ("createUpload", upload(json!({"idempotencyKey": ""})), "InvalidUploadKey", "IDEMPOTENCY_KEY_INVALID"),
        ("completeUpload", unknown.clone(), "MediaNotFound", "NOT_FOUND"),
        ("completeUpload", json!({"id": pending}), "IncompleteUpload", "UPLOAD_INCOMPLETE"),
        ("deleteMedia", unknown.clone(), "MediaNotFound", "NOT_FOUND"),
        ("retryProcessing", unknown, "MediaNotFound", "NOT_FOUND"),
        ("retryProcessing", json!({"id": pending}), "MediaStatusConflict", "NOT_FAILED"),
    ] {
        let payload = mutate(&sluice, name, input);
        let error = &payload["errors"][0];
        assert_eq!((&error["__typename"], &error["code"]), (&json!(kind), &json!(code)), "{name}: {payload}");
        assert_eq!((&payload["media"], &payload["execution"]["status"]), (&Value::Null, &json!("FAILED")));
    }
}
