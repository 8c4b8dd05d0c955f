//! The lanes of a shard: records of one key go by one lane, in order; lanes go on side by side.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use clock::Timestamp;
use serde_json::Value;
use service::ServiceError;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::buffer::{Buffer, StreamRecord};
use crate::checkpoint::Checkpoint;
use crate::progress::Progress;
use crate::stream::save;
use crate::{Consumer, Record, retry};

/// The lanes of a shard.
pub(crate) struct Lanes {
    consumer: Consumer,
    shard: Arc<str>,
    lanes: Vec<Lane>,
    working: JoinSet<(usize, Result<(), ServiceError>)>,
    progress: Arc<Mutex<Progress>>,
}

#[derive(Default)]
struct Lane {
    buffer: Buffer,
    is_working: bool,
}

impl Lanes {
    pub(crate) fn new(consumer: &Consumer, shard: &str, count: usize) -> Self {
        Self {
            consumer: consumer.clone(),
            shard: shard.into(),
            lanes: (0..count).map(|_| Lane::default()).collect(),
            working: JoinSet::new(),
            progress: Arc::default(),
        }
    }

    /// Takes a record that was read; one that no filter lets through is done.
    pub(crate) async fn push(&mut self, record: Record, sequence_number: String, arrived: Timestamp) {
        let mut progress = self.progress.lock().await;
        let number = progress.read(sequence_number.clone());
        if !self.consumer.intake.filters.accept(&record.value) {
            progress.done(number);
            return;
        }
        let lane = lane_of(&record.value, self.lanes.len());
        let now = self.consumer.platform.clock.now();
        self.lanes[lane].buffer.push(StreamRecord { record, sequence_number, arrived, number }, now);
    }

    /// How many records wait.
    pub(crate) fn waiting(&self) -> usize {
        self.lanes.iter().map(|lane| lane.buffer.len()).sum()
    }

    /// Whether nothing waits or is under way.
    pub(crate) fn are_done(&self) -> bool {
        self.working.is_empty() && self.waiting() == 0
    }

    /// Sets each lane to work that has a batch and isn't at one.
    pub(crate) fn start(&mut self, is_last: bool) {
        let (intake, now) = (&self.consumer.intake, self.consumer.platform.clock.now());
        for (index, lane) in self.lanes.iter_mut().enumerate().filter(|(_, lane)| !lane.is_working) {
            let batch = lane.buffer.take(intake.batch_size, intake.window, now, is_last);
            if batch.is_empty() {
                continue;
            }
            lane.is_working = true;
            let (consumer, shard, progress) = (self.consumer.clone(), self.shard.clone(), self.progress.clone());
            self.working.spawn(async move { (index, retry::finish(&consumer, &shard, &progress, batch).await) });
        }
    }

    /// When the window of an idle lane is over.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let idle = self.lanes.iter().filter(|lane| !lane.is_working);
        idle.filter_map(|lane| lane.buffer.due(self.consumer.intake.window)).min()
    }

    /// Waits until a lane has done its batch; for ever when none is at work.
    pub(crate) async fn ended(&mut self) -> Result<(), ServiceError> {
        match self.working.join_next().await {
            None => std::future::pending().await,
            Some(Ok((lane, outcome))) => {
                self.lanes[lane].is_working = false;
                outcome
            }
            Some(Err(failure)) => Err(ServiceError::server("InternalException", failure.to_string())),
        }
    }

    /// Waits until batches under way have ended.
    pub(crate) async fn halt(mut self) -> Result<(), ServiceError> {
        while !self.working.is_empty() {
            self.ended().await?;
        }
        Ok(())
    }

    /// Writes the checkpoint where at least so many records came to be done since.
    pub(crate) async fn save(&self, least: usize) -> Result<(), ServiceError> {
        save_progress(&self.consumer, &self.shard, &self.progress, least).await
    }
}

/// Notes that records are done, and writes the checkpoint where they were the oldest.
pub(crate) async fn done(
    consumer: &Consumer,
    shard: &str,
    progress: &Mutex<Progress>,
    records: &[u64],
) -> Result<(), ServiceError> {
    {
        let mut progress = progress.lock().await;
        records.iter().for_each(|number| progress.done(*number));
    }
    save_progress(consumer, shard, progress, 1).await
}

async fn save_progress(
    consumer: &Consumer,
    shard: &str,
    progress: &Mutex<Progress>,
    least: usize,
) -> Result<(), ServiceError> {
    // Held while writing, so that no lane writes an older checkpoint over a newer one.
    let mut progress = progress.lock().await;
    match progress.advanced(least) {
        None => Ok(()),
        some => save(consumer, shard, Checkpoint { sequence_number: some, is_finished: false }).await,
    }
}

fn lane_of(record: &Value, lanes: usize) -> usize {
    if lanes == 1 {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    record.pointer("/dynamodb/Keys").map(Value::to_string).hash(&mut hasher);
    usize::try_from(hasher.finish() % lanes as u64).expect("there are few lanes")
}
