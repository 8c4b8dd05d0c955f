//! Pipes from queues, and into them.

use std::sync::Arc;

use clock::SystemClock;
use pipes::Pipes;
use serde_json::{Value, json};
use service::{Platform, Scope, Service};
use sqs::Sqs;
use store::{Location, Store};

use crate::doubles::{Engine, FUNCTION, MACHINE, QUEUE, World, refused};

fn message(id: usize, body: &str) -> Value {
    json!({
        "MessageId": format!("message-{id}"), "ReceiptHandle": format!("receipt-{id}"), "Body": body,
        "Attributes": {"ApproximateReceiveCount": "1"}, "MD5OfBody": "x",
        "MessageAttributes": {"kind": {"StringValue": "a", "DataType": "String"}},
    })
}

async fn pipe(engine: &Engine, rest: Value) {
    let mut input = json!({"Name": "p", "RoleArn": "arn:aws:iam::000000000000:role/pipe", "Source": QUEUE});
    input.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    engine.call("CreatePipe", input).await.unwrap();
    engine.reached("RUNNING").await;
}

fn receipts(deletes: &[Value]) -> Vec<&str> {
    let entries = deletes.iter().flat_map(|delete| delete["Entries"].as_array().unwrap());
    entries.map(|entry| entry["ReceiptHandle"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_are_deleted_once_they_are_done_or_passed_over() {
    let engine = Engine::new();
    engine.world.with(|state| {
        state.messages =
            vec![message(1, r#"{"kind":"wanted","n":1}"#), message(2, r#"{"kind":"other"}"#), message(3, "text")];
    });
    let filter = json!({"body": {"kind": ["wanted"]}}).to_string();
    pipe(&engine, json!({
        "SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": filter}]}},
        "Target": FUNCTION,
        "TargetParameters": {"InputTemplate": "{\"n\": <$.body.n>, \"kind\": \"<$.messageAttributes.kind.stringValue>\"}"},
    }))
    .await;
    let deletes = engine.world.called("sqs:DeleteMessageBatch", 2).await;
    assert_eq!(receipts(&deletes), ["receipt-2", "receipt-3", "receipt-1"]);
    assert_eq!(engine.world.calls("lambda:Invoke")[0]["Payload"], json!([{"n": 1, "kind": "a"}]));
}

#[tokio::test]
async fn messages_that_fail_stay_in_their_queue() {
    let engine = Engine::new();
    engine.world.with(|state| state.messages = vec![message(1, "a"), message(2, "b")]);
    let report = json!({"batchItemFailures": [{"itemIdentifier": "message-1"}]});
    engine.world.answer("lambda:Invoke", [Ok(json!({"StatusCode": 200, "Payload": report})), refused()]);
    pipe(&engine, json!({"Target": FUNCTION})).await;
    assert_eq!(receipts(&engine.world.called("sqs:DeleteMessageBatch", 1).await), ["receipt-2"]);
    engine.world.with(|state| state.messages = vec![message(1, "a")]);
    while engine.world.calls("lambda:Invoke").len() < 2 {
        engine.nudge();
        tokio::task::yield_now().await;
    }
    assert_eq!(engine.world.calls("sqs:DeleteMessageBatch").len(), 1);
}

#[tokio::test]
async fn a_state_machine_can_answer_and_report_failures() {
    let engine = Engine::new();
    engine.world.with(|state| state.messages = vec![message(1, "a"), message(2, "b")]);
    let output = json!({"batchItemFailures": [{"itemIdentifier": "message-2"}]}).to_string();
    engine.world.answer("states:StartSyncExecution", [Ok(json!({"status": "SUCCEEDED", "output": output}))]);
    pipe(&engine, json!({"Target": MACHINE})).await;
    assert_eq!(receipts(&engine.world.called("sqs:DeleteMessageBatch", 1).await), ["receipt-1"]);
}

#[tokio::test]
async fn messages_go_on_to_another_queue() {
    let engine = Engine::new();
    engine.world.with(|state| state.messages = vec![message(1, r#"{"group":"g"}"#), message(2, r#"{"group":7}"#)]);
    pipe(
        &engine,
        json!({
            "Target": "arn:aws:sqs:us-east-1:000000000000:out.fifo",
            "TargetParameters": {
                "SqsQueueParameters": {"MessageGroupId": "$.body.group", "MessageDeduplicationId": "$.messageId"},
                "InputTemplate": "got <$.messageId>",
            },
        }),
    )
    .await;
    let sends = engine.world.called("sqs:SendMessageBatch", 1).await;
    assert_eq!(
        sends[0],
        json!({"QueueUrl": "out.fifo", "Entries": [
            {"Id": "0", "MessageBody": "got message-1", "MessageGroupId": "g",
                "MessageDeduplicationId": "message-1"},
            {"Id": "1", "MessageBody": "got message-2", "MessageGroupId": "7",
                "MessageDeduplicationId": "message-2"},
        ]})
    );
}

#[tokio::test]
async fn a_request_to_an_api_destination_is_addressed_by_its_message() {
    let engine = Engine::new();
    engine.world.with(|state| state.messages = vec![message(1, r#"{"id":"a"}"#)]);
    let destination = "arn:aws:events:us-east-1:000000000000:api-destination/d/1";
    let parameters = json!({"HttpParameters": {
        "PathParameterValues": ["$.body.id"], "HeaderParameters": {"x-id": "$.messageId", "x-none": "$.none"},
        "QueryStringParameters": {"plain": "id $.body.id"},
    }});
    pipe(&engine, json!({"Target": destination, "TargetParameters": parameters})).await;
    let asked = engine.world.called("events:InvokeApiDestination", 1).await;
    assert_eq!(
        asked[0]["HttpParameters"],
        json!({
            "PathParameterValues": ["a"], "HeaderParameters": {"x-id": "message-1", "x-none": ""},
            "QueryStringParameters": {"plain": "id $.body.id"},
        })
    );
}

#[tokio::test]
async fn messages_of_a_real_queue_go_on_and_are_gone() {
    let platform = Platform::new(Store::open(&Location::Memory).unwrap(), Arc::new(SystemClock), Scope::default());
    World::default().register(&platform);
    let sqs = Sqs::open(&platform, "http://127.0.0.1:4566").unwrap();
    platform.services.register(sqs.clone());
    let pipes = Pipes::open(&platform).unwrap();
    let call = |operation: &'static str, input: Value| {
        let sqs = sqs.clone();
        async move { sqs.call(operation, input).await.unwrap() }
    };
    let source = call("CreateQueue", json!({"QueueName": "work"})).await["QueueUrl"].clone();
    let target = call("CreateQueue", json!({"QueueName": "out"})).await["QueueUrl"].clone();
    let pipe = json!({
        "Name": "p", "RoleArn": "arn:aws:iam::000000000000:role/pipe", "Source": QUEUE,
        "Target": "arn:aws:sqs:us-east-1:000000000000:out",
        "TargetParameters": {"InputTemplate": "{\"n\": <$.body.n>}"},
    });
    pipes.call("CreatePipe", pipe).await.unwrap();
    for n in 0..3 {
        call("SendMessage", json!({"QueueUrl": source, "MessageBody": json!({"n": n}).to_string()})).await;
    }
    let mut bodies = Vec::new();
    while bodies.len() < 3 {
        let receive = json!({"QueueUrl": target, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1});
        let answer = call("ReceiveMessage", receive).await;
        let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
        bodies.extend(messages.iter().map(|message| message["Body"].as_str().unwrap().to_owned()));
    }
    bodies.sort();
    assert_eq!(bodies, [r#"{"n":0}"#, r#"{"n":1}"#, r#"{"n":2}"#]);
    pipes.call("StopPipe", json!({"Name": "p"})).await.unwrap();
    while pipes.call("DescribePipe", json!({"Name": "p"})).await.unwrap()["CurrentState"] != "STOPPED" {
        tokio::task::yield_now().await;
    }
    let counts = json!({"QueueUrl": source, "AttributeNames": ["All"]});
    let attributes = call("GetQueueAttributes", counts).await["Attributes"].clone();
    assert_eq!(attributes["ApproximateNumberOfMessages"], "0");
    assert_eq!(attributes["ApproximateNumberOfMessagesNotVisible"], "0");
}
