//! Records that were read and wait for their batch to fill up.

use std::collections::VecDeque;
use std::time::Duration;

use clock::Timestamp;

use crate::stage::Record;

/// A record of a stream.
#[derive(Clone, Debug)]
pub(super) struct StreamRecord {
    pub(super) record: Record,
    pub(super) sequence_number: String,
    /// When it came into the stream.
    pub(super) arrived: Timestamp,
}

/// Records that go through the pipe together.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) records: Vec<StreamRecord>,
    /// The record up to which the stream is done once this batch is: its last, or one behind it that no filter let through.
    pub(super) up_to: String,
}

/// The records of a shard that were read and let through, in order.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    waiting: VecDeque<StreamRecord>,
    /// When the first of them was put in.
    since: Option<Timestamp>,
    /// The last record that was read, let through or not.
    last_read: Option<String>,
    passed_over: usize,
}

impl Buffer {
    pub(super) fn push(&mut self, record: StreamRecord, now: Timestamp) {
        self.last_read = Some(record.sequence_number.clone());
        self.since.get_or_insert(now);
        self.waiting.push_back(record);
    }

    /// Notes a record that no filter lets through.
    pub(super) fn pass_over(&mut self, sequence_number: String) {
        self.last_read = Some(sequence_number);
        self.passed_over += 1;
    }

    /// The next batch: a full one, or what there is once its window is over.
    pub(super) fn take(&mut self, size: usize, window: Duration, now: Timestamp, is_last: bool) -> Option<Batch> {
        let is_due = self.since.is_some_and(|since| now >= since.plus(window)) || is_last;
        if self.waiting.is_empty() || (self.waiting.len() < size && !is_due) {
            return None;
        }
        let records: Vec<StreamRecord> = self.waiting.drain(..size.min(self.waiting.len())).collect();
        let last = records.last()?.sequence_number.clone();
        let up_to = if self.waiting.is_empty() { self.last_read.clone().unwrap_or(last) } else { last };
        self.since = if self.waiting.is_empty() { None } else { Some(now) };
        self.passed_over = 0;
        Some(Batch { records, up_to })
    }

    /// When the window of the waiting records is over.
    pub(super) fn due(&self, window: Duration) -> Option<Timestamp> {
        self.since.map(|since| since.plus(window))
    }

    /// How far the stream is done where nothing waits, once more than `least` records were passed over since it was asked.
    pub(super) fn passed(&mut self, least: usize) -> Option<String> {
        if !self.waiting.is_empty() || self.passed_over <= least {
            return None;
        }
        self.passed_over = 0;
        self.last_read.clone()
    }
}
