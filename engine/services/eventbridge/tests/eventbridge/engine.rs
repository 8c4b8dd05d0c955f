//! An engine for tests: virtual time, real queues, and doubles of the services that targets lead to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock, Timestamp, VirtualClock};
use eventbridge::EventBridge;
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use sqs::Sqs;
use store::{Location, Store, StoreError};

pub(crate) const START: i64 = 1_800_000_000_000;

/// A role for targets that EventBridge calls with one.
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/events";

/// A double: notes what it is called with and answers what it was told to, and then `{}`.
pub(crate) struct Double {
    api: &'static Api,
    pub(crate) calls: Mutex<Vec<(String, Value)>>,
    pub(crate) answers: Mutex<VecDeque<Result<Value, ServiceError>>>,
}

const fn api(id: &'static str) -> Api {
    Api {
        id,
        name: id,
        target_prefix: None,
        json_version: JsonVersion::V1_0,
        query_version: None,
        routes: &[],
        operations: Operations { built: &[], not_built: &[] },
    }
}

static LAMBDA: Api = api("lambda");
static STATES: Api = api("states");

#[async_trait]
impl Service for Double {
    fn api(&self) -> &'static Api {
        self.api
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.calls.lock().unwrap().push((operation.to_owned(), input));
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(json!({})))
    }
}

impl Double {
    fn new(api: &'static Api) -> Arc<Self> {
        Arc::new(Self { api, calls: Mutex::default(), answers: Mutex::default() })
    }

    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = Result<Value, ServiceError>>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(crate) fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    pub(crate) fn inputs(&self) -> Vec<Value> {
        self.calls.lock().unwrap().iter().map(|(_, input)| input.clone()).collect()
    }
}

pub(crate) struct Engine {
    pub(crate) platform: Platform,
    pub(crate) clock: VirtualClock,
    pub(crate) bridge: Arc<EventBridge>,
    pub(crate) lambda: Arc<Double>,
    pub(crate) states: Arc<Double>,
}

pub(crate) fn engine() -> Engine {
    engine_in(&Location::Memory, START)
}

pub(crate) fn engine_in(location: &Location, start: i64) -> Engine {
    let engine = stopped_engine_in(location, start);
    engine.bridge.start();
    engine
}

/// Opens a store, once what the engine before was reading has let go of it.
fn open(location: &Location) -> Store {
    loop {
        match Store::open(location) {
            Err(StoreError::Locked { .. }) => std::thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

/// An engine that delivers what it accepts but does not go on with what is left from before.
pub(crate) fn stopped_engine_in(location: &Location, start: i64) -> Engine {
    let clock = VirtualClock::starting_at(Timestamp::from_millis(start));
    let platform = Platform::new(open(location), Arc::new(clock.clone()), Scope::default());
    let (lambda, states) = (Double::new(&LAMBDA), Double::new(&STATES));
    platform.services.register(lambda.clone());
    platform.services.register(states.clone());
    platform.services.register(Sqs::open(&platform, "http://127.0.0.1:4566").unwrap());
    let bridge = EventBridge::open(&platform).unwrap();
    platform.services.register(bridge.clone());
    Engine { platform, clock, bridge, lambda, states }
}

pub(crate) fn arn(service: &str, resource: &str) -> String {
    Scope::default().arn(service, resource)
}

impl Engine {
    pub(crate) async fn try_call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.bridge.call(operation, input).await
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        self.try_call(operation, input).await.unwrap()
    }

    /// What the operation is refused with: code and message.
    pub(crate) async fn refusal(&self, operation: &str, input: Value) -> (String, String) {
        let error = self.try_call(operation, input).await.unwrap_err();
        assert_eq!(error.status, 400);
        (error.code, error.message)
    }

    pub(crate) async fn queue(&self, name: &str) -> String {
        self.platform.services.call("sqs", "CreateQueue", json!({"QueueName": name})).await.unwrap();
        arn("sqs", name)
    }

    /// A rule on the default bus with one target whose id is `t`; `more` are further members of the target, which has a
    /// role because many kinds of targets need one.
    pub(crate) async fn rule(&self, name: &str, pattern: &str, target_arn: &str, more: Value) {
        self.call("PutRule", json!({"Name": name, "EventPattern": pattern})).await;
        let mut target = json!({"Id": "t", "Arn": target_arn, "RoleArn": ROLE});
        target.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.call("PutTargets", json!({"Rule": name, "Targets": [target]})).await;
    }

    /// Puts an event on the default bus and answers its id.
    pub(crate) async fn put(&self, source: &str, detail: Value) -> String {
        let entry = json!({"Source": source, "DetailType": "test", "Detail": detail.to_string()});
        let answer = self.call("PutEvents", json!({"Entries": [entry]})).await;
        answer["Entries"][0]["EventId"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn put_at(&self, seconds: i64, detail: Value) {
        let entry = json!({"Source": "s", "DetailType": "test", "Detail": detail.to_string(), "Time": seconds});
        self.call("PutEvents", json!({"Entries": [entry]})).await;
    }

    /// What is in a queue, once there is something; deleted there.
    pub(crate) async fn receive(&self, queue: &str, most: usize) -> Vec<Value> {
        let mut received = Vec::new();
        until("messages to receive", async || {
            let input = json!({"QueueUrl": queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]});
            let answer = self.platform.services.call("sqs", "ReceiveMessage", input).await.unwrap();
            received.extend(answer["Messages"].as_array().cloned().unwrap_or_default());
            received.len() >= most
        })
        .await;
        received
    }

    pub(crate) async fn is_empty(&self, queue: &str) -> bool {
        let input = json!({"QueueUrl": queue, "AttributeNames": ["ApproximateNumberOfMessages"]});
        let answer = self.platform.services.call("sqs", "GetQueueAttributes", input).await.unwrap();
        answer["Attributes"]["ApproximateNumberOfMessages"] == "0"
    }

    pub(crate) async fn pending(&self) -> i64 {
        let count = |connection: &store::rusqlite::Connection| {
            Ok::<_, ServiceError>(
                connection.query_row("SELECT count(*) FROM eventbridge_deliveries", [], |r| r.get(0))?,
            )
        };
        self.platform.store.read(count).await.unwrap()
    }

    /// Waits until the engine waits for a moment that is not farther away than `within`; that moment.
    pub(crate) async fn next_wake(&self, within: Duration) -> Timestamp {
        let near = || self.clock.next_wake().filter(|moment| *moment <= self.clock.now().plus(within));
        until("the engine to wait for its clock", async || near().is_some()).await;
        near().unwrap()
    }

    /// Moves the clock to the next moment that the engine waits for, once it does, within some minutes.
    pub(crate) async fn tick(&self) {
        let moment = self.next_wake(Duration::from_secs(600)).await;
        self.clock.advance_to(moment);
    }
}

/// Lets whatever can run now run.
pub(crate) async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Looks again and again until `holds`, without time passing on the virtual clock.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(60), looking).await.is_ok(), "this never happened: {what}");
}

pub(crate) fn body(message: &Value) -> Value {
    serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()
}
