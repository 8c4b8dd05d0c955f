//! Event source mappings, from real queues and tables.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use clock::SystemClock;
use dynamodb::DynamoDb;
use function::{BuildError, Context, Failure, Function, Handler, LambdaEvent};
use lambda::{Lambda, Setup};
use serde_json::{Value, json};
use service::{Platform, Scope};
use sqs::Sqs;
use store::{Location, Store};

/// The batches that the function was given; each test runs in a process of its own.
static BATCHES: LazyLock<Mutex<Vec<Value>>> = LazyLock::new(Mutex::default);
/// What the function answers, first to last; then null.
static ANSWERS: LazyLock<Mutex<Vec<Result<Value, &'static str>>>> = LazyLock::new(Mutex::default);

struct Recorder;

#[async_trait]
impl Handler for Recorder {
    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failure> {
        BATCHES.lock().unwrap().push(event.payload["Records"].clone());
        let mut answers = ANSWERS.lock().unwrap();
        let answer = if answers.is_empty() { Ok(Value::Null) } else { answers.remove(0) };
        answer.map_err(|text| Failure::new("Test.Failed", text))
    }
}

fn build(_: &Context) -> Result<Box<dyn Handler>, BuildError> {
    Ok(Box::new(Recorder))
}

struct Engine {
    platform: Platform,
    lambda: Arc<Lambda>,
}

impl Engine {
    async fn open(location: &Location) -> Self {
        let platform = Platform::new(Store::open(location).unwrap(), Arc::new(SystemClock), Scope::default());
        let region = Region::from_static("us-east-1");
        let setup = Setup {
            linked: vec![Function { name: "recorder", build }],
            aws: SdkConfig::builder().behavior_version(BehaviorVersion::latest()).region(region).build(),
            bootstraps: None,
            endpoint_url: "http://127.0.0.1:4566".to_owned(),
            url_host: "lambda-url.us-east-1.localhost:8080".to_owned(),
        };
        let lambda = Lambda::open(&platform, setup).unwrap();
        platform.services.register(lambda.clone());
        platform.services.register(Sqs::open(&platform, "http://127.0.0.1:4566".to_owned()).unwrap());
        let dynamodb = DynamoDb::open(&platform).unwrap();
        platform.services.register(dynamodb.streams());
        platform.services.register(dynamodb);
        lambda.start().unwrap();
        Self { platform, lambda }
    }

    async fn new() -> Self {
        let engine = Self::open(&Location::Memory).await;
        let function = json!({
            "FunctionName": "record", "Runtime": "provided.al2023", "Handler": "bootstrap",
            "Role": "arn:aws:iam::000000000000:role/x", "Code": {"SluiceBinary": "recorder"},
        });
        engine.call("lambda", "CreateFunction", function).await;
        engine
    }

    async fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        self.platform.services.call(service, operation, input).await.unwrap()
    }

    async fn refused(&self, input: Value) -> String {
        self.platform.services.call("lambda", "CreateEventSourceMapping", input).await.unwrap_err().to_string()
    }

    /// Makes a queue and answers its URL and ARN.
    async fn queue(&self, name: &str, attributes: Value) -> (Value, Value) {
        let url = self.call("sqs", "CreateQueue", json!({"QueueName": name, "Attributes": attributes})).await;
        let input = json!({"QueueUrl": url["QueueUrl"], "AttributeNames": ["QueueArn"]});
        let attributes = self.call("sqs", "GetQueueAttributes", input).await;
        (url["QueueUrl"].clone(), attributes["Attributes"]["QueueArn"].clone())
    }

    async fn send(&self, url: &Value, bodies: &[&str]) {
        let entry = |(index, body): (usize, &&str)| json!({"Id": index.to_string(), "MessageBody": body});
        let entries: Vec<Value> = bodies.iter().enumerate().map(entry).collect();
        self.call("sqs", "SendMessageBatch", json!({"QueueUrl": url, "Entries": entries})).await;
    }

    /// Makes a table with a stream and answers the stream's ARN.
    async fn table(&self) -> Value {
        let table = json!({
            "TableName": "todos", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        });
        self.call("dynamodb", "CreateTable", table).await["TableDescription"]["LatestStreamArn"].clone()
    }

    async fn put(&self, id: usize, version: usize) {
        let item = json!({"id": {"S": id.to_string()}, "version": {"N": version.to_string()}});
        self.call("dynamodb", "PutItem", json!({"TableName": "todos", "Item": item})).await;
    }

    /// Makes a mapping and waits until it is enabled.
    async fn map(&self, members: Value) -> Value {
        let mut input = json!({"FunctionName": "record"});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let created = self.call("lambda", "CreateEventSourceMapping", input).await;
        assert_eq!(created["State"], "Creating");
        self.reached(&created["UUID"], "Enabled").await
    }

    async fn reached(&self, uuid: &Value, state: &str) -> Value {
        until(async || {
            let now = self.call("lambda", "GetEventSourceMapping", json!({"UUID": uuid})).await;
            (now["State"] == state).then_some(now)
        })
        .await
    }

    /// How many messages a queue has, visible or not.
    async fn depth(&self, url: &Value) -> u64 {
        let input = json!({"QueueUrl": url, "AttributeNames": ["All"]});
        let attributes = self.call("sqs", "GetQueueAttributes", input).await["Attributes"].clone();
        let count = |name: &str| attributes[name].as_str().unwrap().parse::<u64>().unwrap();
        count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
    }
}

/// Looks again and again until there is something.
async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.expect("it happens in time")
}

async fn batches(count: usize) -> Vec<Value> {
    until(async || {
        let batches = BATCHES.lock().unwrap().clone();
        (batches.len() >= count).then_some(batches)
    })
    .await
}

fn members<'a>(batch: &'a Value, pointer: &str) -> Vec<&'a str> {
    batch.as_array().unwrap().iter().map(|record| record.pointer(pointer).unwrap().as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_queues_messages_reach_the_function_and_are_deleted() {
    let engine = Engine::new().await;
    let (url, arn) = engine.queue("work", json!({})).await;
    let filter = json!({"body": {"kind": ["wanted"]}}).to_string();
    let mapping =
        engine.map(json!({"EventSourceArn": arn, "FilterCriteria": {"Filters": [{"Pattern": filter}]}})).await;
    assert_eq!((&mapping["BatchSize"], &mapping["StateTransitionReason"]), (&json!(10), &json!("USER_INITIATED")));
    engine.send(&url, &[r#"{"kind":"wanted","n":1}"#, r#"{"kind":"other"}"#]).await;
    let batch = batches(1).await[0].clone();
    assert_eq!(members(&batch, "/body"), [r#"{"kind":"wanted","n":1}"#]);
    assert_eq!((&batch[0]["eventSource"], &batch[0]["eventSourceARN"]), (&json!("aws:sqs"), &arn));
    until(async || (engine.depth(&url).await == 0).then_some(())).await;
}

#[tokio::test]
async fn only_messages_that_the_function_reports_stay_in_the_queue() {
    let engine = Engine::new().await;
    let (url, arn) = engine.queue("work", json!({"VisibilityTimeout": "600"})).await;
    engine.send(&url, &["a", "b"]).await;
    let received = json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0});
    let received = engine.call("sqs", "ReceiveMessage", received).await;
    let b = received["Messages"].as_array().unwrap().iter().find(|message| message["Body"] == "b").unwrap();
    ANSWERS.lock().unwrap().push(Ok(json!({"batchItemFailures": [{"itemIdentifier": b["MessageId"]}]})));
    engine.map(json!({"EventSourceArn": arn, "FunctionResponseTypes": ["ReportBatchItemFailures"]})).await;
    until(async || (engine.depth(&url).await == 1).then_some(())).await;
    let moved = json!({"QueueUrl": url, "MaxNumberOfMessages": 10});
    assert_eq!(engine.call("sqs", "ReceiveMessage", moved).await["Messages"], Value::Null, "b is not visible yet");
}

#[tokio::test]
async fn a_stream_is_repeated_from_the_record_that_failed() {
    let engine = Engine::new().await;
    let stream = engine.table().await;
    for id in 0..3 {
        engine.put(id, 0).await;
    }
    let input = json!({"StreamArn": stream});
    let shard =
        engine.call("streams.dynamodb", "DescribeStream", input).await["StreamDescription"]["Shards"][0].clone();
    let input = json!({"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = engine.call("streams.dynamodb", "GetShardIterator", input).await["ShardIterator"].clone();
    let records = engine.call("streams.dynamodb", "GetRecords", json!({"ShardIterator": iterator})).await;
    let second = &records["Records"][1]["dynamodb"]["SequenceNumber"];
    ANSWERS.lock().unwrap().push(Ok(json!({"batchItemFailures": [{"itemIdentifier": second}]})));
    let mapping = engine
        .map(json!({
            "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON", "BisectBatchOnFunctionError": true,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }))
        .await;
    assert_eq!(mapping["MaximumRetryAttempts"], -1);
    let batches = batches(2).await;
    assert_eq!(members(&batches[0], "/dynamodb/Keys/id/S"), ["0", "1", "2"]);
    assert_eq!(members(&batches[1], "/dynamodb/Keys/id/S"), ["1", "2"]);
    let uuid = &mapping["UUID"];
    until(async || {
        let now = engine.call("lambda", "GetEventSourceMapping", json!({"UUID": uuid})).await;
        (now["LastProcessingResult"] == "OK").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_goes_on_failing_is_told_to_its_destination() {
    let engine = Engine::new().await;
    let stream = engine.table().await;
    let (url, letters) = engine.queue("letters", json!({})).await;
    engine.put(0, 0).await;
    ANSWERS.lock().unwrap().extend([Err("no"), Err("no")]);
    engine
        .map(json!({
            "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 1,
            "DestinationConfig": {"OnFailure": {"Destination": letters}},
        }))
        .await;
    let letter = until(async || {
        let received = engine.call("sqs", "ReceiveMessage", json!({"QueueUrl": url})).await;
        received["Messages"][0]["Body"].as_str().map(|body| serde_json::from_str::<Value>(body).unwrap())
    })
    .await;
    let names: Vec<&String> = letter.as_object().unwrap().keys().collect();
    assert_eq!(names, ["requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo"]);
    assert_eq!(letter["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(letter["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!(letter["responseContext"]["functionError"], "Unhandled");
    assert_eq!(letter["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn parallel_batches_of_a_shard_keep_the_order_of_each_key() {
    let engine = Engine::new().await;
    let stream = engine.table().await;
    for version in 0..20 {
        for id in 0..6 {
            engine.put(id, version).await;
        }
    }
    engine
        .map(json!({
            "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON", "BatchSize": 4, "ParallelizationFactor": 5,
        }))
        .await;
    let all = until(async || {
        let records: Vec<Value> =
            BATCHES.lock().unwrap().iter().flat_map(|batch| batch.as_array().unwrap().clone()).collect();
        (records.len() >= 120).then_some(records)
    })
    .await;
    let text = |record: &Value, pointer: &str| record.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    for id in 0..6 {
        let of = all.iter().filter(|record| text(record, "/dynamodb/Keys/id/S") == id.to_string());
        let versions: Vec<usize> =
            of.map(|record| text(record, "/dynamodb/NewImage/version/N").parse().unwrap()).collect();
        assert_eq!(versions, (0..20).collect::<Vec<_>>());
    }
    let first_key = |batch: &Value| text(&batch[0], "/dynamodb/Keys/id/S");
    let lanes: std::collections::BTreeSet<String> = BATCHES.lock().unwrap().iter().map(first_key).collect();
    assert!(lanes.len() > 1, "several lanes were at work: {lanes:?}");
}

#[tokio::test]
async fn a_mapping_is_disabled_enabled_found_and_deleted() {
    let engine = Engine::new().await;
    let (url, arn) = engine.queue("work", json!({})).await;
    let mapping = engine.map(json!({"EventSourceArn": arn})).await;
    let uuid = mapping["UUID"].clone();
    let updated = engine
        .call("lambda", "UpdateEventSourceMapping", json!({"UUID": uuid, "Enabled": false, "BatchSize": 5}))
        .await;
    assert_eq!((&updated["State"], &updated["BatchSize"]), (&json!("Disabling"), &json!(5)));
    engine.reached(&uuid, "Disabled").await;
    engine.send(&url, &["later"]).await;
    let listed = engine.call("lambda", "ListEventSourceMappings", json!({"FunctionName": "record"})).await;
    assert_eq!(listed["EventSourceMappings"][0]["UUID"], uuid);
    assert!(BATCHES.lock().unwrap().is_empty());
    engine.call("lambda", "UpdateEventSourceMapping", json!({"UUID": uuid, "Enabled": true})).await;
    batches(1).await;
    let deleted = engine.call("lambda", "DeleteEventSourceMapping", json!({"UUID": uuid})).await;
    assert_eq!(deleted["State"], "Deleting");
    until(async || engine.lambda_get(&uuid).await.is_err().then_some(())).await;
}

impl Engine {
    async fn lambda_get(&self, uuid: &Value) -> Result<Value, service::ServiceError> {
        use service::Service;
        self.lambda.call("GetEventSourceMapping", json!({"UUID": uuid})).await
    }
}

#[tokio::test]
async fn what_aws_would_refuse_is_refused_in_its_words() {
    let engine = Engine::new().await;
    let (_, arn) = engine.queue("work", json!({})).await;
    let (_, short) = engine.queue("short", json!({"VisibilityTimeout": "2"})).await;
    let of = |members: Value| {
        let mut input = json!({"FunctionName": "record", "EventSourceArn": arn});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        input
    };
    for pattern in [r#"{"body":"text"}"#, r#"{"body":[]}"#, "text", "null", "[]"] {
        let refused = engine.refused(of(json!({"FilterCriteria": {"Filters": [{"Pattern": pattern}]}}))).await;
        assert_eq!(refused, "InvalidParameterValueException: Invalid filter pattern definition.", "{pattern}");
    }
    assert!(engine.refused(of(json!({"BatchSize": 11}))).await.contains("Maximum batch window in seconds must be"));
    let refused = engine.refused(of(json!({"EventSourceArn": short}))).await;
    assert!(refused.contains("Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds"));
    let kinesis = "arn:aws:kinesis:us-east-1:000000000000:stream/x";
    assert!(engine.refused(of(json!({"EventSourceArn": kinesis}))).await.contains("not from kinesis"));
    engine.map(json!({"EventSourceArn": arn})).await;
    assert!(
        engine.refused(of(json!({}))).await.starts_with("ResourceConflictException: An event source mapping with SQS")
    );
}
