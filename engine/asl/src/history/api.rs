//! History events as `GetExecutionHistory` answers them.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Details, HistoryEvent, StateKind};
use crate::json::Payload;

impl HistoryEvent {
    /// The event's type, such as `PassStateEntered`.
    pub fn event_type(&self) -> &'static str {
        self.details.event_type()
    }

    /// The event as `GetExecutionHistory` has it: `timestamp` in seconds since the epoch, inputs and outputs as JSON text.
    /// Without execution data, inputs, outputs and causes are left out.
    pub fn to_api(&self, include_execution_data: bool) -> Value {
        let mut text = String::new();
        self.write_api(&mut text, include_execution_data);
        serde_json::from_str(&text).expect("what is written here is JSON")
    }

    /// Appends the JSON text of [`HistoryEvent::to_api`].
    pub fn write_api(&self, text: &mut String, include_execution_data: bool) {
        let millis = self.at.as_millis();
        let (seconds, millis) = (millis.div_euclid(1000), millis.rem_euclid(1000));
        let (id, previous, name) = (self.id, self.previous_id, self.event_type());
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            r#"{{"timestamp":{seconds}.{millis:03},"type":"{name}","id":{id},"previousEventId":{previous}"#
        );
        if let Some((name, fields)) = self.details.fields(include_execution_data) {
            let _ = write!(text, r#","{name}":{{{}}}"#, fields.text);
        }
        text.push('}');
    }
}

/// The members of an event's details, as JSON text.
struct Fields {
    text: String,
    /// Inputs, outputs and causes are told.
    data: bool,
}

impl Fields {
    fn name(&mut self, name: &str) {
        if !self.text.is_empty() {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }

    fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        write_string(&mut self.text, value);
        self
    }

    fn maybe(self, name: &str, value: Option<&Arc<str>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    fn number(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        let _ = write!(self.text, "{value}");
        self
    }

    fn maybe_number(self, name: &str, value: Option<u64>) -> Self {
        match value {
            Some(value) => self.number(name, value),
            None => self,
        }
    }

    fn whole(mut self, details: &str) -> Self {
        self.name(details);
        self.text.push_str(r#"{"truncated":false}"#);
        self
    }

    fn data(self, name: &str, details: &str, payload: &Payload) -> Self {
        if self.data { self.text(name, payload.text()).whole(details) } else { self }
    }

    fn input(self, payload: &Payload) -> Self {
        self.data("input", "inputDetails", payload)
    }

    fn output(self, payload: &Payload) -> Self {
        self.data("output", "outputDetails", payload)
    }

    fn failure(self, error: Option<&Arc<str>>, cause: Option<&Arc<str>>) -> Self {
        let cause = if self.data { cause } else { None };
        self.maybe("error", error).maybe("cause", cause)
    }

    fn resource(self, resource_type: &str, resource: &str) -> Self {
        self.text("resourceType", resource_type).text("resource", resource)
    }

    fn credentials(mut self, role_arn: Option<&Arc<str>>) -> Self {
        if let Some(role_arn) = role_arn {
            self.name("taskCredentials");
            self.text.push_str(r#"{"roleArn":"#);
            write_string(&mut self.text, role_arn);
            self.text.push('}');
        }
        self
    }

    fn assigned(mut self, variables: &[(Arc<str>, Payload)]) -> Self {
        if !self.data || variables.is_empty() {
            return self;
        }
        let texts: Map<String, Value> =
            variables.iter().map(|(name, value)| (name.to_string(), json!(&**value.text()))).collect();
        self.name("assignedVariables");
        self.text.push_str(&Value::Object(texts).to_string());
        self.whole("assignedVariablesDetails")
    }
}

/// Appends a JSON string.
fn write_string(text: &mut String, value: &str) {
    // In JSON only these need an escape; most names and many payloads have none.
    if value.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        text.push_str(&json!(value).to_string());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
}

impl Details {
    /// The event type's name.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::ExecutionStarted { .. } => "ExecutionStarted",
            Self::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            Self::ExecutionFailed { .. } => "ExecutionFailed",
            Self::ExecutionTimedOut { .. } => "ExecutionTimedOut",
            Self::ExecutionAborted { .. } => "ExecutionAborted",
            Self::ExecutionRedriven { .. } => "ExecutionRedriven",
            Self::StateEntered { kind, .. } => kind.entered(),
            Self::StateExited { kind, .. } => kind.exited(),
            Self::StateAborted { kind } => kind.aborted(),
            Self::EvaluationFailed { .. } => "EvaluationFailed",
            Self::ActivityScheduled { .. } => "ActivityScheduled",
            Self::ActivityScheduleFailed { .. } => "ActivityScheduleFailed",
            Self::ActivityStarted { .. } => "ActivityStarted",
            Self::ActivitySucceeded { .. } => "ActivitySucceeded",
            Self::ActivityFailed { .. } => "ActivityFailed",
            Self::ActivityTimedOut { .. } => "ActivityTimedOut",
            Self::LambdaFunctionScheduled { .. } => "LambdaFunctionScheduled",
            Self::LambdaFunctionScheduleFailed { .. } => "LambdaFunctionScheduleFailed",
            Self::LambdaFunctionStartFailed { .. } => "LambdaFunctionStartFailed",
            Self::LambdaFunctionStarted => "LambdaFunctionStarted",
            Self::LambdaFunctionSucceeded { .. } => "LambdaFunctionSucceeded",
            Self::LambdaFunctionFailed { .. } => "LambdaFunctionFailed",
            Self::LambdaFunctionTimedOut { .. } => "LambdaFunctionTimedOut",
            Self::TaskScheduled { .. } => "TaskScheduled",
            Self::TaskStartFailed { .. } => "TaskStartFailed",
            Self::TaskStarted { .. } => "TaskStarted",
            Self::TaskSubmitFailed { .. } => "TaskSubmitFailed",
            Self::TaskSubmitted { .. } => "TaskSubmitted",
            Self::TaskSucceeded { .. } => "TaskSucceeded",
            Self::TaskFailed { .. } => "TaskFailed",
            Self::TaskTimedOut { .. } => "TaskTimedOut",
            Self::ParallelStateStarted => "ParallelStateStarted",
            Self::ParallelStateSucceeded => "ParallelStateSucceeded",
            Self::ParallelStateFailed => "ParallelStateFailed",
            Self::MapStateStarted { .. } => "MapStateStarted",
            Self::MapStateSucceeded => "MapStateSucceeded",
            Self::MapStateFailed => "MapStateFailed",
            Self::MapIterationStarted { .. } => "MapIterationStarted",
            Self::MapIterationSucceeded { .. } => "MapIterationSucceeded",
            Self::MapIterationFailed { .. } => "MapIterationFailed",
            Self::MapIterationAborted { .. } => "MapIterationAborted",
            Self::MapRunStarted { .. } => "MapRunStarted",
            Self::MapRunSucceeded => "MapRunSucceeded",
            Self::MapRunFailed { .. } => "MapRunFailed",
            Self::MapRunAborted => "MapRunAborted",
            Self::MapRunRedriven { .. } => "MapRunRedriven",
        }
    }

    /// The name of the details' member and its fields; `None` for events that have none.
    fn fields(&self, data: bool) -> Option<(&'static str, Fields)> {
        let empty = Fields { text: String::new(), data };
        Some(match self {
            Self::ExecutionStarted { input, role_arn, alias_arn, version_arn } => (
                "executionStartedEventDetails",
                empty
                    .input(input)
                    .text("roleArn", role_arn)
                    .maybe("stateMachineAliasArn", alias_arn.as_ref())
                    .maybe("stateMachineVersionArn", version_arn.as_ref()),
            ),
            Self::ExecutionSucceeded { output } => ("executionSucceededEventDetails", empty.output(output)),
            Self::ExecutionFailed { error, cause } => {
                ("executionFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::ExecutionTimedOut { error, cause } => {
                ("executionTimedOutEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::ExecutionAborted { error, cause } => {
                ("executionAbortedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::ExecutionRedriven { redrive_count } => {
                ("executionRedrivenEventDetails", empty.number("redriveCount", *redrive_count))
            }
            Self::StateEntered { name, input, .. } => {
                ("stateEnteredEventDetails", empty.text("name", name).input(input))
            }
            Self::StateExited { name, output, assigned, .. } => {
                ("stateExitedEventDetails", empty.text("name", name).output(output).assigned(assigned))
            }
            Self::EvaluationFailed { error, cause, location, state } => (
                "evaluationFailedEventDetails",
                empty.failure(Some(error), cause.as_ref()).maybe("location", location.as_ref()).text("state", state),
            ),
            Self::ActivityScheduled { resource, input, timeout, heartbeat } => (
                "activityScheduledEventDetails",
                empty
                    .text("resource", resource)
                    .input(input)
                    .maybe_number("timeoutInSeconds", *timeout)
                    .maybe_number("heartbeatInSeconds", *heartbeat),
            ),
            Self::ActivityScheduleFailed { error, cause } => {
                ("activityScheduleFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::ActivityStarted { worker } => {
                ("activityStartedEventDetails", empty.maybe("workerName", worker.as_ref()))
            }
            Self::ActivitySucceeded { output } => ("activitySucceededEventDetails", empty.output(output)),
            Self::ActivityFailed { error, cause } => {
                ("activityFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::ActivityTimedOut { error, cause } => {
                ("activityTimedOutEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::LambdaFunctionScheduled { resource, input, timeout, role_arn } => (
                "lambdaFunctionScheduledEventDetails",
                empty
                    .text("resource", resource)
                    .input(input)
                    .maybe_number("timeoutInSeconds", *timeout)
                    .credentials(role_arn.as_ref()),
            ),
            Self::LambdaFunctionScheduleFailed { error, cause } => {
                ("lambdaFunctionScheduleFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::LambdaFunctionStartFailed { error, cause } => {
                ("lambdaFunctionStartFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::LambdaFunctionSucceeded { output } => ("lambdaFunctionSucceededEventDetails", empty.output(output)),
            Self::LambdaFunctionFailed { error, cause } => {
                ("lambdaFunctionFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::LambdaFunctionTimedOut { error, cause } => {
                ("lambdaFunctionTimedOutEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::TaskScheduled { resource_type, resource, region, parameters, timeout, heartbeat, role_arn } => {
                let fields = empty.resource(resource_type, resource).text("region", region);
                let parameters = if data { parameters.text() } else { "" };
                (
                    "taskScheduledEventDetails",
                    fields
                        .text("parameters", parameters)
                        .maybe_number("timeoutInSeconds", *timeout)
                        .maybe_number("heartbeatInSeconds", *heartbeat)
                        .credentials(role_arn.as_ref()),
                )
            }
            Self::TaskStarted { resource_type, resource } => {
                ("taskStartedEventDetails", empty.resource(resource_type, resource))
            }
            Self::TaskSubmitted { resource_type, resource, output } => {
                ("taskSubmittedEventDetails", empty.resource(resource_type, resource).output(output))
            }
            Self::TaskSucceeded { resource_type, resource, output } => {
                ("taskSucceededEventDetails", empty.resource(resource_type, resource).output(output))
            }
            Self::TaskStartFailed { resource_type, resource, error, cause } => (
                "taskStartFailedEventDetails",
                empty.resource(resource_type, resource).failure(error.as_ref(), cause.as_ref()),
            ),
            Self::TaskSubmitFailed { resource_type, resource, error, cause } => (
                "taskSubmitFailedEventDetails",
                empty.resource(resource_type, resource).failure(error.as_ref(), cause.as_ref()),
            ),
            Self::TaskFailed { resource_type, resource, error, cause } => (
                "taskFailedEventDetails",
                empty.resource(resource_type, resource).failure(error.as_ref(), cause.as_ref()),
            ),
            Self::TaskTimedOut { resource_type, resource, error, cause } => (
                "taskTimedOutEventDetails",
                empty.resource(resource_type, resource).failure(error.as_ref(), cause.as_ref()),
            ),
            Self::MapStateStarted { length } => ("mapStateStartedEventDetails", empty.number("length", *length)),
            Self::MapIterationStarted { name, index } => {
                ("mapIterationStartedEventDetails", empty.text("name", name).number("index", *index))
            }
            Self::MapIterationSucceeded { name, index } => {
                ("mapIterationSucceededEventDetails", empty.text("name", name).number("index", *index))
            }
            Self::MapIterationFailed { name, index } => {
                ("mapIterationFailedEventDetails", empty.text("name", name).number("index", *index))
            }
            Self::MapIterationAborted { name, index } => {
                ("mapIterationAbortedEventDetails", empty.text("name", name).number("index", *index))
            }
            Self::MapRunStarted { arn } => ("mapRunStartedEventDetails", empty.text("mapRunArn", arn)),
            Self::MapRunFailed { error, cause } => {
                ("mapRunFailedEventDetails", empty.failure(error.as_ref(), cause.as_ref()))
            }
            Self::MapRunRedriven { arn, redrive_count } => {
                ("mapRunRedrivenEventDetails", empty.text("mapRunArn", arn).number("redriveCount", *redrive_count))
            }
            Self::StateAborted { .. }
            | Self::LambdaFunctionStarted
            | Self::ParallelStateStarted
            | Self::ParallelStateSucceeded
            | Self::ParallelStateFailed
            | Self::MapStateSucceeded
            | Self::MapStateFailed
            | Self::MapRunSucceeded
            | Self::MapRunAborted => return None,
        })
    }
}

impl StateKind {
    fn entered(self) -> &'static str {
        match self {
            Self::Pass => "PassStateEntered",
            Self::Task => "TaskStateEntered",
            Self::Choice => "ChoiceStateEntered",
            Self::Wait => "WaitStateEntered",
            Self::Succeed => "SucceedStateEntered",
            Self::Fail => "FailStateEntered",
            Self::Parallel => "ParallelStateEntered",
            Self::Map => "MapStateEntered",
        }
    }

    fn exited(self) -> &'static str {
        match self {
            Self::Pass => "PassStateExited",
            Self::Task => "TaskStateExited",
            Self::Choice => "ChoiceStateExited",
            Self::Wait => "WaitStateExited",
            Self::Succeed => "SucceedStateExited",
            Self::Fail => "FailStateExited",
            Self::Parallel => "ParallelStateExited",
            Self::Map => "MapStateExited",
        }
    }

    fn aborted(self) -> &'static str {
        match self {
            Self::Pass => "PassStateAborted",
            Self::Task => "TaskStateAborted",
            Self::Choice => "ChoiceStateAborted",
            Self::Wait => "WaitStateAborted",
            Self::Succeed => "SucceedStateAborted",
            Self::Fail => "FailStateAborted",
            Self::Parallel => "ParallelStateAborted",
            Self::Map => "MapStateAborted",
        }
    }
}
