//! What mutations start, and how they tell what became of it.

use serde_json::{Value, json};

use crate::support::{idle, playing};
use schema_testing::Aws;

const CREATE: &str = "mutation($input: CreateUploadInput!) { createUpload(input: $input) {
    media { id status bytes }
    upload {
        method url headers { name value } expiresAt
        multipart { uploadId partBytes parts { number offset bytes received url } }
    }
    errors { __typename code message field }
    execution { name status }
} }";

fn media(bytes: u64) -> Value {
    json!({
        "id": "1", "owner": "everyone", "fileName": "lake.jpg", "contentType": "image/jpeg", "bytes": bytes,
        "status": "PENDING", "version": 1,
        "createdAt": "2026-11-21T08:00:00.000Z", "updatedAt": "2026-11-21T08:00:00.000Z",
    })
}

fn announced(bytes: u64) -> Value {
    json!({
        "fileName": "lake.jpg", "contentType": "image/jpeg", "bytes": bytes, "checksum": "abc", "idempotencyKey": "k",
    })
}

fn ended(input: &Value, end: Value) -> (u16, Value) {
    let mut output = json!({
        "executionArn": "arn:aws:states:us-east-1:000000000000:express:m:e:1", "name": input["name"],
        "startDate": 1795248000.0, "stopDate": 1795248000.1, "status": "FAILED",
    });
    output.as_object_mut().unwrap().extend(end.as_object().unwrap().clone());
    (200, output)
}

fn answering(output: Value) -> Aws {
    playing(move |_, input| ended(input, json!({"status": "SUCCEEDED", "output": output.to_string()})))
}

fn failing(error: &'static str, cause: &'static str) -> Aws {
    playing(move |_, input| ended(input, json!({"error": error, "cause": cause})))
}

#[tokio::test]
async fn an_upload_in_one_request_has_an_address_and_headers() {
    let headers = json!([{"name": "content-type", "value": "image/jpeg"}]);
    let upload = json!({
        "expiresAt": "2026-11-21T08:15:00.000Z", "url": "https://uploads.example/lake.jpg", "headers": headers, "parts": [],
    });
    let aws = answering(json!({"media": media(5), "upload": upload}));
    let answer = aws.query(CREATE, json!({"input": announced(5)})).await;
    assert_eq!(
        answer["data"]["createUpload"],
        json!({
            "media": {"id": "1", "status": "PENDING", "bytes": 5},
            "upload": {
                "method": "PUT", "url": "https://uploads.example/lake.jpg", "headers": headers,
                "expiresAt": "2026-11-21T08:15:00.000Z", "multipart": null,
            },
            "errors": [], "execution": {"name": "k", "status": "SUCCEEDED"},
        })
    );
    let (operation, started) = aws.calls().remove(0);
    assert_eq!(operation, "StartSyncExecution");
    assert_eq!(started["stateMachineArn"], "arn:aws:states:us-east-1:000000000000:stateMachine:create-upload");
    let sent: Value = serde_json::from_str(started["input"].as_str().unwrap()).unwrap();
    assert_eq!(sent, announced(5));
}

#[tokio::test]
async fn an_upload_in_parts_has_an_address_for_each() {
    let bytes = 5_000_000_000_u64;
    let part = |number: u64, bytes: u64| {
        let url = format!("https://uploads.example/{number}");
        json!({"number": number, "offset": (number - 1) * 8, "bytes": bytes, "received": number == 1, "url": url})
    };
    let parts = json!([part(1, 8), part(2, 3)]);
    let upload = json!({
        "expiresAt": "2026-11-21T08:15:00.000Z", "headers": [], "uploadId": "u", "parts": parts,
    });
    let aws = answering(json!({"media": media(bytes), "upload": upload}));
    let answer = aws.query(CREATE, json!({"input": announced(bytes)})).await;
    let payload = &answer["data"]["createUpload"];
    assert_eq!(payload["media"]["bytes"], bytes, "{answer}");
    assert_eq!(payload["upload"]["url"], Value::Null);
    assert_eq!(payload["upload"]["multipart"], json!({"uploadId": "u", "partBytes": 8, "parts": parts}));
}

#[tokio::test]
async fn an_upload_that_has_arrived_needs_no_address() {
    let answer = answering(json!({"media": media(5)})).query(CREATE, json!({"input": announced(5)})).await;
    assert_eq!(answer["data"]["createUpload"]["upload"], Value::Null, "{answer}");
}

#[tokio::test]
async fn parts_reach_the_machine_as_they_were_sent() {
    let aws = answering(media(5));
    let complete = r#"mutation { completeUpload(input: {
        id: "1", parts: [{number: 1, etag: "\"a\""}], idempotencyKey: "k"
    }) { media { status } errors { code } } }"#;
    let answer = aws.query(complete, json!({})).await;
    assert_eq!(answer["data"]["completeUpload"], json!({"media": {"status": "PENDING"}, "errors": []}));
    let (_, started) = aws.calls().remove(0);
    let sent: Value = serde_json::from_str(started["input"].as_str().unwrap()).unwrap();
    assert_eq!(sent, json!({"id": "1", "parts": [{"number": 1, "etag": "\"a\""}], "idempotencyKey": "k"}));
}

#[tokio::test]
async fn deletion_and_retry_run_the_machines_of_their_names() {
    let aws = answering(media(5));
    let both = r#"mutation {
        deleteMedia(input: {id: "1"}) { deletedId media { id } errors { code } }
        retryProcessing(input: {id: "1"}) { media { id } errors { code } }
    }"#;
    let answer = aws.query(both, json!({})).await;
    assert_eq!(answer["data"]["deleteMedia"]["deletedId"], "1", "{answer}");
    let machines: Vec<_> = aws.calls().iter().map(|(_, started)| started["stateMachineArn"].clone()).collect();
    let machine = |name| json!(format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}"));
    assert_eq!(machines, [machine("delete-media"), machine("retry-processing")]);
}

#[tokio::test]
async fn a_refusal_of_the_domain_is_a_typed_error_of_the_payload() {
    let cause = r#"{"errorType":"Media.TooLarge","errorMessage":"the upload may have 7 bytes, it has 8"}"#;
    let answer = failing("Media.TooLarge", cause).query(CREATE, json!({"input": announced(8)})).await;
    let error = json!({
        "__typename": "InvalidSize", "code": "TOO_LARGE", "field": "bytes",
        "message": "the upload may have 7 bytes, it has 8",
    });
    assert_eq!(answer["data"]["createUpload"]["errors"], json!([error]), "{answer}");
    assert_eq!(answer["data"]["createUpload"]["media"], Value::Null);
}

#[tokio::test]
async fn every_mapped_error_is_told() {
    for name in media_schema::MAPPED_ERRORS {
        let answer = failing(name, "why").query(CREATE, json!({"input": announced(5)})).await;
        assert_eq!(answer["data"]["createUpload"]["errors"][0]["message"], "why", "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_size_that_is_none_is_bad_input() {
    for bytes in [json!(-1), json!(1.5), json!("5")] {
        let mut input = announced(5);
        input["bytes"] = bytes.clone();
        let answer = idle().query(CREATE, json!({"input": input})).await;
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains("ByteCount"), "{bytes}: {answer}");
    }
}
