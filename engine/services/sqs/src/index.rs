//! What a queue holds and when each message may be seen: pure data, told the time.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use uuid::Uuid;

use crate::message::Payload;

/// How many bytes of payload a queue keeps at hand; what is beyond is read from the store when it is received.
const CACHED_BYTES: usize = 8 << 20;

/// A message as its queue sees it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Uuid,
    pub(crate) sent_at: Timestamp,
    pub(crate) visible_at: Timestamp,
    pub(crate) receive_count: u32,
    pub(crate) first_received_at: Option<Timestamp>,
    /// The ARN of the queue that gave it up, for a message in a dead-letter queue.
    pub(crate) dead_letter_source: Option<String>,
    /// `None` when it has to be read from the store.
    pub(crate) payload: Option<Arc<Payload>>,
}

/// The messages of one queue by their sequence number.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: HashMap<i64, Entry>,
    ready: BTreeSet<i64>,
    waiting: BTreeSet<(Timestamp, i64)>,
    by_age: BTreeSet<(Timestamp, i64)>,
    cached_bytes: usize,
}

/// What a receive finds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Messages to hand out, now invisible.
    pub(crate) taken: Vec<(i64, Entry)>,
    /// Messages that were received too often, taken out of the index.
    pub(crate) dead: Vec<(i64, Entry)>,
}

/// How many messages there are in each condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) visible: usize,
    pub(crate) in_flight: usize,
    pub(crate) delayed: usize,
}

impl Index {
    pub(crate) fn insert(&mut self, sequence: i64, mut entry: Entry) {
        match &entry.payload {
            Some(payload) if self.cached_bytes + payload.body.len() <= CACHED_BYTES => {
                self.cached_bytes += payload.body.len();
            }
            _ => entry.payload = None,
        }
        self.by_age.insert((entry.sent_at, sequence));
        self.waiting.insert((entry.visible_at, sequence));
        self.entries.insert(sequence, entry);
    }

    pub(crate) fn remove(&mut self, sequence: i64) -> Option<Entry> {
        let entry = self.entries.remove(&sequence)?;
        self.ready.remove(&sequence);
        self.waiting.remove(&(entry.visible_at, sequence));
        self.by_age.remove(&(entry.sent_at, sequence));
        self.cached_bytes -= entry.payload.as_ref().map_or(0, |payload| payload.body.len());
        Some(entry)
    }

    pub(crate) fn get(&self, sequence: i64) -> Option<&Entry> {
        self.entries.get(&sequence)
    }

    /// Takes up to `most` visible messages, oldest first, and hides them for `hidden_for`. Those that have been received
    /// `most_receives` times already are dead.
    pub(crate) fn receive(
        &mut self,
        now: Timestamp,
        most: usize,
        hidden_for: Duration,
        most_receives: Option<u32>,
    ) -> Found {
        self.promote(now);
        let mut found = Found::default();
        while found.taken.len() < most {
            let Some(sequence) = self.ready.first().copied() else { break };
            let entry = self.entries.get_mut(&sequence).expect("what is ready is there");
            if most_receives.is_some_and(|most| entry.receive_count >= most) {
                found.dead.extend(self.remove(sequence).map(|entry| (sequence, entry)));
                continue;
            }
            self.ready.remove(&sequence);
            entry.receive_count += 1;
            entry.first_received_at.get_or_insert(now);
            entry.visible_at = now.plus(hidden_for);
            self.waiting.insert((entry.visible_at, sequence));
            found.taken.push((sequence, entry.clone()));
        }
        found
    }

    /// Takes up to `most` visible messages out of the index, oldest first.
    pub(crate) fn take_visible(&mut self, now: Timestamp, most: usize) -> Vec<(i64, Entry)> {
        self.promote(now);
        let sequences: Vec<i64> = self.ready.iter().take(most).copied().collect();
        sequences.into_iter().filter_map(|sequence| Some((sequence, self.remove(sequence)?))).collect()
    }

    /// Makes a message that is in flight visible at `visible_at`; false when it isn't in flight.
    pub(crate) fn hide_until(&mut self, sequence: i64, now: Timestamp, visible_at: Timestamp) -> bool {
        self.promote(now);
        let Some(entry) = self.entries.get_mut(&sequence) else { return false };
        if entry.receive_count == 0 || !self.waiting.remove(&(entry.visible_at, sequence)) {
            return false;
        }
        entry.visible_at = visible_at;
        self.waiting.insert((visible_at, sequence));
        true
    }

    /// When the next hidden message becomes visible.
    pub(crate) fn next_visible(&self) -> Option<Timestamp> {
        self.waiting.first().map(|(moment, _)| *moment)
    }

    /// The messages sent at `limit` or before.
    pub(crate) fn sent_until(&self, limit: Timestamp) -> Vec<i64> {
        self.by_age.range(..=(limit, i64::MAX)).map(|(_, sequence)| *sequence).collect()
    }

    pub(crate) fn counts(&mut self, now: Timestamp) -> Counts {
        self.promote(now);
        let delayed = self.waiting.iter().filter(|(_, sequence)| self.entries[sequence].receive_count == 0).count();
        Counts { visible: self.ready.len(), in_flight: self.waiting.len() - delayed, delayed }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn promote(&mut self, now: Timestamp) {
        while let Some((moment, sequence)) = self.waiting.first().copied()
            && moment <= now
        {
            self.waiting.remove(&(moment, sequence));
            self.ready.insert(sequence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn index(sent: &[(i64, i64)]) -> Index {
        let mut index = Index::default();
        for (sequence, visible_at) in sent {
            index.insert(
                *sequence,
                Entry {
                    id: Uuid::from_u128(1),
                    sent_at: at(0),
                    visible_at: at(*visible_at),
                    receive_count: 0,
                    first_received_at: None,
                    dead_letter_source: None,
                    payload: None,
                },
            );
        }
        index
    }

    fn taken(found: &Found) -> Vec<i64> {
        found.taken.iter().map(|(sequence, _)| *sequence).collect()
    }

    #[test]
    fn a_received_message_is_hidden_until_its_timeout_and_then_counts_again() {
        let mut index = index(&[(1, 0), (2, 0)]);
        let second = Duration::from_secs(1);
        assert_eq!(taken(&index.receive(at(0), 10, second, None)), [1, 2]);
        assert_eq!(taken(&index.receive(at(999), 10, second, None)), [] as [i64; 0]);
        let again = index.receive(at(1000), 1, second, None);
        assert_eq!((taken(&again), again.taken[0].1.receive_count), (vec![1], 2));
        assert_eq!(again.taken[0].1.first_received_at, Some(at(0)));
    }

    #[test]
    fn a_delayed_message_counts_as_delayed_and_one_in_flight_as_not_visible() {
        let mut index = index(&[(1, 0), (2, 500), (3, 0)]);
        index.receive(at(0), 1, Duration::from_secs(1), None);
        assert_eq!(index.counts(at(0)), Counts { visible: 1, in_flight: 1, delayed: 1 });
        assert_eq!(index.counts(at(500)), Counts { visible: 2, in_flight: 1, delayed: 0 });
        assert!(!index.hide_until(2, at(0), at(9)), "it was never received");
        assert!(index.hide_until(1, at(500), at(500)));
        assert_eq!(index.counts(at(500)).visible, 3);
    }

    #[test]
    fn a_message_received_too_often_is_dead_and_makes_room_for_the_next() {
        let mut index = index(&[(1, 0), (2, 0)]);
        index.receive(at(0), 1, Duration::ZERO, Some(1));
        let found = index.receive(at(0), 1, Duration::ZERO, Some(1));
        assert_eq!((taken(&found), found.dead.len()), (vec![2], 1));
        assert!(index.get(1).is_none());
    }
}
