//! What senders and receivers of a queue see.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, Timestamp, VirtualClock};
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use sqs::Sqs;
use store::{Location, Store};

struct Engine {
    platform: Platform,
    clock: VirtualClock,
    sqs: Arc<Sqs>,
}

fn engine_in(location: &Location) -> Engine {
    let clock = VirtualClock::starting_at(Timestamp::from_millis(1_800_000_000_000));
    let platform = Platform::new(Store::open(location).unwrap(), Arc::new(clock.clone()), Scope::default());
    let sqs = Sqs::open(&platform, "http://127.0.0.1:4566").unwrap();
    Engine { platform, clock, sqs }
}

fn engine() -> Engine {
    engine_in(&Location::Memory)
}

impl Engine {
    async fn try_call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.sqs.call(operation, input).await
    }

    async fn call(&self, operation: &str, input: Value) -> Value {
        self.try_call(operation, input).await.unwrap()
    }

    async fn create(&self, name: &str, attributes: Value) -> String {
        let answer = self.call("CreateQueue", json!({"QueueName": name, "Attributes": attributes})).await;
        answer["QueueUrl"].as_str().unwrap().to_owned()
    }

    async fn send(&self, url: &str, body: &str) {
        self.call("SendMessage", json!({"QueueUrl": url, "MessageBody": body})).await;
    }

    async fn receive(&self, url: &str) -> Vec<Value> {
        let input = json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"]});
        self.call("ReceiveMessage", input).await["Messages"].as_array().cloned().unwrap_or_default()
    }

    async fn counts(&self, url: &str) -> (String, String, String) {
        let answer = self.call("GetQueueAttributes", json!({"QueueUrl": url, "AttributeNames": ["All"]})).await;
        let of = |name: &str| answer["Attributes"][name].as_str().unwrap().to_owned();
        (
            of("ApproximateNumberOfMessages"),
            of("ApproximateNumberOfMessagesNotVisible"),
            of("ApproximateNumberOfMessagesDelayed"),
        )
    }
}

fn counts(visible: &str, in_flight: &str, delayed: &str) -> (String, String, String) {
    (visible.to_owned(), in_flight.to_owned(), delayed.to_owned())
}

fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["Body"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn creating_a_queue_again_answers_its_url_unless_an_attribute_differs() {
    let engine = engine();
    let url = engine.create("orders", json!({"VisibilityTimeout": "5"})).await;
    assert_eq!(url, "http://127.0.0.1:4566/000000000000/orders");
    assert_eq!(engine.create("orders", json!({})).await, url);
    assert_eq!(engine.create("orders", json!({"VisibilityTimeout": "5"})).await, url);
    let refused = engine.try_call("CreateQueue", json!({"QueueName": "orders", "Attributes": {"DelaySeconds": "1"}}));
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.code, "QueueNameExists");
    assert_eq!(
        refused.message,
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    );
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_refused() {
    let failure = engine().try_call("GetQueueUrl", json!({"QueueName": "nothing"})).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.status), ("QueueDoesNotExist", 400));
    assert_eq!(failure.message, "The specified queue does not exist.");
}

#[tokio::test]
async fn any_host_in_a_queue_url_will_do() {
    let engine = engine();
    engine.create("orders", json!({})).await;
    engine.send("https://sqs.us-east-1.amazonaws.com/000000000000/orders", "one").await;
    assert_eq!(bodies(&engine.receive("orders").await), ["one"]);
}

#[tokio::test]
async fn a_message_is_hidden_while_in_flight_and_gone_once_deleted() {
    let engine = engine();
    let url = engine.create("orders", json!({"VisibilityTimeout": "30"})).await;
    engine.send(&url, "one").await;
    let first = engine.receive(&url).await;
    assert_eq!(engine.counts(&url).await, counts("0", "1", "0"));
    assert!(engine.receive(&url).await.is_empty());
    engine.clock.advance(Duration::from_secs(30));
    let second = engine.receive(&url).await;
    assert_eq!(second[0]["Attributes"]["ApproximateReceiveCount"], "2");
    let stale = &first[0]["ReceiptHandle"];
    engine.call("DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": stale})).await;
    engine.clock.advance(Duration::from_secs(30));
    assert!(engine.receive(&url).await.is_empty());
    engine.call("DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": stale})).await;
}

#[tokio::test]
async fn attributes_come_back_with_their_digest() {
    let engine = engine();
    let url = engine.create("orders", json!({})).await;
    let attributes = json!({"RULE_ARN": {"DataType": "String", "StringValue": "arn"}});
    let input = json!({"QueueUrl": url, "MessageBody": "hello world", "MessageAttributes": attributes});
    let sent = engine.call("SendMessage", input).await;
    assert_eq!(sent["MD5OfMessageBody"], "5eb63bbbe01eeed093cb22bb8f5acdc3");
    let input = json!({"QueueUrl": url, "MessageAttributeNames": ["All"]});
    let received = engine.call("ReceiveMessage", input).await;
    let message = &received["Messages"][0];
    assert_eq!(message["MessageAttributes"], attributes);
    assert_eq!(message["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
    assert_eq!(message["MessageId"], sent["MessageId"]);
    assert_eq!(message.get("Attributes"), None);
}

#[tokio::test]
async fn a_long_poll_is_woken_by_a_message() {
    let engine = engine();
    let url = engine.create("orders", json!({})).await;
    let waiting = tokio::spawn({
        let (sqs, url) = (Arc::clone(&engine.sqs), url.clone());
        async move { sqs.call("ReceiveMessage", json!({"QueueUrl": url, "WaitTimeSeconds": 20})).await.unwrap() }
    });
    while engine.clock.next_wake().is_none() {
        tokio::task::yield_now().await;
    }
    engine.send(&url, "one").await;
    assert_eq!(waiting.await.unwrap()["Messages"][0]["Body"], "one");
}

#[tokio::test]
async fn a_long_poll_sees_a_delayed_message_when_its_time_comes_and_ends_at_its_own() {
    let engine = engine();
    let url = engine.create("orders", json!({})).await;
    engine.call("SendMessage", json!({"QueueUrl": url, "MessageBody": "late", "DelaySeconds": 10})).await;
    assert_eq!(engine.counts(&url).await, counts("0", "0", "1"));
    for expected in [Some("late"), None] {
        let started = engine.clock.now();
        let waiting = tokio::spawn({
            let (sqs, url) = (Arc::clone(&engine.sqs), url.clone());
            let input = json!({"QueueUrl": url, "WaitTimeSeconds": 20, "VisibilityTimeout": 60});
            async move { sqs.call("ReceiveMessage", input).await.unwrap() }
        });
        while !waiting.is_finished() {
            tokio::task::yield_now().await;
            if let Some(moment) = engine.clock.next_wake().filter(|_| !waiting.is_finished()) {
                engine.clock.advance_to(moment);
            }
        }
        assert_eq!(waiting.await.unwrap()["Messages"][0]["Body"].as_str(), expected);
        let waited = engine.clock.now().since(started).as_secs();
        assert_eq!(waited, if expected.is_some() { 10 } else { 20 });
    }
}

async fn dead_letters(engine: &Engine) -> (String, String) {
    let dead = engine.create("dead", json!({})).await;
    let policy = json!({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 1});
    let url = engine.create("orders", json!({"RedrivePolicy": policy.to_string(), "VisibilityTimeout": "0"})).await;
    engine.send(&url, "bad").await;
    assert_eq!(engine.receive(&url).await.len(), 1);
    assert!(engine.receive(&url).await.is_empty());
    (url, dead)
}

#[tokio::test]
async fn a_message_received_too_often_goes_to_the_dead_letter_queue() {
    let engine = engine();
    let (url, dead) = dead_letters(&engine).await;
    let letters = engine.receive(&dead).await;
    assert_eq!(bodies(&letters), ["bad"]);
    let source = &letters[0]["Attributes"]["DeadLetterQueueSourceArn"];
    assert_eq!(source, "arn:aws:sqs:us-east-1:000000000000:orders");
    let sources = engine.call("ListDeadLetterSourceQueues", json!({"QueueUrl": dead})).await;
    assert_eq!(sources["queueUrls"], json!([url]));
}

#[tokio::test]
async fn a_move_task_brings_dead_letters_back_as_new_messages() {
    let engine = engine();
    let (url, dead) = dead_letters(&engine).await;
    let source = json!({"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"});
    engine.call("StartMessageMoveTask", source.clone()).await;
    let result = loop {
        let tasks = engine.call("ListMessageMoveTasks", source.clone()).await;
        if tasks["Results"][0]["Status"] != "RUNNING" {
            break tasks["Results"][0].clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&result["Status"], &result["ApproximateNumberOfMessagesMoved"]), (&json!("COMPLETED"), &json!(1)));
    let back = engine.receive(&url).await;
    assert_eq!(bodies(&back), ["bad"]);
    assert_eq!(back[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert!(engine.receive(&dead).await.is_empty());
}

#[tokio::test]
async fn a_batch_fails_by_entry() {
    let engine = engine();
    let url = engine.create("orders", json!({})).await;
    let entries = json!([{"Id": "a", "MessageBody": "one"}, {"Id": "b", "MessageBody": ""}]);
    let answer = engine.call("SendMessageBatch", json!({"QueueUrl": url, "Entries": entries})).await;
    assert_eq!(answer["Successful"][0]["Id"], "a");
    assert_eq!((&answer["Failed"][0]["Id"], &answer["Failed"][0]["Code"]), (&json!("b"), &json!("MissingParameter")));
    let refused = engine.try_call("SendMessageBatch", json!({"QueueUrl": url, "Entries": []})).await.unwrap_err();
    assert_eq!(refused.message, "There should be at least one SendMessageBatchRequestEntry in the request.");
}

#[tokio::test]
async fn messages_receives_and_handles_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let (url, handle) = {
        let engine = engine_in(&location);
        let url = engine.create("orders", json!({})).await;
        engine.send(&url, "one").await;
        engine.send(&url, "two").await;
        let messages = engine.receive(&url).await;
        engine.platform.stop().await;
        (url, messages[0]["ReceiptHandle"].clone())
    };
    let engine = engine_in(&location);
    assert_eq!(engine.counts(&url).await, counts("0", "2", "0"));
    engine.call("DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": handle})).await;
    engine.clock.advance(Duration::from_secs(30));
    let messages = engine.receive(&url).await;
    assert_eq!(bodies(&messages), ["two"]);
    assert_eq!(messages[0]["Attributes"]["ApproximateReceiveCount"], "2");
}

#[tokio::test]
async fn a_message_older_than_the_retention_period_is_gone() {
    let engine = engine();
    let url = engine.create("orders", json!({"MessageRetentionPeriod": "60"})).await;
    engine.send(&url, "old").await;
    engine.clock.advance(Duration::from_secs(60));
    assert_eq!(engine.counts(&url).await, counts("0", "0", "0"));
    assert!(engine.receive(&url).await.is_empty());
}

#[tokio::test]
async fn visibility_changes_only_by_the_newest_handle_of_a_message_in_flight() {
    let engine = engine();
    let url = engine.create("orders", json!({})).await;
    engine.send(&url, "one").await;
    let handle = engine.receive(&url).await[0]["ReceiptHandle"].clone();
    let change = json!({"QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 0});
    engine.call("ChangeMessageVisibility", change.clone()).await;
    let failure = engine.try_call("ChangeMessageVisibility", change.clone()).await.unwrap_err();
    assert_eq!(failure.code, "MessageNotInflight");
    engine.receive(&url).await;
    let failure = engine.try_call("ChangeMessageVisibility", change).await.unwrap_err();
    assert_eq!(failure.code, "InvalidParameterValueException");
    let garbage = json!({"QueueUrl": url, "ReceiptHandle": "garbage"});
    assert_eq!(engine.try_call("DeleteMessage", garbage).await.unwrap_err().code, "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn lists_come_in_pages_and_purged_or_deleted_queues_are_empty_or_gone() {
    let engine = engine();
    for name in ["a-1", "a-2", "b"] {
        engine.create(name, json!({})).await;
    }
    let first = engine.call("ListQueues", json!({"QueueNamePrefix": "a", "MaxResults": 1})).await;
    let second = json!({"QueueNamePrefix": "a", "MaxResults": 1, "NextToken": first["NextToken"]});
    let second = engine.call("ListQueues", second).await;
    assert_eq!(second, json!({"QueueUrls": ["http://127.0.0.1:4566/000000000000/a-2"]}));
    engine.send("b", "one").await;
    engine.call("PurgeQueue", json!({"QueueUrl": "b"})).await;
    assert!(engine.receive("b").await.is_empty());
    engine.call("DeleteQueue", json!({"QueueUrl": "b"})).await;
    assert_eq!(engine.try_call("PurgeQueue", json!({"QueueUrl": "b"})).await.unwrap_err().code, "QueueDoesNotExist");
}

#[tokio::test]
async fn what_is_not_built_is_refused_by_name() {
    let engine = engine();
    let permission = engine.try_call("AddPermission", json!({})).await.unwrap_err();
    assert_eq!(permission.message, "sluice does not implement AddPermission of SQS yet");
}

#[tokio::test]
async fn a_fifo_queue_keeps_the_order_of_a_group_and_takes_a_message_once() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let engine = engine_in(&location);
    let url = engine.create("orders.fifo", json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"})).await;
    let send =
        |body: &str, group: &str| json!({"QueueUrl": "orders.fifo", "MessageBody": body, "MessageGroupId": group});
    let first = engine.call("SendMessage", send("1", "a")).await;
    engine.call("SendMessage", send("2", "a")).await;
    engine.call("SendMessage", send("3", "b")).await;
    let again = engine.call("SendMessage", send("1", "a")).await;
    assert_eq!(again, first, "a duplicate is answered as the first was");
    let one = engine.call("ReceiveMessage", json!({"QueueUrl": url, "AttributeNames": ["All"]})).await;
    assert_eq!(one["Messages"][0]["Body"], "1");
    assert_eq!(one["Messages"][0]["Attributes"]["SequenceNumber"], first["SequenceNumber"]);
    assert_eq!(one["Messages"][0]["Attributes"]["MessageGroupId"], "a");
    engine.platform.stop().await;
    drop(engine);

    let engine = engine_in(&location);
    assert_eq!(bodies(&engine.receive(&url).await), ["3"], "the group with a message in flight gives none");
    let handle = &one["Messages"][0]["ReceiptHandle"];
    engine.call("DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": handle})).await;
    assert_eq!(bodies(&engine.receive(&url).await), ["2"]);
    assert_eq!(engine.call("SendMessage", send("1", "a")).await, first, "remembered over a restart, also when deleted");
    engine.clock.advance(Duration::from_secs(300));
    assert_ne!(engine.call("SendMessage", send("1", "a")).await["MessageId"], first["MessageId"]);
}

#[tokio::test]
async fn a_fifo_queue_refuses_what_would_break_its_promise() {
    let engine = engine();
    let dead = engine.create("dead", json!({})).await;
    engine.create("q.fifo", json!({"FifoQueue": "true"})).await;
    let policy = json!({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 1});
    let message = |more: Value| {
        let mut input =
            json!({"QueueUrl": "q.fifo", "MessageBody": "b", "MessageGroupId": "g", "MessageDeduplicationId": "d"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    for (operation, input, text) in [
        (
            "CreateQueue",
            json!({"QueueName": "x.fifo"}),
            "Can only include alphanumeric characters, hyphens, or underscores",
        ),
        (
            "CreateQueue",
            json!({"QueueName": "x", "Attributes": {"FifoQueue": "true"}}),
            "The name of a FIFO queue can only",
        ),
        (
            "SendMessage",
            message(json!({"MessageGroupId": null})),
            "The request must contain the parameter MessageGroupId.",
        ),
        (
            "SendMessage",
            message(json!({"MessageDeduplicationId": null})),
            "The queue should either have ContentBasedDeduplication",
        ),
        ("SendMessage", message(json!({"DelaySeconds": 5})), "Value 5 for parameter DelaySeconds is invalid."),
        ("SendMessage", message(json!({"QueueUrl": dead})), "Value d for parameter MessageDeduplicationId is invalid."),
    ] {
        let error = engine.try_call(operation, input).await.unwrap_err();
        assert!(error.message.starts_with(text), "{}", error.message);
    }
    let redrive = json!({"QueueUrl": "q.fifo", "Attributes": {"RedrivePolicy": policy.to_string()}});
    let error = engine.try_call("SetQueueAttributes", redrive).await.unwrap_err();
    assert!(
        error.message.ends_with("Dead-letter queue must be same type of queue as the source."),
        "{}",
        error.message
    );
    engine.call("SendMessage", message(json!({}))).await;
    let handle = engine.receive("q.fifo").await[0]["ReceiptHandle"].clone();
    engine.clock.advance(Duration::from_secs(30));
    let error =
        engine.try_call("DeleteMessage", json!({"QueueUrl": "q.fifo", "ReceiptHandle": handle})).await.unwrap_err();
    assert!(error.message.ends_with("Reason: The receipt handle has expired."), "{}", error.message);
}
