//! Deliveries: retries, dead letters, and what a restart goes on with.

use std::time::Duration;

use crate::engine::{ROLE, START, arn, body, engine, engine_in, settle, stopped_engine_in, until};
use clock::Clock;
use serde_json::{Value, json};
use service::ServiceError;
use store::Location;

const PATTERN: &str = r#"{"source":["s"]}"#;

fn fault() -> Result<Value, ServiceError> {
    Err(ServiceError::server("ServiceException", "down"))
}

fn attributes(message: &Value) -> Value {
    let attributes = message["MessageAttributes"].as_object().unwrap();
    attributes
        .iter()
        .map(|(name, value)| (name.clone(), value["StringValue"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn a_fault_of_the_target_is_retried_until_it_succeeds() {
    let engine = engine();
    engine.rule("r", PATTERN, &arn("lambda", "function:f"), json!({})).await;
    engine.lambda.answer([fault(), fault()]);
    engine.put("s", json!({})).await;
    for calls in 1..=3 {
        until("the next call", async || engine.lambda.count() == calls).await;
        engine.tick().await;
    }
    until("the row to be deleted", async || engine.pending().await == 0).await;
    assert_eq!(engine.lambda.count(), 3);
}

#[tokio::test]
async fn exhausted_retries_end_in_the_dead_letter_queue_with_their_attributes() {
    let engine = engine();
    let dead = engine.queue("dead").await;
    let function = arn("lambda", "function:f");
    let more = json!({"DeadLetterConfig": {"Arn": dead}, "RetryPolicy": {"MaximumRetryAttempts": 1}, "Input": "{}"});
    engine.rule("r", PATTERN, &function, more).await;
    engine.lambda.answer([fault(), fault()]);
    let id = engine.put("s", json!({"n": 1})).await;
    until("the first call", async || engine.lambda.count() == 1).await;
    assert!(engine.is_empty("dead").await);
    engine.tick().await;
    until("the second call", async || engine.lambda.count() == 2).await;
    let letter = engine.receive("dead", 1).await.remove(0);
    assert_eq!(body(&letter)["id"], id, "the event itself, not what the target would have got");
    assert_eq!(
        attributes(&letter),
        json!({
            "RULE_ARN": arn("events", "rule/r"),
            "TARGET_ARN": function,
            "ERROR_CODE": "ERROR_FROM_TARGET",
            "ERROR_MESSAGE": "down",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
            "RETRY_ATTEMPTS": "1",
        })
    );
}

#[tokio::test]
async fn an_event_that_is_too_old_ends_in_the_dead_letter_queue_for_that_reason() {
    let engine = engine();
    let dead = engine.queue("dead").await;
    let more = json!({"DeadLetterConfig": {"Arn": dead}, "RetryPolicy": {"MaximumEventAgeInSeconds": 60}});
    engine.rule("r", PATTERN, &arn("lambda", "function:f"), more).await;
    engine.lambda.answer(std::iter::repeat_with(fault).take(100));
    engine.put("s", json!({})).await;
    while engine.clock.now().as_millis() < START + 60_000 {
        engine.tick().await;
    }
    let letter = engine.receive("dead", 1).await.remove(0);
    assert_eq!(attributes(&letter)["EXHAUSTED_RETRY_CONDITION"], "MaximumEventAgeInSeconds");
    assert!(engine.lambda.count() > 4);
}

#[tokio::test]
async fn a_missing_target_goes_to_the_dead_letter_queue_at_once() {
    let engine = engine();
    let dead = engine.queue("dead").await;
    let queue = arn("sqs", "nowhere");
    engine.rule("r", PATTERN, &queue, json!({"DeadLetterConfig": {"Arn": dead}})).await;
    engine.put("s", json!({})).await;
    let letter = engine.receive("dead", 1).await.remove(0);
    let attributes = attributes(&letter);
    assert_eq!((&attributes["ERROR_CODE"], &attributes["RETRY_ATTEMPTS"]), (&json!("NO_RESOURCE"), &json!("0")));
    assert_eq!(attributes.get("EXHAUSTED_RETRY_CONDITION"), None);
}

#[tokio::test]
async fn an_execution_that_exists_already_counts_as_started() {
    let engine = engine();
    let dead = engine.queue("dead").await;
    let more = json!({"DeadLetterConfig": {"Arn": dead}});
    engine.rule("r", PATTERN, &arn("states", "stateMachine:m"), more).await;
    engine.states.answer([fault(), Err(ServiceError::client("ExecutionAlreadyExists", "it runs"))]);
    engine.put("s", json!({})).await;
    engine.tick().await;
    until("both calls", async || engine.states.count() == 2).await;
    let names: Vec<Value> = engine.states.inputs().iter().map(|input| input["name"].clone()).collect();
    assert_eq!(names[0], names[1]);
    settle().await;
    assert!(engine.is_empty("dead").await);
}

#[tokio::test]
async fn what_was_accepted_before_a_crash_is_delivered_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let name = {
        let engine = engine_in(&location, START);
        engine.rule("r", PATTERN, &arn("states", "stateMachine:m"), json!({})).await;
        engine.states.answer([fault()]);
        engine.put("s", json!({})).await;
        until("the first call", async || engine.states.count() == 1).await;
        engine.platform.stop().await;
        engine.states.inputs()[0]["name"].clone()
    };
    let engine = stopped_engine_in(&location, START + 10_000);
    assert_eq!(engine.pending().await, 1);
    engine.bridge.start();
    until("the call after the restart", async || engine.states.count() == 1).await;
    assert_eq!(engine.states.inputs()[0]["name"], name);
    engine.platform.stop().await;
    drop(engine);
    let engine = engine_in(&location, START + 20_000);
    settle().await;
    assert_eq!((engine.pending().await, engine.states.count()), (0, 0), "what is done stays done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_deliveries_than_fit_into_memory_all_arrive() {
    let engine = engine();
    engine.rule("r", PATTERN, &arn("lambda", "function:f"), json!({})).await;
    let entries: Vec<Value> = (0..10).map(|_| json!({"Source": "s", "DetailType": "t", "Detail": "{}"})).collect();
    for _ in 0..1_200 {
        engine.call("PutEvents", json!({ "Entries": entries })).await;
    }
    until("all calls", async || {
        engine.clock.advance(Duration::from_millis(20));
        engine.lambda.count() >= 12_000
    })
    .await;
    assert_eq!(engine.lambda.count(), 12_000);
}

#[tokio::test]
async fn an_event_goes_from_bus_to_bus_only_once() {
    let engine = engine();
    let (queue, dead) = (engine.queue("q").await, engine.queue("dead").await);
    engine.call("CreateEventBus", json!({"Name": "b"})).await;
    engine.rule("there", PATTERN, &arn("events", "event-bus/b"), json!({})).await;
    engine.call("PutRule", json!({"Name": "back", "EventBusName": "b", "EventPattern": PATTERN})).await;
    let targets = json!([
        {"Id": "q", "Arn": queue},
        {"Id": "back", "Arn": arn("events", "event-bus/default"), "RoleArn": ROLE, "DeadLetterConfig": {"Arn": dead}},
    ]);
    engine.call("PutTargets", json!({"Rule": "back", "EventBusName": "b", "Targets": targets})).await;
    let id = engine.put("s", json!({})).await;
    assert_eq!(body(&engine.receive("q", 1).await[0])["id"], id, "it keeps its envelope");
    let letter = engine.receive("dead", 1).await.remove(0);
    assert_eq!(attributes(&letter)["ERROR_CODE"], "THIRD_ACCOUNT_HOP_DETECTED");
    settle().await;
    assert!(engine.is_empty("q").await && engine.is_empty("dead").await);
}
