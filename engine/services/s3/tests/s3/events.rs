//! What is told of objects, to whom.

use aws_sdk_s3::primitives::ByteStream;
use serde_json::{Value, json};

use crate::support::Engine;

impl Engine {
    async fn notify(&self, configuration: Value) -> Result<Value, service::ServiceError> {
        let input = json!({"Bucket": "photos", "NotificationConfiguration": configuration});
        self.call("PutBucketNotificationConfiguration", input).await
    }

    /// Sends what reaches the default bus to a queue.
    async fn queue_the_bus(&self) {
        let arn = self.make_queue("bus").await;
        let events = &self.platform.services;
        let rule = json!({"Name": "objects", "EventPattern": r#"{"source":["aws.s3"]}"#});
        events.call("events", "PutRule", rule).await.unwrap();
        let targets = json!({"Rule": "objects", "Targets": [{"Id": "queue", "Arn": arn}]});
        events.call("events", "PutTargets", targets).await.unwrap();
    }
}

#[tokio::test]
async fn the_default_bus_hears_of_objects_made_tagged_and_deleted() {
    let engine = Engine::new().await;
    engine.queue_the_bus().await;
    engine.notify(json!({"EventBridgeConfiguration": {}})).await.unwrap();
    engine.put("up/ü 1", b"hello").await;
    let mut event = engine.next("bus").await;
    assert_eq!(event["detail-type"], "Object Created");
    assert_eq!(event["resources"], json!(["arn:aws:s3:::photos"]));
    let detail = event["detail"].as_object_mut().unwrap();
    let sequencer = detail["object"].as_object_mut().unwrap().remove("sequencer").unwrap();
    let id = detail.remove("request-id").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 16);
    assert_eq!(
        event["detail"],
        json!({
            "version": "0",
            "bucket": {"name": "photos"},
            "object": {"key": "up/ü 1", "size": 5, "etag": "5d41402abc4b2a76b9719d911017c592"},
            "requester": "000000000000",
            "source-ip-address": "127.0.0.1",
            "reason": "PutObject",
        })
    );
    let tags = json!({"Bucket": "photos", "Key": "up/ü 1", "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}});
    engine.call("PutObjectTagging", tags).await.unwrap();
    assert_eq!(engine.next("bus").await["detail-type"], "Object Tags Added");
    engine.client.delete_object().bucket("photos").key("up/ü 1").send().await.unwrap();
    let deleted = engine.next("bus").await;
    assert_eq!(deleted["detail-type"], "Object Deleted");
    assert_eq!(deleted["detail"]["reason"], "DeleteObject");
    assert_eq!(deleted["detail"]["deletion-type"], "Permanently Deleted");
    assert!(deleted["detail"]["object"]["sequencer"].as_str() > sequencer.as_str());
}

#[tokio::test]
async fn a_queue_is_tried_out_and_then_told_what_fits_its_filter() {
    let engine = Engine::new().await;
    let arn = engine.make_queue("images").await;
    let rules = json!([{"Name": "prefix", "Value": "up/"}, {"Name": "suffix", "Value": ".png"}]);
    let configuration = |arn: &str| {
        json!({"QueueConfigurations": [{
            "Id": "one", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}},
        }]})
    };
    let missing = engine.notify(configuration(&format!("{arn}-not"))).await.unwrap_err();
    assert_eq!(missing.code, "InvalidArgument");
    assert_eq!(missing.message, "Unable to validate the following destination configurations");
    engine.notify(configuration(&arn)).await.unwrap();
    let test = engine.next("images").await;
    assert_eq!((&test["Event"], &test["Bucket"]), (&json!("s3:TestEvent"), &json!("photos")));

    engine.put("other/1.png", b"").await;
    engine.put("up/1.gif", b"").await;
    engine.put("up/a b.png", b"hello").await;
    let told = engine.next("images").await;
    let record = &told["Records"][0];
    assert_eq!((&record["eventSource"], &record["eventName"]), (&json!("aws:s3"), &json!("ObjectCreated:Put")));
    assert_eq!(record["s3"]["configurationId"], "one");
    assert_eq!(record["s3"]["object"]["key"], "up/a+b.png");
    assert_eq!(record["s3"]["object"]["size"], 5);
}

#[tokio::test]
async fn copies_and_multipart_uploads_tell_their_own_reason() {
    let engine = Engine::new().await;
    engine.put("from", b"x").await;
    engine.queue_the_bus().await;
    engine.notify(json!({"EventBridgeConfiguration": {}})).await.unwrap();
    engine.client.copy_object().bucket("photos").key("to").copy_source("photos/from").send().await.unwrap();
    assert_eq!(engine.next("bus").await["detail"]["reason"], "CopyObject");
    let begun = engine.client.create_multipart_upload().bucket("photos").key("big").send().await.unwrap();
    let id = begun.upload_id().unwrap();
    let part = engine.client.upload_part().bucket("photos").key("big").upload_id(id).part_number(1);
    let part = part.body(ByteStream::from_static(b"x")).send().await.unwrap();
    let parts = json!({"Parts": [{"PartNumber": 1, "ETag": part.e_tag()}]});
    let complete = json!({"Bucket": "photos", "Key": "big", "UploadId": id, "MultipartUpload": parts});
    engine.call("CompleteMultipartUpload", complete).await.unwrap();
    assert_eq!(engine.next("bus").await["detail"]["reason"], "CompleteMultipartUpload");
}

#[tokio::test]
async fn a_configuration_that_s3_refuses_leaves_the_one_before() {
    let engine = Engine::new().await;
    let arn = engine.make_queue("images").await;
    let queue = |events: &str, prefix: &str| json!({"QueueArn": arn, "Events": [events], "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}});
    let kept = json!({"QueueConfigurations": [queue("s3:ObjectCreated:*", "a/"), queue("s3:ObjectCreated:*", "b/")]});
    engine.notify(kept).await.unwrap();
    let refused = async |queues: Value, expected: &str| {
        let error = engine.notify(json!({"QueueConfigurations": queues})).await.unwrap_err();
        assert!(error.code == "InvalidArgument" && error.message.starts_with(expected), "{error}");
    };
    refused(json!([queue("s3:Foo", "a/")]), "The event is not supported for notifications").await;
    refused(
        json!([queue("s3:ObjectCreated:*", "a/"), queue("s3:ObjectCreated:Put", "a/b")]),
        "Configuration is ambiguously defined.",
    )
    .await;
    let plain = json!({"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]});
    refused(json!([plain, plain]), "Configurations overlap.").await;
    let all = engine.call("GetBucketNotificationConfiguration", json!({"Bucket": "photos"})).await.unwrap();
    assert_eq!(all["QueueConfigurations"].as_array().unwrap().len(), 2, "{all}");
}
