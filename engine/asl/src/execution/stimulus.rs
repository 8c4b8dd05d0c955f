//! What reaches an execution from outside: the only things that move it.

use clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::json::Payload;

/// Names one attempt of a task within its execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u64);

/// Names a timer within its execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimerId(pub u64);

/// Names a map run within its execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MapRunId(pub u64);

/// One thing that happened to an execution. The runtime journals each; applied in order to a new execution they rebuild
/// its state and its history exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stimulus {
    /// When it happened.
    pub at: Timestamp,
    /// Seeds what is random in this step: `States.UUID`, `$random`, jitter, task tokens.
    pub entropy: u64,
    /// What happened.
    pub cause: Cause,
}

/// What happened to an execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cause {
    /// The execution starts.
    Start,
    /// The answer to [`crate::Action::Continue`].
    Continue,
    /// The activity exists, and the task waits for a worker (activities only).
    TaskScheduled {
        /// The task.
        task: TaskId,
    },
    /// A worker took the task (activities; other tasks need not tell).
    TaskStarted {
        /// The task.
        task: TaskId,
        /// The worker's name, if it gave one.
        worker: Option<String>,
    },
    /// The service accepted the request of a `.sync` or `.waitForTaskToken` task.
    TaskSubmitted {
        /// The task.
        task: TaskId,
        /// The service's answer.
        output: Payload,
    },
    /// The task is done.
    TaskSucceeded {
        /// The task.
        task: TaskId,
        /// Its result, the text as the service or worker gave it.
        output: Payload,
    },
    /// The task failed.
    TaskFailed {
        /// The task.
        task: TaskId,
        /// The error name, such as `Lambda.ServiceException`; a worker may give none.
        error: Option<String>,
        /// The cause, if any.
        cause: Option<String>,
        /// How far the task had come.
        phase: Phase,
    },
    /// The worker says it is alive.
    TaskHeartbeat {
        /// The task.
        task: TaskId,
    },
    /// A timer's moment has come.
    TimerFired {
        /// The timer.
        timer: TimerId,
    },
    /// A map run ended.
    MapRunEnded {
        /// The map run.
        run: MapRunId,
        /// How.
        result: MapRunResult,
    },
    /// `StopExecution`.
    Stop {
        /// The caller's error.
        error: Option<String>,
        /// The caller's cause.
        cause: Option<String>,
    },
    /// `RedriveExecution`: an execution that ended without success goes on where it failed.
    Redrive,
}

/// How far a task had come when it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It never started: the history has `…StartFailed`, or, when there is no such activity, nothing of it.
    Start,
    /// The request was refused: `TaskSubmitFailed`.
    Submit,
    /// It ran: `…Failed`.
    #[default]
    Run,
}

/// How a map run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MapRunResult {
    /// All children are done, failures within tolerance.
    Succeeded {
        /// The array of results, or what the result writer answered.
        output: Payload,
    },
    /// Too many children failed, or items could not be read.
    Failed {
        /// The error name.
        error: String,
        /// The cause, if any.
        cause: Option<String>,
    },
}
