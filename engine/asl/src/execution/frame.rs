//! A thread of an execution: the root, a Parallel's branch, or a Map's iteration.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;

use super::action::MapRun;
use super::stimulus::{MapRunId, TaskId, TimerId};
use crate::context::Item;
use crate::history::Details;
use crate::json::{Payload, Value};
use crate::machine::Workflow;
use crate::scope::Scope;

/// Names a frame within its execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FrameId(pub(super) usize);

/// Where a thread is and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(super) parent: Option<Parent>,
    pub(super) workflow: Arc<Workflow>,
    /// The index of the state in `workflow`.
    pub(super) state: usize,
    /// The state's input.
    pub(super) input: Payload,
    pub(super) entered_at: Timestamp,
    /// The state's entry event, and what that followed.
    pub(super) entered_id: u64,
    pub(super) entered_previous: u64,
    /// What the next event follows.
    pub(super) last_event: u64,
    pub(super) scope: Scope,
    /// How often each retrier of the state was used.
    pub(super) attempts: Vec<u32>,
    pub(super) retry_count: u32,
    pub(super) item: Option<Item>,
    pub(super) token: Option<Arc<str>>,
    /// The map run of the state, until it has succeeded: a redrive goes on with it.
    pub(super) map_run: Option<Box<StartedMapRun>>,
    pub(super) position: Position,
}

/// A map run, and what its first event followed.
#[derive(Clone, Debug)]
pub(super) struct StartedMapRun {
    pub(super) run: MapRun,
    pub(super) follows: u64,
}

/// The frame that waits for this one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parent {
    pub(super) frame: FrameId,
    /// Which of its branches or iterations this one is.
    pub(super) index: usize,
}

/// How far the frame is in its state.
#[derive(Clone, Debug)]
pub(super) enum Position {
    /// To be entered.
    Entering,
    /// To be begun again.
    Retrying,
    /// A Wait state's timer runs.
    Waiting(TimerId),
    /// A retrier's timer runs.
    BackingOff(TimerId),
    /// A task runs.
    Running(Running),
    /// Branches or iterations run.
    Forked(Box<Forked>),
    /// A distributed map runs.
    MapRunning(MapRunId),
    /// Between two of the above.
    Idle,
}

/// A task under way.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) id: TaskId,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) timeout_timer: Option<TimerId>,
    pub(crate) heartbeat_timer: Option<TimerId>,
    /// What tells that it is scheduled, until that is told: whether an activity exists only the runtime knows.
    pub(crate) unscheduled: Option<Box<Details>>,
    /// Its start is told.
    pub(crate) started: bool,
}

/// Branches or iterations under way.
#[derive(Clone, Debug)]
pub(super) struct Forked {
    /// What there is to do: for a Parallel its branches, for a Map its items.
    pub(super) results: Vec<Option<Payload>>,
    pub(super) live: std::collections::BTreeSet<FrameId>,
    /// Of a Map.
    pub(super) iterations: Option<Iterations>,
}

/// The iterations of an inline Map.
#[derive(Clone, Debug)]
pub(super) struct Iterations {
    pub(super) items: Arc<Vec<Value>>,
    /// The next item to start with.
    pub(super) next: usize,
    /// What `ItemSelector` sees as `$`.
    pub(super) input: Payload,
    /// How many run at once.
    pub(super) concurrency: usize,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimerUse {
    Wait,
    BackOff,
    TaskTimeout,
    Heartbeat,
    ExecutionTimeout,
}
