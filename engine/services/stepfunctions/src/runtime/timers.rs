//! The earliest timer of every waiting execution, in order.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use clock::Timestamp;
use tokio::sync::Notify;

/// The earliest timer of every waiting execution: two words each, so that a hundred thousand cost little.
#[derive(Default)]
pub(super) struct Timers {
    entries: Mutex<Entries>,
    /// Something earlier than before may be due.
    pub(super) changed: Notify,
}

#[derive(Default)]
struct Entries {
    in_order: BTreeSet<(Timestamp, i64)>,
    by_execution: HashMap<i64, Timestamp>,
}

impl Timers {
    /// Says when an execution has to be woken; `None` for not at all.
    pub(super) fn set(&self, execution: i64, at: Option<Timestamp>) {
        let mut entries = self.lock();
        let before = entries.in_order.first().copied();
        let old = match at {
            Some(at) => entries.by_execution.insert(execution, at),
            None => entries.by_execution.remove(&execution),
        };
        if old == at {
            return;
        }
        if let Some(old) = old {
            entries.in_order.remove(&(old, execution));
        }
        if let Some(at) = at {
            entries.in_order.insert((at, execution));
        }
        let earlier = entries.in_order.first().copied();
        drop(entries);
        if earlier != before {
            self.changed.notify_one();
        }
    }

    /// The earliest moment, if there is one.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.lock().in_order.first().map(|(at, _)| *at)
    }

    /// Takes out the executions that are due.
    pub(super) fn take_due(&self, now: Timestamp) -> Vec<i64> {
        let mut entries = self.lock();
        let mut due = Vec::new();
        while let Some((at, execution)) = entries.in_order.first().copied()
            && at <= now
        {
            entries.in_order.pop_first();
            entries.by_execution.remove(&execution);
            due.push(execution);
        }
        due
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executions_are_woken_in_order_and_only_when_due() {
        let timers = Timers::default();
        let at = Timestamp::from_millis;
        timers.set(1, Some(at(30)));
        timers.set(2, Some(at(10)));
        timers.set(3, Some(at(20)));
        timers.set(3, None);
        timers.set(1, Some(at(5)));
        assert_eq!(timers.next(), Some(at(5)));
        assert_eq!(timers.take_due(at(9)), [1]);
        assert_eq!(timers.take_due(at(10)), [2]);
        assert_eq!(timers.next(), None);
    }
}
