//! Delivery: retries, dead letters, restarts, functions.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use service::{Api, Service, ServiceError};
use store::Location;

use crate::engine::{FUNCTION, bodies, engine, engine_in};

/// SQS that fails to take messages as often as it was told.
pub(crate) struct Failing {
    real: Arc<dyn Service>,
    failures: Mutex<Vec<ServiceError>>,
}

impl Failing {
    pub(crate) fn new(real: Arc<dyn Service>, failures: Vec<ServiceError>) -> Self {
        Self { real, failures: Mutex::new(failures) }
    }
}

#[async_trait]
impl Service for Failing {
    fn api(&self) -> &'static Api {
        self.real.api()
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        let failure = if operation == "SendMessage" { self.failures.lock().unwrap().pop() } else { None };
        match failure {
            Some(failure) => Err(failure),
            None => self.real.call(operation, input).await,
        }
    }
}

#[tokio::test]
async fn a_function_gets_an_event_with_one_record() {
    let engine = engine();
    let topic = engine.topic("orders").await;
    let subscription = engine.subscribe(&topic, FUNCTION, json!({})).await;
    let id = engine.call("Publish", json!({"TopicArn": topic, "Message": "hello"})).await["MessageId"].clone();
    engine.until_delivered().await;
    let calls = engine.lambda.calls.lock().unwrap().clone();
    assert_eq!(calls.len(), 1);
    assert_eq!((&calls[0]["FunctionName"], &calls[0]["InvocationType"]), (&json!(FUNCTION), &json!("Event")));
    assert_eq!(
        calls[0]["Payload"],
        json!({"Records": [{
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription,
            "Sns": {
                "Type": "Notification",
                "MessageId": id,
                "TopicArn": topic,
                "Subject": null,
                "Message": "hello",
                "Timestamp": "2027-01-15T08:00:00.123Z",
                "SignatureVersion": "1",
                "Signature": "bm90IHNpZ25lZA==",
                "SigningCertUrl":
                    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem",
                "UnsubscribeUrl":
                    format!("http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn={subscription}"),
                "MessageAttributes": {},
            },
        }]})
    );
}

#[tokio::test]
async fn a_fault_is_retried_with_growing_pauses() {
    let engine = engine();
    let topic = engine.topic("orders").await;
    engine.subscribe(&topic, FUNCTION, json!({})).await;
    engine.lambda.fail(vec![ServiceError::server("ServiceException", "down"); 20]);
    engine.call("Publish", json!({"TopicArn": topic, "Message": "hello"})).await;
    engine.until_delivered().await;
    assert_eq!(engine.lambda.calls.lock().unwrap().len(), 21);
}

#[tokio::test]
async fn what_has_no_endpoint_any_more_goes_to_the_dead_letter_queue_at_once() {
    let engine = engine();
    let (topic, dead) = (engine.topic("orders").await, engine.queue("dead").await);
    let redrive = json!({"deadLetterTargetArn": dead}).to_string();
    let gone = "arn:aws:sqs:us-east-1:000000000000:gone";
    engine.subscribe(&topic, gone, json!({"RedrivePolicy": redrive, "RawMessageDelivery": "true"})).await;
    engine.subscribe(&topic, FUNCTION, json!({"RedrivePolicy": redrive})).await;
    engine.lambda.fail([ServiceError::client("ResourceNotFoundException", "no function").with_status(404)]);
    let attributes = json!({"a": {"DataType": "String", "StringValue": "x"}});
    engine.call("Publish", json!({"TopicArn": topic, "Message": "hello", "MessageAttributes": attributes})).await;
    let mut letters = engine.receive(&dead, 2).await;
    letters.sort_by_key(|letter| letter["Body"].as_str().unwrap().len());
    assert_eq!(letters[0]["Body"], "hello");
    assert_eq!(letters[0]["MessageAttributes"], attributes);
    let notification: Value = serde_json::from_str(letters[1]["Body"].as_str().unwrap()).unwrap();
    assert_eq!(notification["Type"], "Notification");
    assert_eq!(notification["MessageAttributes"], json!({"a": {"Type": "String", "Value": "x"}}));
    assert!(engine.clock.next_wake().is_none_or(|_| engine.lambda.calls.lock().unwrap().len() == 1));
}

#[tokio::test]
async fn what_was_accepted_is_delivered_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let (topic, queue) = {
        let engine = engine_in(&location);
        engine.start();
        let (topic, queue) = (engine.topic("orders.fifo").await, engine.queue("q.fifo").await);
        engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
        let real = engine.platform.services.get("sqs").unwrap();
        let down = vec![ServiceError::server("ServiceUnavailable", "down"); 1000];
        engine.platform.services.register(Arc::new(Failing::new(real, down)));
        for text in ["one", "two", "three"] {
            let input = json!({
                "TopicArn": topic, "Message": text, "MessageGroupId": "g", "MessageDeduplicationId": text,
            });
            engine.call("Publish", input).await;
        }
        assert_eq!(engine.undelivered().await, 3);
        engine.stop().await;
        (topic, queue)
    };
    let engine = engine_in(&location);
    assert_eq!(engine.undelivered().await, 3);
    engine.start();
    assert_eq!(bodies(&engine.receive(&queue, 3).await), ["one", "two", "three"]);
    let answer = engine.call("ListSubscriptionsByTopic", json!({"TopicArn": topic})).await;
    assert_eq!(answer["Subscriptions"][0]["Endpoint"], queue);
    engine.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_of_what_nobody_takes_or_all_have() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders").await, engine.queue("q").await);
    engine.call("Publish", json!({"TopicArn": topic, "Message": "nobody"})).await;
    let subscription = engine.subscribe(&topic, &queue, json!({})).await;
    engine.call("Publish", json!({"TopicArn": topic, "Message": "somebody"})).await;
    engine.receive(&queue, 1).await;
    engine.call("Unsubscribe", json!({"SubscriptionArn": subscription})).await;
    engine.call("Publish", json!({"TopicArn": topic, "Message": "nobody again"})).await;
    engine.receive(&queue, 0).await;
    let count = |connection: &store::rusqlite::Connection| {
        Ok::<i64, ServiceError>(connection.query_row("SELECT count(*) FROM sns_messages", [], |row| row.get(0))?)
    };
    assert_eq!(engine.platform.store.read(count).await.unwrap(), 0);
}
