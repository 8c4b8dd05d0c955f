//! Service integrations: what Task states call, and in which shape the answers come back.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html>

mod apigateway;
mod catalogue;
mod dynamodb;
mod envelope;
mod events;
mod exchanges;
mod failure;
mod form;
mod http;
mod lambda;
mod mediaconvert;
mod s3;
mod sdk;
mod sns;
mod spelling;
mod sqs;
mod states;

use asl::{Cause, Pattern, Payload, Phase, ResourceKind, Task};
use serde_json::{Map, Value};
use service::Platform;

pub(crate) use catalogue::{Availability, availability};
pub(crate) use exchanges::{Exchange, Exchanges};
pub(crate) use failure::{Failure, interrupted, s3_cause};
pub(crate) use states::{child_arn, child_ended};

/// One attempt of a task, and who makes it.
pub(crate) struct Attempt<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) task: &'a Task,
    pub(crate) execution_arn: &'a str,
    pub(crate) state_machine_arn: &'a str,
    pub(crate) exchanges: &'a Exchanges,
}

/// Makes the attempt; answers what to tell the execution.
pub(crate) async fn perform(attempt: Attempt<'_>) -> Cause {
    let task = attempt.task.id;
    let (result, submits) = match &attempt.task.resource.kind {
        ResourceKind::Lambda => (lambda::call_function(&attempt).await, false),
        ResourceKind::Activity => (Err(failure::activity_in_express(&attempt.task.resource.arn)), false),
        ResourceKind::Integration { service, action, pattern } => {
            (call(&attempt, service, action, *pattern).await, *pattern != Pattern::RequestResponse)
        }
    };
    let phase = if submits { Phase::Submit } else { Phase::Run };
    match result {
        Ok(output) if submits => Cause::TaskSubmitted { task, output },
        Ok(output) => Cause::TaskSucceeded { task, output },
        Err(Failure { error, cause }) => Cause::TaskFailed { task, error: Some(error), cause: Some(cause), phase },
    }
}

async fn call(attempt: &Attempt<'_>, service: &str, action: &str, pattern: Pattern) -> Result<Payload, Failure> {
    match (service, action) {
        ("apigateway", "invoke") => apigateway::invoke(attempt).await,
        ("http", "invoke") => http::invoke(attempt).await,
        ("lambda", "invoke") => lambda::invoke(attempt).await,
        ("mediaconvert", "createJob") => mediaconvert::create_job(attempt).await,
        ("dynamodb", _) => dynamodb::call(attempt, action).await,
        ("sns", "publish") => sns::publish(attempt).await,
        ("sqs", "sendMessage") => sqs::send_message(attempt).await,
        ("events", "putEvents") => events::put_events(attempt).await,
        ("states", "startExecution") => states::start_execution(attempt, pattern).await,
        _ => match service.strip_prefix("aws-sdk:") {
            Some(name) => sdk::call(attempt, name, action).await,
            // Refused when the machine is created; a machine of a database from elsewhere may still get here.
            None => Err(failure::not_built(&attempt.task.resource.arn)),
        },
    }
}

impl Attempt<'_> {
    /// The evaluated parameters, without members that are null.
    fn parameters(&self) -> Map<String, Value> {
        match self.task.parameters.to_json() {
            Value::Object(mut members) => {
                members.retain(|_, value| !value.is_null());
                members
            }
            _ => Map::new(),
        }
    }
}

/// A payload of a value in serde_json's form.
fn payload(value: &Value) -> Payload {
    Payload::from(asl::Value::from(value))
}

/// Puts JSON text in the place of a member that AWS's API wants as text but machines write as JSON.
fn as_text(members: &mut Map<String, Value>, name: &str) {
    if let Some(value) = members.get_mut(name)
        && !value.is_string()
    {
        *value = Value::String(asl::Value::from(&*value).to_text());
    }
}
