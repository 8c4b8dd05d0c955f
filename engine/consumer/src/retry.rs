//! What becomes of a batch of a stream: it is repeated, halved, and given up, until all of it is done.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;
use service::ServiceError;
use tokio::sync::Mutex;

use crate::buffer::StreamRecord;
use crate::progress::Progress;
use crate::{Condition, Consumer, Failure, GivenUp, Outcome, Record, RetryPolicy, Source, backoff, dead_letter, lanes};

/// How long DynamoDB keeps stream records; what is older is not repeated either.
const RETENTION: Duration = Duration::from_secs(24 * 3600);

/// A part of a batch that is not done yet.
#[derive(Clone)]
struct Part {
    records: Vec<StreamRecord>,
    /// Attempts that failed by the fault of what the stage calls.
    failures: u64,
    /// All failures in a row, which set the pace.
    pace: u32,
    /// What the stage remembers of the last attempt.
    response: Value,
}

/// A batch on its way.
struct Way<'a> {
    consumer: &'a Consumer,
    shard: &'a str,
    progress: &'a Mutex<Progress>,
    retry: &'a RetryPolicy,
}

/// Repeats the batch by its consumer's policy until each record is done or given up. Parts are taken in order and written
/// down one by one, so after a crash only the part that was under way comes again.
pub(crate) async fn finish(
    consumer: &Consumer,
    shard: &str,
    progress: &Mutex<Progress>,
    records: Vec<StreamRecord>,
) -> Result<(), ServiceError> {
    let Source::Stream { retry, .. } = &consumer.intake.source else {
        return Ok(());
    };
    let way = Way { consumer, shard, progress, retry };
    let mut parts = VecDeque::from([Part { records, failures: 0, pace: 0, response: Value::Null }]);
    while let Some(part) = parts.pop_front() {
        if consumer.stop.is_cancelled() {
            return Ok(());
        }
        match way.attempt(part).await? {
            Next::Done => {}
            Next::Stopped => return Ok(()),
            Next::Again(part, pause) => {
                consumer.pause(pause).await;
                parts.push_front(part);
            }
            Next::Halves([first, second]) => {
                parts.push_front(second);
                parts.push_front(first);
            }
        }
    }
    Ok(())
}

enum Next {
    Done,
    /// The consumer stops; the part comes again when it starts.
    Stopped,
    Again(Part, Duration),
    Halves([Part; 2]),
}

impl Way<'_> {
    /// Takes a part through the stage once, and tells how it goes on.
    async fn attempt(&self, mut part: Part) -> Result<Next, ServiceError> {
        let old = part.records.iter().filter(|record| self.is_too_old(&part, record)).count();
        if old == part.records.len() {
            return self.give_up(&part, Condition::RecordAgeExceeded).await;
        }
        if old > 0 {
            return Ok(Next::Halves(part.halves()));
        }
        let records: Vec<Record> = part.records.iter().map(|record| record.record.clone()).collect();
        let mut bisect = self.retry.bisect;
        let failure = match self.consumer.stage.pass(&records).await {
            Outcome::Done => {
                self.done(numbers(&part.records, |_| true)).await?;
                return Ok(Next::Done);
            }
            Outcome::Partial { failed, reason } => {
                self.done(numbers(&part.records, |index| !failed.contains(&index))).await?;
                part.records = failed.iter().map(|index| part.records[*index].clone()).collect();
                Failure::new(reason)
            }
            Outcome::From { index: first, reason } => {
                self.done(numbers(&part.records, |index| index < first)).await?;
                part.records.drain(..first);
                // What failed is known: halving would not find it.
                bisect = false;
                Failure::new(reason)
            }
            Outcome::Failed(failure) => failure,
        };
        let (consumer, reason) = (&self.consumer.intake.consumer, &failure.reason);
        tracing::warn!(consumer, shard = self.shard, attempts = part.failures + 1, reason, "a batch failed");
        let pause = backoff(part.pace);
        part.pace += 1;
        if failure.is_internal {
            return Ok(Next::Again(part, pause));
        }
        part.response = failure.response;
        if bisect && part.records.len() > 1 {
            return Ok(Next::Halves(part.halves()));
        }
        part.failures += 1;
        if self.retry.most_attempts.is_some_and(|most| part.failures > most) {
            return self.give_up(&part, Condition::RetryAttemptsExhausted).await;
        }
        Ok(Next::Again(part, pause))
    }

    async fn give_up(&self, part: &Part, condition: Condition) -> Result<Next, ServiceError> {
        let given_up = GivenUp { condition, attempts: part.failures, response: &part.response };
        let is_told =
            dead_letter::send(self.consumer, self.retry.dead_letters.as_deref(), self.shard, &part.records, &given_up)
                .await;
        if !is_told {
            return Ok(Next::Stopped);
        }
        self.done(numbers(&part.records, |_| true)).await?;
        Ok(Next::Done)
    }

    async fn done(&self, records: Vec<u64>) -> Result<(), ServiceError> {
        lanes::done(self.consumer, self.shard, self.progress, &records).await
    }

    /// Whether a record is older than it is taken. One that the stream still had gets its first attempt however old it is,
    /// unless the consumer's own policy says otherwise.
    fn is_too_old(&self, part: &Part, record: &StreamRecord) -> bool {
        let age = self.consumer.platform.clock.now().since(record.arrived);
        match self.retry.most_age {
            Some(most) => age > most.min(RETENTION),
            None => part.pace > 0 && age > RETENTION,
        }
    }
}

impl Part {
    /// Both halves, each to be repeated by itself; that takes nothing from the attempts it has.
    fn halves(mut self) -> [Self; 2] {
        let second = self.records.split_off(self.records.len() / 2);
        let second = Self { records: second, ..self.clone() };
        [self, second]
    }
}

/// The numbers of the records at some indexes.
fn numbers(records: &[StreamRecord], which: impl Fn(usize) -> bool) -> Vec<u64> {
    records.iter().enumerate().filter(|(index, _)| which(*index)).map(|(_, record)| record.number).collect()
}
