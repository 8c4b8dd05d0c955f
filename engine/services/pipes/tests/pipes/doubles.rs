//! Doubles of the services that a pipe calls, and a pipe between them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock, Timestamp, VirtualClock};
use pipes::Pipes;
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use store::{Location, Store};
use tokio::sync::Notify;

pub(crate) const STREAM: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/todos/stream/2026-11-21T08:00:00.000";
pub(crate) const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/sluicegate";
pub(crate) const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:remind";
pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:publish";
pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:work";
pub(crate) const DEAD_LETTERS: &str = "arn:aws:sqs:us-east-1:000000000000:dead-letters";

macro_rules! api {
    ($id:literal) => {{
        static API: Api = Api {
            id: $id,
            name: $id,
            target_prefix: None,
            json_version: JsonVersion::V1_0,
            query_version: None,
            routes: &[],
            operations: Operations { built: &[], not_built: &[] },
        };
        &API
    }};
}

/// What the doubles know and were asked; outlives the engine, as the services' own stores do.
#[derive(Clone, Default)]
pub(crate) struct World(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
pub(crate) struct State {
    /// Records of the stream's one shard.
    pub(crate) records: Vec<Value>,
    /// Whether the stream is there.
    pub(crate) is_gone: bool,
    pub(crate) messages: Vec<Value>,
    /// Every call but those that only read the source: service, operation, input.
    pub(crate) calls: Vec<(String, String, Value)>,
    /// What calls answer, by service and operation, first to last; a call without answers `{}`.
    pub(crate) answers: Vec<(String, VecDeque<Result<Value, ServiceError>>)>,
}

impl World {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.state.lock().unwrap())
    }

    /// Puts doubles of all services in a platform.
    pub(crate) fn register(&self, platform: &Platform) {
        for api in [api!("streams.dynamodb"), api!("lambda"), api!("states"), api!("sqs"), api!("events"), api!("logs")]
        {
            platform.services.register(Arc::new(Double { world: self.clone(), api }));
        }
    }

    /// Adds a record to the stream.
    pub(crate) fn write(&self, id: usize, image: Value) {
        self.with(|state| {
            state.records.push(json!({
                "eventID": format!("event-{id}"), "eventName": "INSERT", "eventSource": "aws:dynamodb",
                "eventVersion": "1.1", "awsRegion": "us-east-1",
                "dynamodb": {
                    "ApproximateCreationDateTime": START.as_epoch_seconds(),
                    "SequenceNumber": format!("{id:021}"), "NewImage": image,
                },
            }));
        });
    }

    /// Lets the next calls of an operation answer this.
    pub(crate) fn answer(&self, call: &str, answers: impl IntoIterator<Item = Result<Value, ServiceError>>) {
        self.with(|state| state.answers.push((call.to_owned(), answers.into_iter().collect())));
    }

    /// The inputs of the calls of an operation so far.
    pub(crate) fn calls(&self, call: &str) -> Vec<Value> {
        let (service, operation) = call.split_once(':').unwrap();
        self.with(|state| {
            let of = state.calls.iter().filter(|(by, name, _)| by == service && name == operation);
            of.map(|(_, _, input)| input.clone()).collect()
        })
    }

    /// Waits until an operation has been called so many times.
    pub(crate) async fn called(&self, call: &str, times: usize) -> Vec<Value> {
        let waiting = async {
            loop {
                let changed = self.0.changed.notified();
                let calls = self.calls(call);
                if calls.len() >= times {
                    return calls;
                }
                changed.await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(calls) => calls,
            Err(_) => panic!("{call} was called {} times, not {times}", self.calls(call).len()),
        }
    }
}

struct Double {
    world: World,
    api: &'static Api,
}

#[async_trait]
impl Service for Double {
    fn api(&self) -> &'static Api {
        self.api
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        let answer = self.world.with(|state| answer(state, self.api.id, operation, input));
        self.world.0.changed.notify_waiters();
        answer
    }
}

fn answer(state: &mut State, service: &str, operation: &str, input: Value) -> Result<Value, ServiceError> {
    match operation {
        "DescribeStream" if state.is_gone => {
            return Err(ServiceError::client("ResourceNotFoundException", "the stream is gone"));
        }
        "DescribeStream" => return Ok(json!({"StreamDescription": {"Shards": [{"ShardId": "shard-1"}]}})),
        "GetShardIterator" => {
            let after = input.get("SequenceNumber").and_then(Value::as_str);
            let is_after = |record: &Value| Some(record["dynamodb"]["SequenceNumber"].as_str().unwrap()) > after;
            let start = state.records.iter().position(is_after).unwrap_or(state.records.len());
            return Ok(json!({"ShardIterator": start.to_string()}));
        }
        "GetRecords" => {
            let start: usize = input["ShardIterator"].as_str().unwrap().parse().unwrap();
            let records = state.records[start..].to_vec();
            return Ok(json!({"Records": records, "NextShardIterator": state.records.len().to_string()}));
        }
        "GetQueueUrl" => return Ok(json!({"QueueUrl": input["QueueName"]})),
        "ReceiveMessage" => {
            let most = usize::try_from(input["MaxNumberOfMessages"].as_u64().unwrap()).unwrap();
            let count = most.min(state.messages.len());
            return Ok(json!({"Messages": state.messages.drain(..count).collect::<Vec<_>>()}));
        }
        _ => {}
    }
    let call = format!("{service}:{operation}");
    state.calls.push((service.to_owned(), operation.to_owned(), input));
    let answers = state.answers.iter_mut().find(|(of, answers)| *of == call && !answers.is_empty());
    answers.and_then(|(_, answers)| answers.pop_front()).unwrap_or_else(|| Ok(json!({})))
}

const START: Timestamp = Timestamp::from_millis(1_795_248_000_000);

/// An engine with pipes and doubles of everything else.
pub(crate) struct Engine {
    pub(crate) world: World,
    pub(crate) clock: VirtualClock,
    pub(crate) platform: Platform,
    pub(crate) pipes: Arc<Pipes>,
}

impl Engine {
    pub(crate) fn new() -> Self {
        Self::open(World::default(), &Location::Memory)
    }

    /// Starts an engine over what an earlier one has left.
    pub(crate) fn open(world: World, location: &Location) -> Self {
        let clock = VirtualClock::starting_at(START);
        let store = Store::open(location).unwrap();
        let platform = Platform::new(store, Arc::new(clock.clone()), Scope::default());
        world.register(&platform);
        let pipes = Pipes::open(&platform).unwrap();
        pipes.start();
        Self { world, clock, platform, pipes }
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.pipes.call(operation, input).await
    }

    /// Makes a pipe of the stream and waits until it runs.
    pub(crate) async fn pipe(&self, stream: Value, rest: Value) {
        let mut parameters = json!({"StartingPosition": "TRIM_HORIZON"});
        merge(&mut parameters, stream);
        let mut input = json!({
            "Name": "p", "RoleArn": "arn:aws:iam::000000000000:role/pipe", "Source": STREAM,
            "SourceParameters": {"DynamoDBStreamParameters": parameters},
        });
        merge(&mut input, rest);
        assert_eq!(self.call("CreatePipe", input).await.unwrap()["CurrentState"], "CREATING");
        self.reached("RUNNING").await;
    }

    /// Waits until the pipe is in a state; answers its description.
    pub(crate) async fn reached(&self, state: &str) -> Value {
        loop {
            let described = self.call("DescribePipe", json!({"Name": "p"})).await.unwrap();
            if described["CurrentState"] == state {
                return described;
            }
            assert!(
                !described["CurrentState"].as_str().unwrap().ends_with("FAILED") || state.ends_with("FAILED"),
                "{described}"
            );
            tokio::task::yield_now().await;
        }
    }

    /// Tells the pipe that there is something new.
    pub(crate) fn nudge(&self) {
        self.platform.signals.notify(STREAM);
        self.platform.signals.notify(QUEUE);
    }

    /// Waits until somebody sleeps for exactly `duration`, and lets that pass.
    pub(crate) async fn pass(&self, duration: Duration) {
        let moment = self.clock.now().plus(duration);
        let waiting = async {
            while self.clock.next_wake() != Some(moment) {
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), waiting).await.is_err() {
            panic!("nobody sleeps for {duration:?}");
        }
        self.clock.advance_to(moment);
    }
}

/// Puts the members of `other` into `value`, and into its objects of the same name.
fn merge(value: &mut Value, other: Value) {
    for (name, member) in other.as_object().cloned().unwrap_or_default() {
        match value.get_mut(&name) {
            Some(inner) if inner.is_object() && member.is_object() => merge(inner, member),
            _ => value[name] = member,
        }
    }
}

/// An error that counts as an attempt.
pub(crate) fn refused() -> Result<Value, ServiceError> {
    Err(ServiceError::client("InvalidName", "no"))
}
