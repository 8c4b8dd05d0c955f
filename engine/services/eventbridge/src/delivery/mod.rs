//! Deliveries: each event for each target, until it is done.

mod api_destination;
mod attempt;
mod dispatch;
mod letter;
mod log_group;
mod verdict;

pub(crate) use letter::Letter;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};

/// How many deliveries are held in memory; the others wait in the store.
const MOST_HELD: usize = 4_096;

/// How many targets are called at once.
const CONCURRENT: usize = 256;

/// An event on its way to a target.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) sequence: i64,
    pub(crate) bus: String,
    pub(crate) rule: String,
    /// The target's id.
    pub(crate) target: String,
    pub(crate) event: Arc<str>,
    /// Whether another bus sent the event on to this one.
    pub(crate) forwarded: bool,
    pub(crate) accepted_at: Timestamp,
    /// How often the target was called.
    pub(crate) attempts: u32,
    /// What came of the last call.
    pub(crate) failure: Option<Failure>,
}

impl Delivery {
    /// The event as it came in, for the paths of a target's parameters.
    fn event_value(&self) -> Value {
        serde_json::from_str(&self.event).unwrap_or_default()
    }
}

/// Why a call of a target failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// `ERROR_CODE` of the dead letter.
    pub(crate) code: String,
    /// `ERROR_MESSAGE` of the dead letter.
    pub(crate) message: String,
    pub(crate) retryable: bool,
    /// In how many seconds the target wants to be called again, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u64>,
}

/// The deliveries that are being made.
pub(crate) struct Deliveries {
    last_sequence: AtomicI64,
    /// Those in memory, from before they are written until after their row is gone.
    held: Mutex<HashSet<i64>>,
    /// Those whose row is to be deleted.
    done: Mutex<Vec<i64>>,
    has_done: Notify,
    /// Rows became due, or were left in the store for lack of room.
    due: Notify,
    left_in_store: AtomicBool,
    has_room: Notify,
    lanes: Arc<Semaphore>,
}

impl Deliveries {
    /// None yet; their numbers go on from `last_sequence`.
    pub(crate) fn new(last_sequence: i64) -> Self {
        Self {
            last_sequence: AtomicI64::new(last_sequence),
            held: Mutex::default(),
            done: Mutex::default(),
            has_done: Notify::new(),
            due: Notify::new(),
            left_in_store: AtomicBool::new(false),
            has_room: Notify::new(),
            lanes: Arc::new(Semaphore::new(CONCURRENT)),
        }
    }

    pub(crate) fn next_sequence(&self) -> i64 {
        self.last_sequence.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Notes that these are in memory.
    pub(crate) fn hold(&self, deliveries: &[Delivery]) {
        self.held().extend(deliveries.iter().map(|delivery| delivery.sequence));
    }

    /// Notes that these are no longer in memory.
    pub(crate) fn release(&self, sequences: impl IntoIterator<Item = i64>) {
        {
            let mut held = self.held();
            for sequence in sequences {
                held.remove(&sequence);
            }
        }
        self.has_room.notify_waiters();
        if self.left_in_store.load(Ordering::Relaxed) {
            self.due.notify_one();
        }
    }

    /// Waits until a good part of the room is free: for those who make deliveries in bulk.
    pub(crate) async fn room(&self) {
        loop {
            let mut freed = std::pin::pin!(self.has_room.notified());
            freed.as_mut().enable();
            if self.held().len() < MOST_HELD / 2 {
                return;
            }
            freed.await;
        }
    }

    fn held(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self) -> MutexGuard<'_, Vec<i64>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
