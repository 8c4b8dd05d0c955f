//! What AWS refuses is not taken in silence; what it ignores does no harm.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketCannedAcl, ObjectCannedAcl, ObjectOwnership, StorageClass};
use http::Request;
use serde_json::{Value, json};

use crate::support::{ADDRESS, Engine, code};

#[tokio::test]
async fn buckets_allow_no_access_control_lists_unless_told_to() {
    let engine = Engine::new().await;
    let put = |acl: ObjectCannedAcl| engine.client.put_object().bucket("photos").key("k").acl(acl).send();
    assert_eq!(code(put(ObjectCannedAcl::PublicRead).await), "AccessControlListNotSupported");
    assert_eq!(code(put(ObjectCannedAcl::Private).await), "AccessControlListNotSupported");
    put(ObjectCannedAcl::BucketOwnerFullControl).await.unwrap();
    let copy = engine.client.copy_object().bucket("photos").key("to").copy_source("photos/k");
    assert_eq!(code(copy.acl(ObjectCannedAcl::PublicRead).send().await), "AccessControlListNotSupported");
    let upload = engine.client.create_multipart_upload().bucket("photos").key("k").grant_read("id=me");
    assert_eq!(code(upload.send().await), "AccessControlListNotSupported");

    let make = |name: &str, acl: BucketCannedAcl| engine.client.create_bucket().bucket(name).acl(acl);
    let open = make("open", BucketCannedAcl::PublicRead);
    assert_eq!(code(open.clone().send().await), "InvalidBucketAclWithObjectOwnership");
    assert_eq!(code(open.object_ownership(ObjectOwnership::ObjectWriter).send().await), "NotImplemented");
    let own = make("own", BucketCannedAcl::Private).object_ownership(ObjectOwnership::ObjectWriter);
    own.send().await.unwrap();
    let put = |acl: ObjectCannedAcl| engine.client.put_object().bucket("own").key("k").acl(acl).send();
    put(ObjectCannedAcl::Private).await.unwrap();
    assert_eq!(code(put(ObjectCannedAcl::PublicRead).await), "NotImplemented");
}

#[tokio::test]
async fn an_object_has_a_class_that_there_is_and_little_metadata() {
    let engine = Engine::new().await;
    let put = || engine.client.put_object().bucket("photos").key("k").body(ByteStream::from_static(b"x"));
    assert_eq!(code(put().storage_class(StorageClass::from("WHAT")).send().await), "InvalidStorageClass");
    assert_eq!(code(put().storage_class(StorageClass::Outposts).send().await), "InvalidStorageClass");
    assert_eq!(code(put().metadata("a", "b".repeat(2048)).send().await), "MetadataTooLarge");
    put().metadata("a", "b".repeat(2047)).storage_class(StorageClass::StandardIa).send().await.unwrap();
    let upload = engine.client.create_multipart_upload().bucket("photos").key("k");
    assert_eq!(code(upload.metadata("a", "b".repeat(2048)).send().await), "MetadataTooLarge");
    let copy = engine.client.copy_object().bucket("photos").key("to").copy_source("photos/k");
    assert_eq!(code(copy.storage_class(StorageClass::from("WHAT")).send().await), "InvalidStorageClass");
    let class = json!({"Bucket": "photos", "Key": "k", "StorageClass": "WHAT"});
    assert_eq!(engine.call("PutObject", class).await.unwrap_err().code, "InvalidStorageClass");
}

#[tokio::test]
async fn a_bucket_has_the_owner_that_is_expected() {
    let engine = Engine::new().await;
    engine.put("k", b"x").await;
    let head = |owner: &str| engine.client.head_object().bucket("photos").key("k").expected_bucket_owner(owner).send();
    head("000000000000").await.unwrap();
    assert_eq!(head("111111111111").await.unwrap_err().raw_response().unwrap().status().as_u16(), 403);
    let list = engine.client.list_objects_v2().bucket("photos").expected_bucket_owner("me");
    assert_eq!(code(list.send().await), "InvalidBucketOwnerAWSAccountID");
}

#[tokio::test]
async fn ranges_that_cannot_be_read_are_ignored_but_not_by_copies() {
    let engine = Engine::new().await;
    engine.put("k", b"hello").await;
    for (range, status, expected) in [
        ("bytes=1-2", 206, "el"),
        ("bytes=0-1,3-4", 200, "hello"),
        ("bytes=5-2", 200, "hello"),
        ("lines=1-2", 200, "hello"),
        ("bytes=9-", 416, "<Code>InvalidRange</Code>"),
    ] {
        let get = Request::get(format!("{ADDRESS}/photos/k")).header("authorization", "AWS4 Credential=me");
        let (got, text) = engine.send(get.header("range", range).body(Vec::new()).unwrap()).await;
        assert!(got == status && text.contains(expected), "{range}: {got} {text}");
    }
    let upload = engine.call("CreateMultipartUpload", json!({"Bucket": "photos", "Key": "to"})).await.unwrap();
    let mut part = json!({"Bucket": "photos", "Key": "to", "PartNumber": 1, "CopySource": "photos/k"});
    part["UploadId"] = upload["UploadId"].clone();
    part["CopySourceRange"] = "bytes=5-2".into();
    assert_eq!(engine.call("UploadPartCopy", part).await.unwrap_err().code, "InvalidArgument");
}

#[tokio::test]
async fn a_copy_of_nothing_names_what_is_missing() {
    let engine = Engine::new().await;
    let missing = async |source: &str| -> Value {
        let copy = json!({"Bucket": "photos", "Key": "to", "CopySource": source});
        let error = engine.call("CopyObject", copy).await.unwrap_err();
        json!([error.code, error.members])
    };
    assert_eq!(missing("photos/from").await, json!(["NoSuchKey", {"Key": "from"}]));
    assert_eq!(missing("nobodys/from").await, json!(["NoSuchBucket", {"BucketName": "nobodys"}]));
}
