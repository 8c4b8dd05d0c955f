//! What becomes of a batch of a stream: it is repeated, halved, and given up, until all of it is done.

use std::collections::VecDeque;
use std::time::Duration;

use ::service::ServiceError;

use super::buffer::{Batch, StreamRecord};
use super::dead_letter::{self, Condition};
use super::stream::save;
use super::{Run, backoff};
use crate::plan::{RetryPolicy, Source};
use crate::stage::{Outcome, Record, pass};
use crate::tables::Checkpoint;

/// How long DynamoDB keeps stream records; what is older is not repeated either.
const RETENTION: Duration = Duration::from_secs(24 * 3600);

/// A part of a batch that is not done yet.
struct Part {
    batch: Batch,
    /// Attempts that failed by the fault of what the pipe calls.
    failures: u64,
    /// All failures in a row, which set the pace.
    pace: u32,
}

/// Repeats the batch by the pipe's policy until each record is done or given up. Parts are taken in order and written down
/// one by one, so after a crash only the part that was under way comes again.
pub(super) async fn finish(run: &Run, shard: &str, batch: Batch) -> Result<(), ServiceError> {
    let Source::Stream { retry, .. } = &run.plan.source else {
        return Ok(());
    };
    let mut parts = VecDeque::from([Part { batch, failures: 0, pace: 0 }]);
    while let Some(part) = parts.pop_front() {
        if run.stop.is_cancelled() {
            return Ok(());
        }
        let up_to = part.batch.up_to.clone();
        match repeat(run, shard, retry, part).await {
            Next::Done => {
                save(run, shard, Checkpoint { sequence_number: Some(up_to), is_finished: false }).await?;
            }
            Next::Stopped => return Ok(()),
            Next::Again(part, pause) => {
                run.pause(pause).await;
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
    /// The pipe stops; the part comes again when it starts.
    Stopped,
    Again(Part, Duration),
    Halves([Part; 2]),
}

/// Takes a part through the pipe once, and tells how it goes on.
async fn repeat(run: &Run, shard: &str, retry: &RetryPolicy, mut part: Part) -> Next {
    let old = part.batch.records.iter().filter(|record| is_too_old(run, retry, &part, record)).count();
    if old == part.batch.records.len() {
        return give_up(run, shard, &part, Condition::RecordAgeExceeded).await;
    }
    if old > 0 {
        return Next::Halves(part.halves());
    }
    let records: Vec<Record> = part.batch.records.iter().map(|record| record.record.clone()).collect();
    let (reason, is_internal) = match pass(&run.platform, &run.plan, &records).await {
        Outcome::Done => return Next::Done,
        Outcome::Partial { failed, reason } => {
            part.batch.records = failed.iter().map(|index| part.batch.records[*index].clone()).collect();
            (reason, false)
        }
        Outcome::Failed(failure) => (failure.reason, failure.is_internal),
    };
    tracing::warn!(pipe = run.plan.name, shard, attempts = part.failures + 1, reason, "a batch of the pipe failed");
    let pause = backoff(part.pace);
    part.pace += 1;
    if is_internal {
        return Next::Again(part, pause);
    }
    if retry.bisect && part.batch.records.len() > 1 {
        return Next::Halves(part.halves());
    }
    part.failures += 1;
    if retry.most_attempts.is_some_and(|most| part.failures > most) {
        return give_up(run, shard, &part, Condition::RetryAttemptsExhausted).await;
    }
    Next::Again(part, pause)
}

async fn give_up(run: &Run, shard: &str, part: &Part, condition: Condition) -> Next {
    if dead_letter::send(run, shard, &part.batch, condition).await { Next::Done } else { Next::Stopped }
}

/// Whether a record is older than the pipe takes it. One that the stream still had gets its first attempt however old it is,
/// unless the pipe's own policy says otherwise.
fn is_too_old(run: &Run, retry: &RetryPolicy, part: &Part, record: &StreamRecord) -> bool {
    let age = run.platform.clock.now().since(record.arrived);
    match retry.most_age {
        Some(most) => age > most.min(RETENTION),
        None => part.pace > 0 && age > RETENTION,
    }
}

impl Part {
    /// Both halves, each to be repeated by itself; that takes nothing from the attempts it has.
    fn halves(mut self) -> [Self; 2] {
        let second: Vec<StreamRecord> = self.batch.records.split_off(self.batch.records.len() / 2);
        let up_to = self.batch.records.last().map_or(&self.batch.up_to, |record| &record.sequence_number).clone();
        let half = |records, up_to| Self { batch: Batch { records, up_to }, failures: self.failures, pace: self.pace };
        [half(self.batch.records, up_to), half(second, self.batch.up_to)]
    }
}
