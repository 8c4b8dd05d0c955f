//! Lifecycle rules on a clock that jumps.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Engine;

const DAY: Duration = Duration::from_secs(86_400);

impl Engine {
    async fn rule(&self, rule: Value) {
        let input = json!({"Bucket": "photos", "LifecycleConfiguration": {"Rules": [rule]}});
        self.call("PutBucketLifecycleConfiguration", input).await.unwrap();
    }
}

#[tokio::test]
async fn objects_expire_at_the_midnight_after_their_days_and_the_bus_hears_of_it() {
    let (engine, clock) = Engine::in_2030().await;
    let arn = engine.make_queue("removed").await;
    let queue = json!({"QueueArn": arn, "Events": ["s3:LifecycleExpiration:*"]});
    let notification = json!({"Bucket": "photos", "NotificationConfiguration": {"QueueConfigurations": [queue]}});
    engine.call("PutBucketNotificationConfiguration", notification).await.unwrap();
    engine.next("removed").await;
    engine.put("tmp/1", b"1").await;
    engine.put("kept", b"1").await;
    engine.rule(json!({"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}})).await;
    clock.advance(DAY * 2);
    let told = engine.next("removed").await;
    assert_eq!(told["Records"][0]["eventName"], "LifecycleExpiration:Delete");
    assert_eq!(told["Records"][0]["s3"]["object"]["key"], "tmp/1");
    assert_eq!(engine.get("tmp/1").await, None);
    assert_eq!(engine.get("kept").await.unwrap(), b"1");
}

#[tokio::test]
async fn old_versions_and_abandoned_uploads_go_too() {
    let (engine, clock) = Engine::in_2030().await;
    let arn = engine.make_queue("removed").await;
    let queue = json!({"QueueArn": arn, "Events": ["s3:LifecycleExpiration:*"]});
    let notification = json!({"Bucket": "photos", "NotificationConfiguration": {"QueueConfigurations": [queue]}});
    engine.call("PutBucketNotificationConfiguration", notification).await.unwrap();
    engine.next("removed").await;
    let versioning = json!({"Bucket": "photos", "VersioningConfiguration": {"Status": "Enabled"}});
    engine.call("PutBucketVersioning", versioning).await.unwrap();
    engine.put("k", b"1").await;
    engine.put("k", b"2").await;
    engine.client.create_multipart_upload().bucket("photos").key("big").send().await.unwrap();
    engine
        .rule(json!({
            "Status": "Enabled", "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }))
        .await;
    clock.advance(DAY * 2);
    engine.next("removed").await;
    let versions = engine.call("ListObjectVersions", json!({"Bucket": "photos"})).await.unwrap();
    assert_eq!(versions["Versions"].as_array().unwrap().len(), 1);
    let uploads = engine.call("ListMultipartUploads", json!({"Bucket": "photos"})).await.unwrap();
    assert_eq!(uploads["Uploads"], Value::Null);
    assert_eq!(engine.get("k").await.unwrap(), b"2");
}
