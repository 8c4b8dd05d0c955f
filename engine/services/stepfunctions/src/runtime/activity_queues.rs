//! Tasks that wait for a worker, by activity.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use asl::TaskId;
use tokio::sync::Notify;

/// A task that waits for a worker. It may have been given up since; the execution knows.
pub(super) struct Waiting {
    pub(super) execution: i64,
    pub(super) task: TaskId,
    pub(super) token: String,
    pub(super) input: String,
}

/// Tasks that wait for a worker, by activity, the oldest first.
#[derive(Default)]
pub(super) struct ActivityQueues(Mutex<HashMap<String, Queue>>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    arrival: Arc<Notify>,
}

impl ActivityQueues {
    pub(super) fn push(&self, activity: &str, task: Waiting) {
        let mut queues = self.lock();
        let queue = queues.entry(activity.to_owned()).or_default();
        queue.waiting.push_back(task);
        queue.arrival.notify_waiters();
    }

    pub(super) fn pop(&self, activity: &str) -> Option<Waiting> {
        self.lock().get_mut(activity)?.waiting.pop_front()
    }

    /// Told when a task arrives.
    pub(super) fn arrival(&self, activity: &str) -> Arc<Notify> {
        Arc::clone(&self.lock().entry(activity.to_owned()).or_default().arrival)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
