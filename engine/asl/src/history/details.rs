//! What a history event tells, by type.

use std::sync::Arc;

use crate::json::Payload;

type Text = Option<Arc<str>>;

/// The type of a state, as event names have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum StateKind {
    Pass,
    Task,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
}

impl StateKind {
    /// `Pass`, `Task`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Task => "Task",
            Self::Choice => "Choice",
            Self::Wait => "Wait",
            Self::Succeed => "Succeed",
            Self::Fail => "Fail",
            Self::Parallel => "Parallel",
            Self::Map => "Map",
        }
    }
}

/// The details of a history event. Fields are those of `GetExecutionHistory`, see
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html>.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Details {
    ExecutionStarted {
        input: Payload,
        role_arn: Arc<str>,
        alias_arn: Text,
        version_arn: Text,
    },
    ExecutionSucceeded {
        output: Payload,
    },
    ExecutionFailed {
        error: Text,
        cause: Text,
    },
    ExecutionTimedOut {
        error: Text,
        cause: Text,
    },
    ExecutionAborted {
        error: Text,
        cause: Text,
    },
    ExecutionRedriven {
        redrive_count: u32,
    },
    StateEntered {
        kind: StateKind,
        name: Arc<str>,
        input: Payload,
    },
    StateExited {
        kind: StateKind,
        name: Arc<str>,
        output: Payload,
        assigned: Vec<(Arc<str>, Payload)>,
    },
    StateAborted {
        kind: StateKind,
    },
    EvaluationFailed {
        error: Arc<str>,
        cause: Text,
        location: Text,
        state: Arc<str>,
    },
    ActivityScheduled {
        resource: Arc<str>,
        input: Payload,
        timeout: Option<u64>,
        heartbeat: Option<u64>,
    },
    ActivityScheduleFailed {
        error: Text,
        cause: Text,
    },
    ActivityStarted {
        worker: Text,
    },
    ActivitySucceeded {
        output: Payload,
    },
    ActivityFailed {
        error: Text,
        cause: Text,
    },
    ActivityTimedOut {
        error: Text,
        cause: Text,
    },
    LambdaFunctionScheduled {
        resource: Arc<str>,
        input: Payload,
        timeout: Option<u64>,
        role_arn: Text,
    },
    LambdaFunctionScheduleFailed {
        error: Text,
        cause: Text,
    },
    LambdaFunctionStartFailed {
        error: Text,
        cause: Text,
    },
    LambdaFunctionStarted,
    LambdaFunctionSucceeded {
        output: Payload,
    },
    LambdaFunctionFailed {
        error: Text,
        cause: Text,
    },
    LambdaFunctionTimedOut {
        error: Text,
        cause: Text,
    },
    TaskScheduled {
        resource_type: Arc<str>,
        resource: Arc<str>,
        region: Arc<str>,
        parameters: Payload,
        timeout: Option<u64>,
        heartbeat: Option<u64>,
        role_arn: Text,
    },
    TaskStartFailed {
        resource_type: Arc<str>,
        resource: Arc<str>,
        error: Text,
        cause: Text,
    },
    TaskStarted {
        resource_type: Arc<str>,
        resource: Arc<str>,
    },
    TaskSubmitFailed {
        resource_type: Arc<str>,
        resource: Arc<str>,
        error: Text,
        cause: Text,
    },
    TaskSubmitted {
        resource_type: Arc<str>,
        resource: Arc<str>,
        output: Payload,
    },
    TaskSucceeded {
        resource_type: Arc<str>,
        resource: Arc<str>,
        output: Payload,
    },
    TaskFailed {
        resource_type: Arc<str>,
        resource: Arc<str>,
        error: Text,
        cause: Text,
    },
    TaskTimedOut {
        resource_type: Arc<str>,
        resource: Arc<str>,
        error: Text,
        cause: Text,
    },
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    MapStateStarted {
        length: usize,
    },
    MapStateSucceeded,
    MapStateFailed,
    MapIterationStarted {
        name: Arc<str>,
        index: usize,
    },
    MapIterationSucceeded {
        name: Arc<str>,
        index: usize,
    },
    MapIterationFailed {
        name: Arc<str>,
        index: usize,
    },
    MapIterationAborted {
        name: Arc<str>,
        index: usize,
    },
    MapRunStarted {
        arn: Arc<str>,
    },
    MapRunSucceeded,
    MapRunFailed {
        error: Text,
        cause: Text,
    },
    MapRunAborted,
    MapRunRedriven {
        arn: Arc<str>,
        redrive_count: u32,
    },
}
