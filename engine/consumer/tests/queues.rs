//! What a consumer makes of a queue, on virtual time.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock, Timestamp, VirtualClock};
use consumer::{Consumer, Filters, GivenUp, Intake, Outcome, Record, Source, Stage};
use serde_json::{Map, Value, json};
use service::{Platform, Scope};
use sqs::Sqs;
use store::{Location, Store};
use tokio_util::sync::CancellationToken;

const SECOND: Duration = Duration::from_secs(1);

/// Notes the batches, and answers that the messages with these bodies failed; then that all is done.
#[derive(Default)]
struct Double {
    batches: Mutex<Vec<Vec<String>>>,
    failing: Mutex<VecDeque<&'static [&'static str]>>,
}

#[async_trait]
impl Stage for Double {
    async fn pass(&self, records: &[Record]) -> Outcome {
        let body = |record: &Record| record.value["body"].as_str().unwrap().to_owned();
        let bodies: Vec<String> = records.iter().map(body).collect();
        let failing = self.failing.lock().unwrap().pop_front().unwrap_or_default();
        let failed = records.iter().filter(|record| failing.contains(&body(record).as_str()));
        let failures: Vec<Value> = failed.map(|record| json!({"itemIdentifier": record.id})).collect();
        self.batches.lock().unwrap().push(bodies);
        match consumer::reported(&json!({"batchItemFailures": failures}), records).unwrap() {
            failed if failed.is_empty() => Outcome::Done,
            failed => Outcome::Partial { failed, reason: "reported".to_owned() },
        }
    }

    fn dead_letter(&self, _: &GivenUp<'_>) -> Map<String, Value> {
        Map::new()
    }
}

struct Engine {
    platform: Platform,
    clock: VirtualClock,
    stage: Arc<Double>,
    queue: Value,
}

impl Engine {
    /// A queue with these attributes and messages.
    async fn new(attributes: Value, bodies: &[&str]) -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_795_248_000_000));
        let platform =
            Platform::new(Store::open(&Location::Memory).unwrap(), Arc::new(clock.clone()), Scope::default());
        platform.services.register(Sqs::open(&platform, "http://127.0.0.1:4566").unwrap());
        let engine = Self { platform, clock, stage: Arc::default(), queue: Value::Null };
        engine.sqs("CreateQueue", json!({"QueueName": "dead"})).await;
        let made = engine.sqs("CreateQueue", json!({"QueueName": "work", "Attributes": attributes})).await;
        let engine = Self { queue: made["QueueUrl"].clone(), ..engine };
        for body in bodies {
            engine.sqs("SendMessage", json!({"QueueUrl": engine.queue, "MessageBody": body})).await;
        }
        engine
    }

    async fn sqs(&self, operation: &str, input: Value) -> Value {
        self.platform.services.call("sqs", operation, input).await.unwrap()
    }

    fn failing(&self, attempts: &[&'static [&'static str]]) {
        self.stage.failing.lock().unwrap().extend(attempts);
    }

    /// Sets a consumer to work.
    fn consume(&self, batch_size: usize, window: Duration) {
        let intake = Intake {
            consumer: "arn:aws:pipes:us-east-1:000000000000:pipe/p".to_owned(),
            source_arn: "arn:aws:sqs:us-east-1:000000000000:work".to_owned(),
            source: Source::Queue { concurrency: 1 },
            batch_size,
            window,
            filters: Filters::default(),
        };
        let consumer = Consumer {
            platform: self.platform.clone(),
            intake: Arc::new(intake),
            stage: self.stage.clone(),
            stop: CancellationToken::new(),
        };
        self.platform.spawn(async move { consumer.work().await });
    }

    /// Lets time pass from one awaited moment to the next until the consumer has handed on so many batches; answers them,
    /// and how long that took.
    async fn batches(&self, count: usize) -> (Vec<Vec<String>>, Duration) {
        let start = self.clock.now();
        let waiting = async {
            while self.stage.batches.lock().unwrap().len() < count {
                if let Some(moment) = self.clock.next_wake() {
                    self.clock.advance_to(moment);
                }
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        assert!(waited.is_ok(), "there were {:?}", self.stage.batches.lock().unwrap());
        (self.stage.batches.lock().unwrap().clone(), self.clock.now().since(start))
    }

    /// How many messages are in a queue, hidden ones too, once that is as many as expected.
    async fn holds(&self, queue: &str, expected: &str) {
        let url = self.sqs("GetQueueUrl", json!({"QueueName": queue})).await["QueueUrl"].clone();
        let look = json!({"QueueUrl": url, "AttributeNames": ["All"]});
        let mut found = (String::new(), String::new());
        let waiting = async {
            while !([&found.0, &found.1].contains(&&expected.to_owned()) && (found.0 == "0" || found.1 == "0")) {
                let attributes = self.sqs("GetQueueAttributes", look.clone()).await["Attributes"].clone();
                let count = |name: &str| attributes[name].as_str().unwrap().to_owned();
                found = (count("ApproximateNumberOfMessages"), count("ApproximateNumberOfMessagesNotVisible"));
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        assert!(waited.is_ok(), "{queue} does not come to hold {expected} messages, but {found:?}");
    }
}

fn one_of(batches: &[Vec<String>], index: usize) -> Vec<&str> {
    let mut batch: Vec<&str> = batches[index].iter().map(String::as_str).collect();
    batch.sort_unstable();
    batch
}

#[tokio::test]
async fn a_window_longer_than_the_visibility_timeout_neither_repeats_nor_loses_a_message() {
    let engine = Engine::new(json!({"VisibilityTimeout": "1"}), &["good", "bad"]).await;
    engine.failing(&[&["bad"]]);
    engine.consume(10, 3 * SECOND);
    let (batches, _) = engine.batches(1).await;
    assert_eq!(one_of(&batches, 0), ["bad", "good"]);
    engine.holds("work", "1").await;
    let (batches, _) = engine.batches(2).await;
    assert_eq!(one_of(&batches, 1), ["bad"]);
    engine.holds("work", "0").await;
}

#[tokio::test]
async fn a_message_that_goes_on_failing_comes_to_the_dead_letter_queue_in_spite_of_a_long_window() {
    let policy = json!({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 2});
    let attributes = json!({"VisibilityTimeout": "1", "RedrivePolicy": policy.to_string()});
    let engine = Engine::new(attributes, &["good", "bad"]).await;
    engine.failing(&[&["bad"], &["bad"]]);
    engine.consume(10, 3 * SECOND);
    let (batches, _) = engine.batches(2).await;
    assert_eq!((one_of(&batches, 0), one_of(&batches, 1)), (vec!["bad", "good"], vec!["bad"]));
    engine.holds("work", "1").await;
    // The next look at the queue finds that it was received often enough.
    engine.sqs("SendMessage", json!({"QueueUrl": engine.queue, "MessageBody": "later"})).await;
    let (batches, _) = engine.batches(3).await;
    assert_eq!(batches[2], ["later"]);
    engine.holds("dead", "1").await;
}

#[tokio::test]
async fn what_failed_in_a_batch_that_was_full_early_is_back_after_the_visibility_timeout_of_the_queue() {
    let engine = Engine::new(json!({"VisibilityTimeout": "5"}), &["a", "b"]).await;
    engine.failing(&[&["a", "b"]]);
    engine.consume(2, 300 * SECOND);
    assert!(engine.batches(1).await.1 < SECOND);
    let (batches, later) = engine.batches(2).await;
    assert_eq!(one_of(&batches, 1), ["a", "b"]);
    assert!((4 * SECOND..=7 * SECOND).contains(&later), "{later:?}");
}

#[tokio::test]
async fn messages_that_are_never_hidden_do_not_fill_a_batch_with_themselves() {
    let engine = Engine::new(json!({"VisibilityTimeout": "0"}), &["a"]).await;
    engine.consume(10, Duration::ZERO);
    assert_eq!(engine.batches(1).await.0, [["a"]]);
    engine.holds("work", "0").await;
}
