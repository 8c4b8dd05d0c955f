//! What waits of each stream, and when it is to be written: pure, told the time.

use std::collections::BTreeMap;
use std::time::Duration;

use clock::Timestamp;

use crate::destination::Destination;
use crate::rows::Waiting;

/// How long to wait until a bucket that refused is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// What waits of each stream, by its name.
#[derive(Default)]
pub(crate) struct Buffers {
    waiting: BTreeMap<String, Waiting>,
    not_before: BTreeMap<String, Timestamp>,
}

impl Buffers {
    pub(crate) fn new(waiting: BTreeMap<String, Waiting>) -> Self {
        Self { waiting, not_before: BTreeMap::new() }
    }

    /// Notes records that arrived.
    pub(crate) fn add(&mut self, stream: &str, bytes: usize, now: Timestamp) {
        let waiting = self.waiting.entry(stream.to_owned()).or_default();
        waiting.bytes += bytes;
        waiting.since.get_or_insert(now);
    }

    /// Notes that so many bytes are written, and since when the oldest of the others waits.
    pub(crate) fn written(&mut self, stream: &str, bytes: usize, next: Option<Timestamp>) {
        self.not_before.remove(stream);
        if let Some(waiting) = self.waiting.get_mut(stream) {
            waiting.bytes = waiting.bytes.saturating_sub(bytes);
            waiting.since = next;
        }
    }

    /// Notes that the bucket refused.
    pub(crate) fn refused(&mut self, stream: &str, now: Timestamp) {
        self.not_before.insert(stream.to_owned(), now.plus(PAUSE));
    }

    pub(crate) fn forget(&mut self, stream: &str) {
        self.waiting.remove(stream);
        self.not_before.remove(stream);
    }

    /// When the stream is to be written: now where it is full, else when its oldest record has waited long enough.
    pub(crate) fn due_at(&self, stream: &str, destination: &Destination, now: Timestamp) -> Option<Timestamp> {
        let waiting = self.waiting.get(stream)?;
        let since = waiting.since?;
        let due = if waiting.bytes >= destination.most_bytes { now } else { since.plus(destination.longest) };
        Some(due.max(self.not_before.get(stream).copied().unwrap_or_default()))
    }
}
