//! Task: calls a resource and waits for what it answers.

use std::sync::Arc;
use std::time::Duration;

use super::{parameter_names, task_parameters};
use crate::execution::{Action, Execution, FrameId, Phase, Running, Task as Attempt, TaskId, TimerUse};
use crate::failure::{Failure, names};
use crate::history::Details;
use crate::json::{Payload, Value};
use crate::machine::{Amount, Fields, QueryLanguage, State};
use crate::resource::{Pattern, Resource, ResourceKind};
use crate::states::required;
use crate::template::Template;

const MAX_SECONDS: f64 = 99_999_999.0;

/// A Task state.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) resource: Resource,
    /// As `TaskScheduled` and its kin tell them, rendered once.
    event_type: Arc<str>,
    event_resource: Arc<str>,
    pub(super) timeout: Option<Amount>,
    pub(super) heartbeat: Option<Amount>,
    pub(super) credentials: Option<Template>,
}

impl Task {
    pub(crate) const FIELDS: &[&str] = &[
        "Resource",
        "TimeoutSeconds",
        "TimeoutSecondsPath",
        "HeartbeatSeconds",
        "HeartbeatSecondsPath",
        "Credentials",
    ];

    pub(crate) fn read(fields: &Fields<'_>) -> Option<Self> {
        fields.require(&["Resource"]);
        let timeout = fields.amount("TimeoutSeconds", "TimeoutSecondsPath", (1.0, MAX_SECONDS));
        let heartbeat = fields.amount("HeartbeatSeconds", "HeartbeatSecondsPath", (1.0, MAX_SECONDS));
        if let (Some(Amount::Fixed(timeout)), Some(Amount::Fixed(heartbeat))) = (&timeout, &heartbeat)
            && heartbeat >= timeout
        {
            fields.field_problem("HeartbeatSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds");
        }
        if let Some(credentials) = fields.object("Credentials")
            && !credentials.has("RoleArn")
            && !credentials.has("RoleArn.$")
        {
            credentials.problem("The field 'RoleArn' is required but was missing");
        }
        let arn = fields.text("Resource")?;
        let resource = Resource::parse(arn);
        if !arn.starts_with("arn:") {
            fields.field_problem("Resource", "Value is not a valid resource ARN");
        } else if !resource.as_ref().is_some_and(Resource::is_spelled) {
            fields.field_problem(
                "Resource",
                format!(
                    "The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
                ),
            );
        }
        let resource = resource?;
        if resource.kind == ResourceKind::Activity && fields.has("Credentials") {
            fields.problem("The field 'Credentials' is not supported for activities");
        }
        required::check(fields, &resource.kind);
        parameter_names::check_definition(fields, &resource.kind);
        let event_type = match &resource.kind {
            ResourceKind::Integration { service, .. } => service.clone(),
            ResourceKind::Lambda => "lambda".into(),
            ResourceKind::Activity => "activity".into(),
        };
        let event_resource = resource.event_resource();
        let credentials = fields.template("Credentials");
        Some(Self { resource, event_type, event_resource, timeout, heartbeat, credentials })
    }

    /// Whether whoever does the work may return a token. A job that is waited for may get one too: then whatever comes
    /// first, the token or the job's end, ends the task.
    fn wants_token(&self) -> bool {
        match &self.resource.kind {
            ResourceKind::Activity => true,
            ResourceKind::Lambda => false,
            ResourceKind::Integration { pattern, .. } => *pattern != Pattern::RequestResponse,
        }
    }

    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let id = execution.next_task();
        let token = self.wants_token().then(|| execution.token(id));
        if let Some(token) = &token {
            execution.remember_token(frame, token.clone());
        }
        let parameters = execution.arguments(frame, &state.io)?;
        let input = match state.io.language {
            QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
            QueryLanguage::Jsonata => execution.input(frame),
        };
        let (timeout, heartbeat, credentials) = execution.evaluate(frame, &input, |data| {
            let seconds = |amount: &Option<Amount>, field: &str| -> Result<Option<u64>, Failure> {
                let Some(amount) = amount else {
                    return Ok(None);
                };
                match u64::try_from(amount.integer(&data)?) {
                    Ok(seconds) if seconds > 0 => Ok(Some(seconds)),
                    _ => Err(amount.refused(format!("{field} must be a positive integer."))),
                }
            };
            let credentials = match &self.credentials {
                Some(template) => Some(template.evaluate("Credentials", &data)?),
                None => None,
            };
            Ok((seconds(&self.timeout, "TimeoutSeconds")?, seconds(&self.heartbeat, "HeartbeatSeconds")?, credentials))
        })?;
        let field = match state.io.language {
            QueryLanguage::JsonPath => "Parameters",
            QueryLanguage::Jsonata => "Arguments",
        };
        task_parameters::check(&self.resource, field, parameters.value())?;
        let details = self.scheduled(execution, &parameters, (timeout, heartbeat), credentials.as_ref());
        let is_activity = matches!(self.resource.kind, ResourceKind::Activity);
        let unscheduled = match is_activity {
            true => Some(Box::new(details)),
            false => {
                execution.emit(frame, details);
                None
            }
        };
        let now = execution.now();
        let timeout_at = timeout.map(|seconds| now.plus(Duration::from_secs(seconds)));
        let timeout_timer = timeout_at.map(|at| execution.set_timer(frame, TimerUse::TaskTimeout, at));
        let heartbeat = heartbeat.map(Duration::from_secs);
        // An activity's heart is listened to only once a worker has it.
        let heartbeat_timer = heartbeat
            .filter(|_| !is_activity)
            .map(|heartbeat| execution.set_timer(frame, TimerUse::Heartbeat, now.plus(heartbeat)));
        let running = Running { id, heartbeat, timeout_timer, heartbeat_timer, unscheduled, started: false };
        execution.run_task(
            frame,
            running,
            Attempt {
                id,
                state: state.name.clone(),
                resource: self.resource.clone(),
                parameters,
                token,
                timeout: timeout_at,
                heartbeat,
                credentials,
                retry_count: execution.retry_count(frame),
            },
        );
        Ok(())
    }

    fn scheduled(
        &self,
        execution: &Execution,
        parameters: &Payload,
        (timeout, heartbeat): (Option<u64>, Option<u64>),
        credentials: Option<&Value>,
    ) -> Details {
        let role_arn = credentials.and_then(|credentials| credentials.get("RoleArn")?.as_str()).map(Arc::from);
        let resource = self.event_resource.clone();
        match &self.resource.kind {
            ResourceKind::Lambda => {
                Details::LambdaFunctionScheduled { resource, input: parameters.clone(), timeout, role_arn }
            }
            ResourceKind::Activity => {
                Details::ActivityScheduled { resource, input: parameters.clone(), timeout, heartbeat }
            }
            ResourceKind::Integration { .. } => Details::TaskScheduled {
                resource_type: self.event_type.clone(),
                resource,
                region: execution.seed().region().into(),
                parameters: parameters.clone(),
                timeout,
                heartbeat,
                role_arn,
            },
        }
    }

    /// The work has begun. Told at the latest with what it leads to.
    pub(crate) fn started(&self, execution: &mut Execution, frame: FrameId, worker: Option<Arc<str>>) {
        execution.tell_schedule(frame);
        let Some(heartbeat) = execution.mark_started(frame) else {
            return;
        };
        let details = match &self.resource.kind {
            ResourceKind::Lambda => Details::LambdaFunctionStarted,
            ResourceKind::Activity => Details::ActivityStarted { worker },
            ResourceKind::Integration { .. } => {
                Details::TaskStarted { resource_type: self.event_type.clone(), resource: self.event_resource.clone() }
            }
        };
        execution.emit(frame, details);
        if let (ResourceKind::Activity, Some(heartbeat)) = (&self.resource.kind, heartbeat) {
            execution.restart_heartbeat(frame, heartbeat);
        }
    }

    pub(crate) fn submitted(&self, execution: &mut Execution, frame: FrameId, output: &Payload) {
        self.started(execution, frame, None);
        execution.emit(
            frame,
            Details::TaskSubmitted {
                resource_type: self.event_type.clone(),
                resource: self.event_resource.clone(),
                output: output.clone(),
            },
        );
    }

    pub(crate) fn succeeded(
        &self,
        execution: &mut Execution,
        frame: FrameId,
        state: &State,
        output: &Payload,
    ) -> Result<(), Failure> {
        self.started(execution, frame, None);
        execution.leave_task(frame);
        if execution.is_too_large(output) {
            let failure = Failure::data_limit(&self.event_type);
            self.emit_failure(execution, frame, &failure, Phase::Run);
            return Err(failure);
        }
        let output = output.clone();
        let details = match &self.resource.kind {
            ResourceKind::Lambda => Details::LambdaFunctionSucceeded { output: output.clone() },
            ResourceKind::Activity => Details::ActivitySucceeded { output: output.clone() },
            ResourceKind::Integration { .. } => Details::TaskSucceeded {
                resource_type: self.event_type.clone(),
                resource: self.event_resource.clone(),
                output: output.clone(),
            },
        };
        execution.emit(frame, details);
        execution.inspect("result", output.value());
        execution.complete(frame, state, output)
    }

    /// Tells the failure; always returns it.
    pub(crate) fn failed(
        &self,
        execution: &mut Execution,
        frame: FrameId,
        (error, cause): (Option<Arc<str>>, Option<Arc<str>>),
        phase: Phase,
    ) -> Failure {
        if phase != Phase::Start {
            self.started(execution, frame, None);
        }
        execution.leave_task(frame);
        if phase == Phase::Start && self.resource.kind == ResourceKind::Activity {
            // There is no such activity, which nothing retries or catches.
            return Failure::Runtime(cause.as_deref().unwrap_or_default().to_owned());
        }
        let failure = Failure::Named { error, cause, heartbeat: false };
        self.emit_failure(execution, frame, &failure, phase);
        failure
    }

    fn emit_failure(&self, execution: &mut Execution, frame: FrameId, failure: &Failure, phase: Phase) {
        let Failure::Named { error, cause, .. } = failure else {
            return;
        };
        let (error, cause) = (error.clone(), cause.clone());
        let (resource_type, resource) = (self.event_type.clone(), self.event_resource.clone());
        let details = match (&self.resource.kind, phase) {
            (ResourceKind::Lambda, Phase::Start) => Details::LambdaFunctionStartFailed { error, cause },
            (ResourceKind::Lambda, _) => Details::LambdaFunctionFailed { error, cause },
            (ResourceKind::Activity, _) => Details::ActivityFailed { error, cause },
            (_, Phase::Start) => Details::TaskStartFailed { resource_type, resource, error, cause },
            (_, Phase::Submit) => Details::TaskSubmitFailed { resource_type, resource, error, cause },
            (_, Phase::Run) => Details::TaskFailed { resource_type, resource, error, cause },
        };
        execution.emit(frame, details);
    }

    /// The task took too long, or its worker was silent for too long; always returns the failure.
    pub(crate) fn timed_out(&self, execution: &mut Execution, frame: FrameId, id: TaskId, heartbeat: bool) -> Failure {
        if !matches!(self.resource.kind, ResourceKind::Activity) {
            self.started(execution, frame, None);
        }
        execution.tell_schedule(frame);
        execution.leave_task(frame);
        execution.act(Action::CancelTask(id));
        let (error, cause): (Option<Arc<str>>, _) = (Some(names::TIMEOUT.into()), None);
        let details = match &self.resource.kind {
            ResourceKind::Lambda => Details::LambdaFunctionTimedOut { error: error.clone(), cause },
            ResourceKind::Activity => Details::ActivityTimedOut { error: error.clone(), cause },
            ResourceKind::Integration { .. } => Details::TaskTimedOut {
                resource_type: self.event_type.clone(),
                resource: self.event_resource.clone(),
                error: error.clone(),
                cause,
            },
        };
        execution.emit(frame, details);
        Failure::Named { error, cause: None, heartbeat }
    }
}
