//! An engine with SNS, SQS, and a double of Lambda that can be told to fail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock, Timestamp, VirtualClock};
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use sns::Sns;
use sqs::Sqs;
use store::{Location, Store};

pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:double";

pub(crate) struct Engine {
    pub(crate) platform: Platform,
    pub(crate) clock: VirtualClock,
    pub(crate) lambda: Arc<Double>,
    sns: Arc<Sns>,
}

/// Answers the failures it was given, one after the other, and then succeeds.
#[derive(Default)]
pub(crate) struct Double {
    pub(crate) failures: Mutex<Vec<ServiceError>>,
    pub(crate) calls: Mutex<Vec<Value>>,
}

static LAMBDA: Api = Api {
    id: "lambda",
    name: "Lambda",
    target_prefix: None,
    json_version: JsonVersion::V1_0,
    query_version: None,
    routes: &[],
    operations: Operations { built: &["Invoke"], not_built: &[] },
};

#[async_trait]
impl Service for Double {
    fn api(&self) -> &'static Api {
        &LAMBDA
    }

    async fn call(&self, _operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.calls.lock().unwrap().push(input);
        let mut failures = self.failures.lock().unwrap();
        if failures.is_empty() { Ok(json!({"StatusCode": 202})) } else { Err(failures.remove(0)) }
    }
}

impl Double {
    pub(crate) fn fail(&self, failures: impl IntoIterator<Item = ServiceError>) {
        self.failures.lock().unwrap().extend(failures);
    }
}

pub(crate) fn engine() -> Engine {
    let engine = engine_in(&Location::Memory);
    engine.sns.start().unwrap();
    engine
}

/// An engine that has yet to be started.
pub(crate) fn engine_in(location: &Location) -> Engine {
    let clock = VirtualClock::starting_at(Timestamp::from_millis(1_800_000_000_123));
    let platform = Platform::new(Store::open(location).unwrap(), Arc::new(clock.clone()), Scope::default());
    let sns = Sns::open(&platform, "http://127.0.0.1:4566").unwrap();
    let lambda = Arc::new(Double::default());
    platform.services.register(sns.clone());
    platform.services.register(lambda.clone());
    platform.services.register(Sqs::open(&platform, "http://127.0.0.1:4566").unwrap());
    Engine { platform, clock, lambda, sns }
}

impl Engine {
    pub(crate) fn start(&self) {
        self.sns.start().unwrap();
    }

    pub(crate) async fn stop(self) {
        let Self { platform, sns, .. } = self;
        drop(sns);
        platform.stop().await;
    }

    pub(crate) async fn try_call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.sns.call(operation, input).await
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        self.try_call(operation, input).await.unwrap()
    }

    /// Every push, oldest first.
    pub(crate) async fn pushes(&self) -> Vec<sns::Push> {
        let mut pushes = self.sns.pushes().latest(100).await.unwrap();
        pushes.reverse();
        pushes
    }

    /// Code and text of a refusal.
    pub(crate) async fn refusal(&self, operation: &str, input: Value) -> (String, String) {
        let failure = self.try_call(operation, input).await.unwrap_err();
        (failure.code, failure.message)
    }

    pub(crate) async fn topic(&self, name: &str) -> String {
        let fifo = name.ends_with(".fifo").to_string();
        let attributes = if fifo == "true" { json!({"FifoTopic": "true"}) } else { json!({}) };
        let answer = self.call("CreateTopic", json!({"Name": name, "Attributes": attributes})).await;
        answer["TopicArn"].as_str().unwrap().to_owned()
    }

    /// Makes a queue; its ARN.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let attributes = if name.ends_with(".fifo") { json!({"FifoQueue": "true"}) } else { json!({}) };
        let input = json!({"QueueName": name, "Attributes": attributes});
        self.platform.services.call("sqs", "CreateQueue", input).await.unwrap();
        format!("arn:aws:sqs:us-east-1:000000000000:{name}")
    }

    pub(crate) async fn subscribe(&self, topic: &str, endpoint: &str, attributes: Value) -> String {
        let protocol = endpoint.split(':').nth(2).unwrap();
        let input = json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint, "Attributes": attributes});
        self.call("Subscribe", input).await["SubscriptionArn"].as_str().unwrap().to_owned()
    }

    /// Waits until all is delivered, and takes what is in a queue.
    pub(crate) async fn receive(&self, queue: &str, count: usize) -> Vec<Value> {
        self.until_delivered().await;
        let (name, sqs) = (queue.rsplit(':').next().unwrap(), &self.platform.services);
        let mut messages = Vec::new();
        loop {
            let input = json!({
                "QueueUrl": name,
                "MaxNumberOfMessages": 10,
                "MessageAttributeNames": ["All"],
                "AttributeNames": ["All"],
            });
            let answer = sqs.call("sqs", "ReceiveMessage", input).await.unwrap();
            let Some(received) = answer["Messages"].as_array() else { break };
            for message in received {
                let gone = json!({"QueueUrl": name, "ReceiptHandle": message["ReceiptHandle"]});
                sqs.call("sqs", "DeleteMessage", gone).await.unwrap();
                messages.push(message.clone());
            }
        }
        assert_eq!(messages.len(), count, "{messages:#?}");
        messages
    }

    /// How many deliveries the store holds.
    pub(crate) async fn undelivered(&self) -> i64 {
        let count = |connection: &store::rusqlite::Connection| {
            Ok::<_, ServiceError>(connection.query_row("SELECT count(*) FROM sns_deliveries", [], |row| row.get(0))?)
        };
        self.platform.store.read(count).await.unwrap()
    }

    /// Lets time pass, from one moment that somebody waits for to the next, until nothing is left to deliver.
    pub(crate) async fn until_delivered(&self) {
        while self.undelivered().await > 0 {
            if let Some(moment) = self.clock.next_wake() {
                self.clock.advance_to(moment);
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance_to(self.clock.now().plus(time));
    }
}

pub(crate) fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["Body"].as_str().unwrap()).collect()
}
