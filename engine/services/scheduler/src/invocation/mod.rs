//! Invocations: each moment that a schedule was due, until its target was called.

mod attempt;
mod context;
mod dead_letter;
mod run;
mod verdict;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

/// The namespace of the names of invocations.
const EXECUTIONS: Uuid = Uuid::from_u128(0x2f5c_8e0a_9b3d_4b63_9d0e_6a42_71c8_5e19);

/// How many targets are called at once.
const CONCURRENT: usize = 64;

/// One call of a target that is due.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    /// The number of its row.
    pub(crate) id: i64,
    /// The number of its schedule's row; a later schedule of the same name has another.
    pub(crate) schedule: i64,
    /// The ARN of its schedule.
    pub(crate) arn: String,
    /// The moment that the schedule names.
    pub(crate) scheduled_at: Timestamp,
    /// That moment, or a later one in the schedule's window.
    pub(crate) invoked_at: Timestamp,
    /// How often the target was called.
    pub(crate) attempts: u32,
    /// What came of the last call.
    pub(crate) failure: Option<Failure>,
    /// The target as the schedule had it when it was due.
    pub(crate) target: Value,
}

/// Why a call of a target failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// `ERROR_CODE` of the dead letter: the code of the target's API.
    pub(crate) code: String,
    /// `ERROR_MESSAGE` of the dead letter.
    pub(crate) message: String,
    pub(crate) retryable: bool,
}

impl Invocation {
    /// A name that is the same for each attempt, also after a restart.
    pub(crate) fn name(&self) -> Uuid {
        let moment = format!("{}\n{}\n{}", self.arn, self.schedule, self.scheduled_at.as_millis());
        Uuid::new_v5(&EXECUTIONS, moment.as_bytes())
    }

    /// `<aws.scheduler.execution-id>`, in AWS's length.
    pub(crate) fn execution_id(&self) -> String {
        self.name().simple().to_string()[..16].to_owned()
    }
}

/// What is being invoked, and word of what is to be.
pub(crate) struct Work {
    /// Rows were written that may be due.
    nudge: Notify,
    /// The invocations in memory.
    held: Mutex<HashSet<i64>>,
    /// Due rows were left in the store for lack of room.
    left_in_store: AtomicBool,
    lanes: Arc<Semaphore>,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            nudge: Notify::new(),
            held: Mutex::default(),
            left_in_store: AtomicBool::new(false),
            lanes: Arc::new(Semaphore::new(CONCURRENT)),
        }
    }
}

impl Work {
    /// Something may be due earlier than it was.
    pub(crate) fn nudge(&self) {
        self.nudge.notify_one();
    }

    fn release(&self, id: i64) {
        self.held().remove(&id);
        if self.left_in_store.load(Ordering::Relaxed) {
            self.nudge();
        }
    }

    fn held(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
