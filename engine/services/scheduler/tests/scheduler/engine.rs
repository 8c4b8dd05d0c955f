//! An engine for tests: virtual time, real queues, and doubles of the services that targets lead to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Timestamp, VirtualClock};
use scheduler::Scheduler;
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use sqs::Sqs;
use store::{Location, Store, StoreError};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// A double: notes what it is called with and answers what it was told to, and then `{}`.
pub(crate) struct Double {
    api: &'static Api,
    pub(crate) calls: Mutex<Vec<(String, Value)>>,
    answers: Mutex<VecDeque<Result<Value, ServiceError>>>,
}

const fn api(id: &'static str, built: &'static [&'static str]) -> Api {
    Api {
        id,
        name: id,
        target_prefix: None,
        json_version: JsonVersion::V1_0,
        query_version: None,
        routes: &[],
        operations: Operations { built, not_built: &[] },
    }
}

static LAMBDA: Api = api("lambda", &["Invoke"]);
static STATES: Api = api("states", &["StartExecution"]);
static EVENTS: Api = api("events", &["PutEvents"]);
static OTHERS: [Api; 3] = [api("sns", &["Publish"]), api("firehose", &["PutRecord"]), api("s3", &["PutObject"])];

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

    /// What it was called with, once that was `count` times.
    pub(crate) async fn inputs(&self, count: usize) -> Vec<Value> {
        until("the calls", async || self.calls.lock().unwrap().len() >= count).await;
        self.calls.lock().unwrap().iter().map(|(_, input)| input.clone()).collect()
    }
}

pub(crate) struct Engine {
    pub(crate) platform: Platform,
    pub(crate) clock: VirtualClock,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) lambda: Arc<Double>,
    pub(crate) states: Arc<Double>,
    pub(crate) events: Arc<Double>,
    /// Further services, by id.
    pub(crate) others: BTreeMap<&'static str, Arc<Double>>,
}

pub(crate) fn engine(start: &str) -> Engine {
    engine_in(&Location::Memory, start)
}

pub(crate) fn engine_in(location: &Location, start: &str) -> Engine {
    let clock = VirtualClock::starting_at(moment(start));
    let platform = Platform::new(open(location), Arc::new(clock.clone()), Scope::default());
    let (lambda, states, events) = (Double::new(&LAMBDA), Double::new(&STATES), Double::new(&EVENTS));
    platform.services.register(lambda.clone());
    platform.services.register(states.clone());
    platform.services.register(events.clone());
    platform.services.register(Sqs::open(&platform, "http://127.0.0.1:4566").unwrap());
    let others: BTreeMap<_, _> = OTHERS.iter().map(|api| (api.id, Double::new(api))).collect();
    others.values().for_each(|other| platform.services.register(other.clone()));
    let scheduler = Scheduler::open(&platform).unwrap();
    platform.services.register(scheduler.clone());
    scheduler.start();
    Engine { platform, clock, scheduler, lambda, states, events, others }
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

pub(crate) fn moment(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

pub(crate) fn function() -> Value {
    target("arn:aws:lambda:us-east-1:000000000000:function:f")
}

pub(crate) fn target(arn: &str) -> Value {
    json!({"Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/r"})
}

/// The members of `more` put over those of `base`.
pub(crate) fn with(mut base: Value, more: Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// The input of CreateSchedule; `more` are further members.
pub(crate) fn schedule(expression: &str, target: Value, more: Value) -> Value {
    let window = json!({"Mode": "OFF"});
    with(json!({"Name": "s", "ScheduleExpression": expression, "FlexibleTimeWindow": window, "Target": target}), more)
}

impl Engine {
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        self.scheduler.call(operation, input).await.unwrap()
    }

    pub(crate) async fn refusal(&self, operation: &str, input: Value) -> ServiceError {
        self.scheduler.call(operation, input).await.unwrap_err()
    }

    pub(crate) async fn create(&self, expression: &str, target: Value, more: Value) {
        self.call("CreateSchedule", schedule(expression, target, more)).await;
    }

    /// Moves the clock to a moment and waits until a function that echoes the scheduled time was invoked `count` times.
    pub(crate) async fn times(&self, until: &str, count: usize) -> Vec<String> {
        self.clock.advance_to(moment(until));
        let inputs = self.lambda.inputs(count).await;
        inputs.iter().map(|input| input["Payload"]["time"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn invocations(&self) -> i64 {
        let count = |connection: &store::rusqlite::Connection| {
            Ok::<_, ServiceError>(connection.query_row("SELECT count(*) FROM scheduler_invocations", [], |r| r.get(0))?)
        };
        self.platform.store.read(count).await.unwrap()
    }

    /// Waits until nothing is being invoked.
    pub(crate) async fn idle(&self) {
        until("invocations to be done", async || self.invocations().await == 0).await;
    }

    pub(crate) async fn stop(self) -> Timestamp {
        let now = clock::Clock::now(&self.clock);
        self.platform.stop().await;
        now
    }

    pub(crate) async fn sqs(&self, operation: &str, input: Value) -> Value {
        self.platform.services.call("sqs", operation, input).await.unwrap()
    }

    /// The first message in a queue.
    pub(crate) async fn receive(&self, queue: &str) -> Value {
        let mut received = Value::Null;
        until("a message", async || {
            let input = json!({"QueueUrl": queue, "MessageAttributeNames": ["All"]});
            received = self.sqs("ReceiveMessage", input).await["Messages"][0].clone();
            !received.is_null()
        })
        .await;
        received
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
