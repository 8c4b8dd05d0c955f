//! A stack of one service under test and doubles for the others, on a clock that the test moves.
#![allow(dead_code)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Timestamp, VirtualClock};
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use stepfunctions::StepFunctions;
use store::{Location, Store};
use tokio::sync::{Notify, Semaphore};

/// The service under test with doubles around it.
pub(crate) struct Stack {
    pub(crate) platform: Platform,
    pub(crate) clock: VirtualClock,
    pub(crate) states: Arc<StepFunctions>,
    pub(crate) doubles: Vec<Arc<Double>>,
    directory: Option<tempfile::TempDir>,
}

impl Stack {
    /// A stack whose store is in memory.
    pub(crate) fn in_memory(doubles: Vec<Arc<Double>>) -> Self {
        Self::open(None, VirtualClock::starting_at(start()), doubles)
    }

    /// A stack whose store is in a directory, so that it can be opened again.
    pub(crate) fn on_disk(doubles: Vec<Arc<Double>>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self::open(Some(directory), VirtualClock::starting_at(start()), doubles)
    }

    fn open(directory: Option<tempfile::TempDir>, clock: VirtualClock, doubles: Vec<Arc<Double>>) -> Self {
        let location = match &directory {
            Some(directory) => Location::Directory(directory.path().to_owned()),
            None => Location::Memory,
        };
        let store = Store::open(&location).unwrap();
        let platform = Platform::new(store, Arc::new(clock.clone()), Scope::default());
        let states = StepFunctions::open(&platform).unwrap();
        platform.services.register(Arc::clone(&states) as Arc<dyn Service>);
        for double in &doubles {
            platform.services.register(Arc::clone(double) as Arc<dyn Service>);
        }
        states.start().unwrap();
        Self { platform, clock, states, doubles, directory }
    }

    /// Breaks off whatever is under way, as a crash does, and starts again on what is on disk.
    pub(crate) async fn crash_and_reopen(self) -> Self {
        let Self { platform, clock, states, doubles, directory } = self;
        platform.stop().await;
        drop(states);
        drop(platform);
        // Reads that were broken off give their connection back on threads of their own.
        let location = Location::Directory(directory.as_ref().unwrap().path().to_owned());
        within(async {
            while Store::open(&location).is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        Self::open(directory, clock, doubles)
    }

    pub(crate) async fn try_call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        within(self.states.call(operation, input)).await
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        self.try_call(operation, input).await.unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    pub(crate) async fn error(&self, operation: &str, input: Value) -> ServiceError {
        self.try_call(operation, input).await.expect_err(operation)
    }

    /// Creates a machine of that type; answers its ARN.
    pub(crate) async fn machine(&self, name: &str, kind: &str, definition: &Value) -> String {
        let created = self
            .call(
                "CreateStateMachine",
                json!({"name": name, "type": kind, "definition": definition.to_string(), "roleArn": ROLE}),
            )
            .await;
        text(&created["stateMachineArn"])
    }

    /// Starts an execution; answers its ARN.
    pub(crate) async fn start(&self, machine: &str, input: &Value) -> String {
        let started =
            self.call("StartExecution", json!({"stateMachineArn": machine, "input": input.to_string()})).await;
        text(&started["executionArn"])
    }

    /// Waits, without moving the clock, until the execution has ended; answers its description.
    pub(crate) async fn ended(&self, execution: &str) -> Value {
        within(async {
            loop {
                let described = self.call("DescribeExecution", json!({"executionArn": execution})).await;
                if described["status"] != "RUNNING" {
                    return described;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    /// The types of the execution's events.
    pub(crate) async fn event_types(&self, execution: &str) -> Vec<String> {
        let history = self.call("GetExecutionHistory", json!({"executionArn": execution, "maxResults": 1000})).await;
        history["events"].as_array().unwrap().iter().map(|event| text(&event["type"])).collect()
    }

    /// Waits until the execution's history has an event of that type.
    pub(crate) async fn reaches(&self, execution: &str, event: &str) {
        within(async {
            while !self.event_types(execution).await.iter().any(|found| found == event) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Waits until somebody sleeps, and moves the clock there.
    pub(crate) async fn advance_to_next_wake(&self) -> Timestamp {
        within(async {
            loop {
                if let Some(next) = self.clock.next_wake() {
                    self.clock.advance_to(next);
                    return next;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }
}

pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/machine";

pub(crate) fn start() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T08:00:00Z").unwrap()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// A test that hangs fails instead.
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("it hangs")
}

/// A machine of one state.
pub(crate) fn one_state(state: Value) -> Value {
    let mut state = state;
    if state["Type"] != "Succeed" && state["Type"] != "Fail" {
        state["End"] = json!(true);
    }
    json!({"StartAt": "Only", "States": {"Only": state}})
}

/// A stand-in for another service: answers what it was told to, in order, and remembers what it was asked.
pub(crate) struct Double {
    api: &'static Api,
    answers: Mutex<VecDeque<Result<Value, ServiceError>>>,
    usual: Value,
    calls: Mutex<Vec<(String, Value)>>,
    called: Notify,
    gate: Semaphore,
}

impl Double {
    /// Answers `usual` to everything it has no other answer for.
    pub(crate) fn of(id: &'static str, operations: &'static [&'static str], usual: Value) -> Arc<Self> {
        let api = Api {
            id,
            name: id,
            target_prefix: None,
            json_version: JsonVersion::V1_0,
            query_version: None,
            routes: &[],
            operations: Operations { built: operations, not_built: &[] },
        };
        Arc::new(Self {
            api: Box::leak(Box::new(api)),
            answers: Mutex::default(),
            usual,
            calls: Mutex::default(),
            called: Notify::new(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        })
    }

    /// Answers this once, before its usual answer.
    pub(crate) fn then(&self, answer: Result<Value, ServiceError>) {
        self.answers.lock().unwrap().push_back(answer);
    }

    /// Answers nothing from now on.
    pub(crate) fn close(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Answers again.
    pub(crate) fn reopen(&self) {
        self.gate.add_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        self.calls.lock().unwrap().clone()
    }

    /// Waits until it has been asked that often.
    pub(crate) async fn called(&self, times: usize) -> Vec<(String, Value)> {
        within(async {
            loop {
                let called = self.called.notified();
                let calls = self.calls();
                if calls.len() >= times {
                    return calls;
                }
                called.await;
            }
        })
        .await
    }
}

#[async_trait]
impl Service for Double {
    fn api(&self) -> &'static Api {
        self.api
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        if operation == "HearsServiceEvents" {
            return Ok(json!({"Heard": self.api.operations.built.contains(&"PutServiceEvents")}));
        }
        self.calls.lock().unwrap().push((operation.to_owned(), input));
        self.called.notify_waiters();
        self.called.notify_one();
        drop(self.gate.acquire().await.unwrap());
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(self.usual.clone()))
    }
}

pub(crate) fn lambda(result: Value) -> Arc<Double> {
    Double::of("lambda", &["Invoke"], json!({"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": result}))
}
