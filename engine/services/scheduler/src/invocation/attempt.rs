//! One call of a target.

use ::service::{Scope, ServiceError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Failure, Invocation, context};
use crate::destination::Destination;
use crate::service::Scheduler;
use crate::target::Target;

/// A call of an operation.
pub(super) struct Call {
    service: &'static str,
    operation: String,
    pub(super) input: Value,
    /// Whether the invocation's name is in it, so that an earlier attempt may have done what it asks for.
    is_named: bool,
}

impl Call {
    /// What an invocation asks of its target.
    pub(super) fn of(target: &Target, invocation: &Invocation, scope: &Scope) -> Self {
        let text = match &target.input {
            Some(input) => context::fill_in(input, invocation),
            None => context::notification(scope, invocation),
        };
        let call =
            |service, operation: &str, input| Self { service, operation: operation.to_owned(), input, is_named: false };
        match &target.destination {
            Destination::Function => {
                let payload: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
                let input = json!({"FunctionName": target.arn, "InvocationType": "Event", "Payload": payload});
                call("lambda", "Invoke", input)
            }
            Destination::StateMachine => {
                let input = json!({"stateMachineArn": target.arn, "name": invocation.name(), "input": text});
                Self { is_named: true, ..call("states", "StartExecution", input) }
            }
            Destination::Queue { name, group } => {
                let mut input = json!({"MessageBody": text, "QueueUrl": queue_url(scope, name)});
                if let Some(group) = group {
                    input["MessageGroupId"] = group.as_str().into();
                }
                call("sqs", "SendMessage", input)
            }
            Destination::Topic => call("sns", "Publish", json!({"TopicArn": target.arn, "Message": text})),
            Destination::DeliveryStream { name } => {
                let record = json!({"Data": BASE64_STANDARD.encode(text)});
                call("firehose", "PutRecord", json!({"DeliveryStreamName": name, "Record": record}))
            }
            Destination::Bus { detail_type, source } => {
                let entry = json!({
                    "EventBusName": target.arn, "Source": source, "DetailType": detail_type, "Detail": text,
                    "Resources": [invocation.arn], "Time": invocation.scheduled_at.as_epoch_seconds(),
                });
                call("events", "PutEvents", json!({"Entries": [entry]}))
            }
            Destination::Universal(universal) => {
                let given = target.input.as_ref().and(serde_json::from_str(&text).ok()).unwrap_or_else(|| json!({}));
                let mut input = universal.request(given);
                let starts = (universal.service, universal.operation.as_str()) == ("states", "StartExecution");
                let is_named = starts && input.get("name").is_none();
                if is_named {
                    input["name"] = invocation.name().to_string().into();
                }
                Self { is_named, ..call(universal.service, &universal.operation, input) }
            }
        }
    }
}

impl Scheduler {
    /// Calls the target.
    pub(super) async fn attempt(&self, call: &Call) -> Result<(), Failure> {
        match self.platform.services.call(call.service, &call.operation, call.input.clone()).await {
            Ok(answer) => refused_entry(&answer).map_or(Ok(()), Err),
            // An earlier attempt started it, and its answer was lost.
            Err(error) if call.is_named && error.code == "ExecutionAlreadyExists" => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// PutEvents succeeds though its entry failed.
fn refused_entry(answer: &Value) -> Option<Failure> {
    let entries = answer.get("Entries")?.as_array()?;
    let refused = entries.iter().find(|entry| entry["ErrorCode"].is_string())?;
    let text = |member: &str| refused[member].as_str().unwrap_or_default().to_owned();
    Some(ServiceError::client(text("ErrorCode"), text("ErrorMessage")).into())
}

/// The URL of a queue of this account; SQS looks at its last two segments only.
pub(super) fn queue_url(scope: &Scope, name: &str) -> String {
    format!("https://sqs.{}.amazonaws.com/{}/{name}", scope.region, scope.account)
}
