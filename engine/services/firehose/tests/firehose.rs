//! Firehose by its operations, with a bucket that notes what it is given.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clock::{Clock, Timestamp, VirtualClock};
use firehose::Firehose;
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use store::{Location, Store, StoreError};

const START: i64 = 1_800_000_000_000;

/// A double of S3: objects by bucket and key.
#[derive(Default)]
struct Buckets {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    refusals: Mutex<VecDeque<ServiceError>>,
}

static S3: Api = Api {
    id: "s3",
    name: "S3",
    target_prefix: None,
    json_version: JsonVersion::V1_0,
    query_version: None,
    routes: &[],
    operations: Operations { built: &[], not_built: &[] },
};

#[async_trait]
impl Service for Buckets {
    fn api(&self) -> &'static Api {
        &S3
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        assert_eq!(operation, "PutObject");
        if let Some(refusal) = self.refusals.lock().unwrap().pop_front() {
            return Err(refusal);
        }
        let name = format!("{}/{}", input["Bucket"].as_str().unwrap(), input["Key"].as_str().unwrap());
        let body = BASE64_STANDARD.decode(input["Body"].as_str().unwrap()).unwrap();
        self.objects.lock().unwrap().insert(name, body);
        Ok(json!({}))
    }
}

struct Engine {
    platform: Platform,
    clock: VirtualClock,
    buckets: Arc<Buckets>,
    firehose: Arc<Firehose>,
}

impl Engine {
    fn at(location: &Location, start: i64) -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(start));
        let store = loop {
            match Store::open(location) {
                Err(StoreError::Locked { .. }) => std::thread::yield_now(),
                opened => break opened.unwrap(),
            }
        };
        let platform = Platform::new(store, Arc::new(clock.clone()), Scope::default());
        let buckets = Arc::new(Buckets::default());
        platform.services.register(buckets.clone());
        let firehose = Firehose::open(&platform).unwrap();
        firehose.start();
        Self { platform, clock, buckets, firehose }
    }

    fn new() -> Self {
        Self::at(&Location::Memory, START)
    }

    async fn call(&self, operation: &str, input: Value) -> Value {
        self.firehose.call(operation, input).await.unwrap()
    }

    async fn stream(&self, more: Value) {
        let mut destination =
            json!({"RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": "arn:aws:s3:::bucket", "Prefix": "in/"});
        destination.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let input = json!({"DeliveryStreamName": "s", "ExtendedS3DestinationConfiguration": destination});
        let answer = self.call("CreateDeliveryStream", input).await;
        assert_eq!(answer["DeliveryStreamARN"], "arn:aws:firehose:us-east-1:000000000000:deliverystream/s");
    }

    async fn put(&self, data: &str) {
        let input = json!({"DeliveryStreamName": "s", "Record": {"Data": BASE64_STANDARD.encode(data)}});
        assert_eq!(self.call("PutRecord", input).await["Encrypted"], false);
    }

    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.buckets.objects.lock().unwrap().clone()
    }

    /// Moves the clock to the next moment that the engine waits for.
    async fn tick(&self) {
        let mut next = self.clock.next_wake();
        while next.is_none() {
            tokio::task::yield_now().await;
            next = self.clock.next_wake();
        }
        self.clock.advance_to(next.unwrap());
    }

    /// Waits until there are so many objects.
    async fn written(&self, count: usize) -> BTreeMap<String, Vec<u8>> {
        let looking = async {
            while self.objects().len() < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), looking).await.unwrap();
        self.objects()
    }

    async fn left(&self) -> i64 {
        let count = |connection: &store::rusqlite::Connection| {
            let count = connection.query_row("SELECT count(*) FROM firehose_records", [], |row| row.get(0));
            Ok::<_, ServiceError>(count?)
        };
        self.platform.store.read(count).await.unwrap()
    }
}

#[tokio::test]
async fn records_are_written_together_when_the_oldest_has_waited_long_enough() {
    let engine = Engine::new();
    engine.stream(json!({"BufferingHints": {"IntervalInSeconds": 60}})).await;
    engine.put("one\n").await;
    engine.clock.advance(Duration::from_secs(30));
    let records: Vec<Value> =
        ["two\n", "three\n"].iter().map(|text| json!({"Data": BASE64_STANDARD.encode(text)})).collect();
    let batch = engine.call("PutRecordBatch", json!({"DeliveryStreamName": "s", "Records": records})).await;
    assert_eq!((&batch["FailedPutCount"], batch["RequestResponses"].as_array().unwrap().len()), (&json!(0), 2));
    assert!(engine.objects().is_empty());
    engine.tick().await;
    assert_eq!(engine.clock.now().as_millis(), START + 60_000);
    let written = engine.written(1).await;
    let (name, bytes) = written.first_key_value().unwrap();
    assert!(name.starts_with("bucket/in/2027/01/15/08/s-1-2027-01-15-08-00-00-"), "{name}");
    assert_eq!(bytes, b"one\ntwo\nthree\n");
}

#[tokio::test]
async fn a_full_buffer_does_not_wait() {
    let engine = Engine::new();
    engine
        .stream(json!({"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 900}, "CompressionFormat": "GZIP"}))
        .await;
    let half = "x".repeat(600_000);
    engine.put(&half).await;
    engine.put(&half).await;
    let written = engine.written(1).await;
    let (name, bytes) = written.first_key_value().unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut text).unwrap();
    assert!(name.ends_with(".gz") && text == half, "an object has no more than the buffer's size");
}

#[tokio::test]
async fn what_was_accepted_before_a_stop_is_written_after_it_under_the_same_name() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    {
        let engine = Engine::at(&location, START);
        engine.stream(json!({})).await;
        engine.put("kept").await;
        engine.platform.stop().await;
    }
    let engine = Engine::at(&location, START + 400_000);
    let written = engine.written(1).await;
    assert!(written.keys().next().unwrap().starts_with("bucket/in/2027/01/15/08/s-1-2027-01-15-08-00-00-"));
    while engine.left().await > 0 {
        tokio::task::yield_now().await;
    }
    engine.platform.stop().await;
}

#[tokio::test]
async fn a_bucket_that_refuses_is_tried_again() {
    let engine = Engine::new();
    engine.buckets.refusals.lock().unwrap().push_back(ServiceError::server("SlowDown", "later"));
    engine.stream(json!({"BufferingHints": {"IntervalInSeconds": 0}})).await;
    engine.put("patient").await;
    engine.tick().await;
    assert_eq!(engine.written(1).await.into_values().next().unwrap(), b"patient");
}

#[tokio::test]
async fn streams_are_described_listed_tagged_and_deleted() {
    let engine = Engine::new();
    engine.stream(json!({})).await;
    let named = json!({"DeliveryStreamName": "s"});
    let description = engine.call("DescribeDeliveryStream", named.clone()).await["DeliveryStreamDescription"].clone();
    assert_eq!((&description["DeliveryStreamStatus"], &description["VersionId"]), (&json!("ACTIVE"), &json!("1")));
    let destination = &description["Destinations"][0]["ExtendedS3DestinationDescription"];
    assert_eq!(destination["BufferingHints"], json!({"SizeInMBs": 5, "IntervalInSeconds": 300}));
    let listed = engine.call("ListDeliveryStreams", json!({})).await;
    assert_eq!(listed, json!({"DeliveryStreamNames": ["s"], "HasMoreDeliveryStreams": false}));
    let tags = json!([{"Key": "team", "Value": "a"}]);
    engine.call("TagDeliveryStream", json!({"DeliveryStreamName": "s", "Tags": tags})).await;
    assert_eq!(engine.call("ListTagsForDeliveryStream", named.clone()).await["Tags"], tags);
    engine.call("DeleteDeliveryStream", named.clone()).await;
    let gone = engine.firehose.call("PutRecord", named).await.unwrap_err();
    assert_eq!(gone.message, "Firehose s under account 000000000000 not found.");
}

#[tokio::test]
async fn sources_and_destinations_that_are_not_built_are_refused_by_name() {
    let engine = Engine::new();
    for member in ["RedshiftDestinationConfiguration", "KinesisStreamSourceConfiguration"] {
        let input = json!({"DeliveryStreamName": "s", member: {}});
        let refused = engine.firehose.call("CreateDeliveryStream", input).await.unwrap_err();
        assert!(refused.message.contains(member), "{}", refused.message);
    }
}
