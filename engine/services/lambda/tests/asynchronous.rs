//! Asynchronous events: retried on the engine's clock, then dead letters.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Timestamp, VirtualClock};
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Service, ServiceError};
use tokio::sync::mpsc;

use support::{function, open, platform_on};

static SQS: Api = Api {
    id: "sqs",
    name: "SQS",
    target_prefix: None,
    json_version: JsonVersion::V1_0,
    query_version: None,
    routes: &[],
    operations: Operations { built: &[], not_built: &[] },
};

/// Hands on what is sent to any queue.
struct Queue(Mutex<mpsc::UnboundedSender<Value>>);

#[async_trait]
impl Service for Queue {
    fn api(&self) -> &'static Api {
        &SQS
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "GetQueueUrl" => Ok(json!({ "QueueUrl": input["QueueName"] })),
            _ => {
                self.0.lock().unwrap().send(input).unwrap();
                Ok(json!({}))
            }
        }
    }
}

async fn call(platform: &Platform, operation: &str, input: Value) -> Value {
    platform.services.call("lambda", operation, input).await.unwrap()
}

fn with_queue(clock: &VirtualClock) -> (Platform, mpsc::UnboundedReceiver<Value>) {
    let platform = platform_on(clock.clone());
    let (sender, sent) = mpsc::unbounded_channel();
    platform.services.register(Arc::new(Queue(Mutex::new(sender))));
    (platform, sent)
}

async fn advance_to_next_wake(clock: &VirtualClock) -> Timestamp {
    loop {
        if let Some(wake) = clock.next_wake() {
            clock.advance_to(wake);
            return wake;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_failing_event_is_tried_three_times_and_then_a_dead_letter() {
    let start = Timestamp::from_millis(0);
    let clock = VirtualClock::starting_at(start);
    let (platform, mut sent) = with_queue(&clock);
    open(&platform, None);
    let mut create = function("m", json!({ "SluiceBinary": "mirror" }));
    create["DeadLetterConfig"] = json!({ "TargetArn": "arn:aws:sqs:us-east-1:000000000000:dead" });
    call(&platform, "CreateFunction", create).await;
    let config = json!({
        "FunctionName": "m",
        "DestinationConfig": { "OnFailure": { "Destination": "arn:aws:sqs:us-east-1:000000000000:failed" } },
    });
    call(&platform, "PutFunctionEventInvokeConfig", config).await;

    let event = json!({ "FunctionName": "m", "InvocationType": "Event", "Payload": { "do": "fail" } });
    assert_eq!(call(&platform, "Invoke", event).await, json!({ "StatusCode": 202 }));
    assert_eq!(advance_to_next_wake(&clock).await, start.plus(Duration::from_secs(60)));
    assert_eq!(advance_to_next_wake(&clock).await, start.plus(Duration::from_secs(180)));

    let record = sent.recv().await.unwrap();
    assert_eq!(record["QueueUrl"], "failed");
    let body: Value = serde_json::from_str(record["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(body["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(body["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(body["responsePayload"]["errorType"], "Todo.NotFound");
    let letter = sent.recv().await.unwrap();
    assert_eq!(letter["QueueUrl"], "dead");
    assert_eq!(letter["MessageBody"], r#"{"do":"fail"}"#);
    assert_eq!(letter["MessageAttributes"]["ErrorMessage"]["StringValue"], "no todo 7");
    platform.stop().await;
}

#[tokio::test]
async fn an_accepted_event_runs_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let location = store::Location::Directory(directory.path().to_owned());
    let clock = VirtualClock::starting_at(Timestamp::from_millis(0));
    let on_disk = || Platform::new(store::Store::open(&location).unwrap(), Arc::new(clock.clone()), Default::default());
    {
        let platform = on_disk();
        open(&platform, None);
        let mut create = function("m", json!({ "SluiceBinary": "mirror" }));
        create["DeadLetterConfig"] = json!({ "TargetArn": "arn:aws:sqs:us-east-1:000000000000:dead" });
        call(&platform, "CreateFunction", create).await;
        let config = json!({ "FunctionName": "m", "MaximumRetryAttempts": 0 });
        // The engine stops before the event runs: its tasks end at once.
        platform.shutdown.cancel();
        let event = json!({ "FunctionName": "m", "InvocationType": "Event", "Payload": { "do": "fail" } });
        call(&platform, "PutFunctionEventInvokeConfig", config).await;
        call(&platform, "Invoke", event).await;
        platform.stop().await;
    }
    let platform = on_disk();
    let (sender, mut sent) = mpsc::unbounded_channel();
    platform.services.register(Arc::new(Queue(Mutex::new(sender))));
    open(&platform, None).start().unwrap();
    assert_eq!(sent.recv().await.unwrap()["MessageBody"], r#"{"do":"fail"}"#);
    platform.stop().await;
}
