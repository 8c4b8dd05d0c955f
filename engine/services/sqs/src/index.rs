//! What a queue holds and when each message may be seen: pure data, told the time.

use std::collections::{BTreeSet, HashMap, HashSet};
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
    /// The message group, in a FIFO queue.
    pub(crate) group: Option<Arc<str>>,
    /// `None` when it has to be read from the store.
    pub(crate) payload: Option<Arc<Payload>>,
}

impl Entry {
    /// The payload of a message that was just sent, which has it at hand.
    pub(crate) fn payload(&self) -> &Payload {
        self.payload.as_deref().expect("a message that was just sent has its payload")
    }
}

/// The messages of one queue by their sequence number.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: HashMap<i64, Entry>,
    ready: BTreeSet<i64>,
    waiting: BTreeSet<(Timestamp, i64)>,
    /// How many messages of a group wait: while there is one, the group gives no others.
    waiting_in_group: HashMap<Arc<str>, usize>,
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
        let (group, visible_at) = (entry.group.clone(), entry.visible_at);
        self.entries.insert(sequence, entry);
        self.wait(sequence, visible_at, group);
    }

    fn wait(&mut self, sequence: i64, visible_at: Timestamp, group: Option<Arc<str>>) {
        if self.waiting.insert((visible_at, sequence))
            && let Some(group) = group
        {
            *self.waiting_in_group.entry(group).or_default() += 1;
        }
    }

    fn stop_waiting(&mut self, sequence: i64, visible_at: Timestamp, group: Option<&Arc<str>>) -> bool {
        let waited = self.waiting.remove(&(visible_at, sequence));
        if waited
            && let Some(group) = group
            && let Some(count) = self.waiting_in_group.get_mut(group)
        {
            *count -= 1;
            if *count == 0 {
                self.waiting_in_group.remove(group);
            }
        }
        waited
    }

    pub(crate) fn remove(&mut self, sequence: i64) -> Option<Entry> {
        let entry = self.entries.remove(&sequence)?;
        self.ready.remove(&sequence);
        self.stop_waiting(sequence, entry.visible_at, entry.group.as_ref());
        self.by_age.remove(&(entry.sent_at, sequence));
        self.cached_bytes -= entry.payload.as_ref().map_or(0, |payload| payload.body.len());
        Some(entry)
    }

    pub(crate) fn get(&self, sequence: i64) -> Option<&Entry> {
        self.entries.get(&sequence)
    }

    /// Takes up to `most` visible messages, oldest first, and hides them for `hidden_for`. Those that have been received
    /// `most_receives` times already are dead. A group that has a message in flight gives none.
    pub(crate) fn receive(
        &mut self,
        now: Timestamp,
        most: usize,
        hidden_for: Duration,
        most_receives: Option<u32>,
    ) -> Found {
        self.promote(now);
        let mut found = Found::default();
        let blocked: HashSet<Arc<str>> = self.waiting_in_group.keys().cloned().collect();
        let is_blocked = |entry: &Entry| entry.group.as_ref().is_some_and(|group| blocked.contains(group));
        let mut behind = i64::MIN;
        while found.taken.len() < most {
            let next = self.ready.range(behind..).find(|sequence| !is_blocked(&self.entries[*sequence]));
            let Some(sequence) = next.copied() else { break };
            behind = sequence.saturating_add(1);
            let entry = self.entries.get_mut(&sequence).expect("what is ready is there");
            if most_receives.is_some_and(|most| entry.receive_count >= most) {
                found.dead.extend(self.remove(sequence).map(|entry| (sequence, entry)));
                continue;
            }
            self.ready.remove(&sequence);
            entry.receive_count += 1;
            entry.first_received_at.get_or_insert(now);
            entry.visible_at = now.plus(hidden_for);
            let entry = entry.clone();
            self.wait(sequence, entry.visible_at, entry.group.clone());
            found.taken.push((sequence, entry));
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
        let Some(entry) = self.entries.get(&sequence) else { return false };
        let (group, before) = (entry.group.clone(), entry.visible_at);
        if entry.receive_count == 0 || !self.stop_waiting(sequence, before, group.as_ref()) {
            return false;
        }
        if let Some(entry) = self.entries.get_mut(&sequence) {
            entry.visible_at = visible_at;
        }
        self.wait(sequence, visible_at, group);
        true
    }

    /// Whether a message is hidden because it was received.
    pub(crate) fn is_in_flight(&mut self, sequence: i64, now: Timestamp) -> bool {
        self.promote(now);
        let entry = self.entries.get(&sequence);
        entry.is_some_and(|entry| entry.receive_count > 0 && self.waiting.contains(&(entry.visible_at, sequence)))
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
            let group = self.entries.get(&sequence).and_then(|entry| entry.group.clone());
            self.stop_waiting(sequence, moment, group.as_ref());
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
                    group: None,
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
    fn a_group_with_a_message_in_flight_gives_no_other() {
        let mut index = Index::default();
        for (sequence, group) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
            let entry = Entry { group: Some(group.into()), ..self::index(&[(1, 0)]).entries[&1].clone() };
            index.insert(sequence, entry);
        }
        let second = Duration::from_secs(1);
        assert_eq!(taken(&index.receive(at(0), 2, second, None)), [1, 2], "one receive may take several of a group");
        assert_eq!(taken(&index.receive(at(0), 9, second, None)), [3]);
        index.remove(1);
        assert_eq!(taken(&index.receive(at(0), 9, second, None)), [] as [i64; 0]);
        index.remove(2);
        assert_eq!(taken(&index.receive(at(0), 9, second, None)), [4]);
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
