//! Calls from inside the engine: the same behaviour, in JSON.

use serde_json::json;

use crate::support::Engine;

#[tokio::test]
async fn an_object_is_put_and_got_as_base64_with_aws_members() {
    let engine = Engine::new().await;
    let put = json!({
        "Bucket": "photos", "Key": "a/ü 1", "Body": "aGVsbG8=", "ContentType": "text/plain", "Metadata": {"who": "me"},
    });
    let put = engine.call("PutObject", put).await.unwrap();
    assert_eq!(put["ETag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    let got = engine.call("GetObject", json!({"Bucket": "photos", "Key": "a/ü 1"})).await.unwrap();
    assert_eq!(got["Body"], "aGVsbG8=");
    assert_eq!((&got["ContentLength"], &got["ContentType"]), (&json!(5), &json!("text/plain")));
    assert_eq!(got["Metadata"], json!({"who": "me"}));
    assert!(got["LastModified"].is_number());
    let listed = engine.call("ListObjectsV2", json!({"Bucket": "photos", "Prefix": "a/"})).await.unwrap();
    assert_eq!(listed["Contents"][0]["Key"], "a/ü 1");
    assert_eq!((&listed["KeyCount"], &listed["IsTruncated"]), (&json!(1), &json!(false)));
    let objects = json!([{"Key": "a/ü 1"}]);
    let deleted = engine.call("DeleteObjects", json!({"Bucket": "photos", "Delete": {"Objects": objects}}));
    assert_eq!(deleted.await.unwrap()["Deleted"][0]["Key"], "a/ü 1");
}

#[tokio::test]
async fn errors_have_aws_codes_texts_and_statuses() {
    let engine = Engine::new().await;
    let missing = engine.call("GetObject", json!({"Bucket": "photos", "Key": "x"})).await.unwrap_err();
    assert_eq!((missing.code.as_str(), missing.status), ("NoSuchKey", 404));
    assert_eq!(missing.message, "The specified key does not exist.");
    let nobody = engine.call("ListObjects", json!({"Bucket": "nobodys"})).await.unwrap_err();
    assert_eq!(nobody.code, "NoSuchBucket");
    let head = engine.call("HeadObject", json!({"Bucket": "photos", "Key": "x"})).await.unwrap_err();
    assert_eq!((head.code.as_str(), head.status), ("NotFound", 404));
    let acl = engine.call("GetBucketAcl", json!({"Bucket": "photos"})).await.unwrap_err();
    assert!(acl.message.contains("GetBucketAcl"), "{acl}");
    assert_eq!(engine.call("Nonsense", json!({})).await.unwrap_err().code, "UnknownOperationException");
    assert!(engine.call("GetObject", json!({"Bucket": "photos"})).await.unwrap_err().message.contains("Key"));
}

#[tokio::test]
async fn a_multipart_upload_is_made_by_calls() {
    let engine = Engine::new().await;
    let begun = engine.call("CreateMultipartUpload", json!({"Bucket": "photos", "Key": "k"})).await.unwrap();
    let mut part =
        json!({"Bucket": "photos", "Key": "k", "UploadId": begun["UploadId"], "PartNumber": 1, "Body": "aGk="});
    let sent = engine.call("UploadPart", part.clone()).await.unwrap();
    part.as_object_mut().unwrap().retain(|name, _| name != "Body" && name != "PartNumber");
    part["MultipartUpload"] = json!({"Parts": [{"PartNumber": 1, "ETag": sent["ETag"]}]});
    engine.call("CompleteMultipartUpload", part).await.unwrap();
    assert_eq!(engine.get("k").await.unwrap(), b"hi");
}
