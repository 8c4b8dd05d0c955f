//! Records that were read and wait for their batch to fill up.

use std::collections::VecDeque;
use std::time::Duration;

use clock::Timestamp;

use crate::Record;

/// A record of a stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamRecord {
    pub(crate) record: Record,
    pub(crate) sequence_number: String,
    /// When it came into the stream.
    pub(crate) arrived: Timestamp,
    /// Its number among those read of the shard.
    pub(crate) number: u64,
}

/// The records of a shard that were read and let through, in order.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    waiting: VecDeque<StreamRecord>,
    /// When the first of them was put in.
    since: Option<Timestamp>,
}

impl Buffer {
    pub(crate) fn push(&mut self, record: StreamRecord, now: Timestamp) {
        self.since.get_or_insert(now);
        self.waiting.push_back(record);
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The next batch: a full one, or what there is once its window is over; empty before.
    pub(crate) fn take(&mut self, size: usize, window: Duration, now: Timestamp, is_last: bool) -> Vec<StreamRecord> {
        let is_due = is_last || self.due(window).is_some_and(|due| now >= due);
        if self.waiting.len() < size && !is_due {
            return Vec::new();
        }
        let records = self.waiting.drain(..size.min(self.waiting.len())).collect();
        self.since = if self.waiting.is_empty() { None } else { Some(now) };
        records
    }

    /// When the window of the waiting records is over.
    pub(crate) fn due(&self, window: Duration) -> Option<Timestamp> {
        self.since.map(|since| since.plus(window))
    }
}
