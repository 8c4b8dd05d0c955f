//! What an execution asks of the outside.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;

use super::stimulus::{MapRunId, TaskId, TimerId};
use crate::history::HistoryEvent;
use crate::json::{Payload, Value};
use crate::resource::Resource;

/// What one stimulus led to: history events to append, then actions to perform.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// In order; ids follow those of earlier steps.
    pub events: Vec<HistoryEvent>,
    /// In order.
    pub actions: Vec<Action>,
}

/// What the runtime is asked to do once the step's events are durable.
#[derive(Clone, Debug)]
pub enum Action {
    /// Run a task; answer with `Cause::Task…`.
    StartTask(Task),
    /// Nobody waits for the task any more.
    CancelTask(TaskId),
    /// Answer with `Cause::TimerFired` at that moment (or as soon after as may be).
    SetTimer {
        /// The timer.
        timer: TimerId,
        /// When it is due.
        at: Timestamp,
    },
    /// Nobody waits for the timer any more.
    CancelTimer(TimerId),
    /// Run a distributed map, or go on with one that is redriven; answer with `Cause::MapRunEnded`.
    StartMapRun(MapRun),
    /// Nobody waits for the map run any more: abort its children.
    CancelMapRun(MapRunId),
    /// The step's budget is used up: answer with `Cause::Continue`.
    Continue,
    /// The execution is over; see [`crate::Execution::outcome`].
    Finish,
}

/// One attempt of a Task state's work.
#[derive(Clone, Debug)]
pub struct Task {
    /// Names it in stimuli.
    pub id: TaskId,
    /// The state's name.
    pub state: Arc<str>,
    /// What to call.
    pub resource: Resource,
    /// What to call it with.
    pub parameters: Payload,
    /// The task token, for resources that answer later (`.waitForTaskToken`, activities).
    pub token: Option<Arc<str>>,
    /// When the core will time it out (it sets a timer itself; this is for information).
    pub timeout: Option<Timestamp>,
    /// How long the worker may be silent (the core sets a timer itself).
    pub heartbeat: Option<Duration>,
    /// The evaluated `Credentials`: an object with `RoleArn`.
    pub credentials: Option<Value>,
    /// How often this state's attempt has been retried.
    pub retry_count: u32,
}

/// A distributed map to run: its children are executions of their own.
#[derive(Clone, Debug)]
pub struct MapRun {
    /// Names it in stimuli.
    pub id: MapRunId,
    /// The state's name.
    pub state: Arc<str>,
    /// Where the state is: pass it to [`crate::Machine::item_processor`] for the children's machine.
    pub location: Arc<str>,
    /// The map run's ARN.
    pub arn: Arc<str>,
    /// The items, already selected, or the reader that yields them.
    pub items: Items,
    /// Express or Standard children.
    pub child_kind: super::seed::Kind,
    /// How many children run at once; 0 for as many as may be.
    pub max_concurrency: u64,
    /// How many failed items are tolerated.
    pub tolerated_failure_count: Option<u64>,
    /// Which share of failed items is tolerated, 0 to 100.
    pub tolerated_failure_percentage: Option<f64>,
    /// The evaluated `ItemBatcher`.
    pub batcher: Option<Value>,
    /// The evaluated `ResultWriter`.
    pub writer: Option<Value>,
    /// How often it has been redriven: what succeeded before is not run again.
    pub redrive_count: u32,
}

/// Where the items of a map run come from.
#[derive(Clone, Debug)]
pub enum Items {
    /// Given by the state's input; `ItemSelector` is applied.
    Given(Arc<Vec<Payload>>),
    /// To be read.
    Reader {
        /// The reader's resource ARN.
        resource: Arc<str>,
        /// Its evaluated parameters.
        parameters: Value,
        /// Its `ReaderConfig`, evaluated.
        config: Value,
    },
}
