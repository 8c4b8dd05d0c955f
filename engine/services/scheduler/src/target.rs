//! A schedule's target: which operation is called, with what, and how often that is tried.

use std::time::Duration;

use ::service::{Arn, ServiceError};
use serde_json::{Value, json};

use crate::error::{constraint, missing};
use crate::universal::Universal;

/// A target of a schedule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// As it was given, with the defaults of its retry policy, as AWS tells it.
    pub(crate) document: Value,
    pub(crate) arn: String,
    pub(crate) destination: Destination,
    /// What the target gets; a notification of AWS's shape when it is `None`.
    pub(crate) input: Option<String>,
    pub(crate) retry: RetryPolicy,
    /// The ARN of the queue for what can't be delivered.
    pub(crate) dead_letter_arn: Option<String>,
}

/// What is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A Lambda function, invoked asynchronously.
    Function,
    /// A state machine, started.
    StateMachine,
    /// A queue that is sent to, in this message group if it is a FIFO queue.
    Queue { name: String, group: Option<String> },
    /// A bus that an event of this type and source is put on.
    Bus { detail_type: String, source: String },
    /// Any operation of a service.
    Universal(Universal),
}

/// How often and how long an invocation is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) age: Duration,
}

/// Members that belong to kinds of targets which the engine doesn't have.
const OTHERS: [&str; 3] = ["EcsParameters", "KinesisParameters", "SageMakerPipelineParameters"];

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// AWS's for an invalid one; an error that names the target when the engine has no such service.
    pub(crate) fn new(mut document: Value) -> Result<Self, ServiceError> {
        let text = |name: &str| document[name].as_str().map(str::to_owned);
        let arn = text("Arn").ok_or_else(|| missing("target.arn"))?;
        text("RoleArn").ok_or_else(|| missing("target.roleArn"))?;
        if let Some(other) = OTHERS.iter().find(|other| !document[**other].is_null()) {
            return Err(ServiceError::validation(format!("sluice does not implement {other} of schedules yet: {arn}")));
        }
        let destination = destination(&arn, &document)?;
        let input = text("Input");
        if let Some(input) = &input
            && !matches!(destination, Destination::Queue { .. })
            && serde_json::from_str::<serde::de::IgnoredAny>(input).is_err()
        {
            return Err(constraint(input, "target.input", "Member must be well-formed JSON for this target"));
        }
        let dead_letter_arn = document["DeadLetterConfig"]["Arn"].as_str().map(str::to_owned);
        if let Some(queue) = &dead_letter_arn
            && (!queue.contains(":sqs:") || queue.ends_with(".fifo"))
        {
            return Err(constraint(queue, "target.deadLetterConfig.arn", "Member must be the ARN of a standard queue"));
        }
        let retry = RetryPolicy::of(&document["RetryPolicy"])?;
        document["RetryPolicy"] =
            json!({"MaximumEventAgeInSeconds": retry.age.as_secs(), "MaximumRetryAttempts": retry.attempts});
        Ok(Self { arn, destination, input, retry, dead_letter_arn, document })
    }
}

impl RetryPolicy {
    fn of(policy: &Value) -> Result<Self, ServiceError> {
        let number = |name: &str, least: u32, most: u32| match &policy[name] {
            Value::Null => Ok(most),
            value => {
                let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
                number.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
                    let member = format!("target.retryPolicy.{}{}", name[..1].to_lowercase(), &name[1..]);
                    constraint(value, &member, &format!("Member must be between {least} and {most}"))
                })
            }
        };
        Ok(Self {
            attempts: number("MaximumRetryAttempts", 0, 185)?,
            age: Duration::from_secs(number("MaximumEventAgeInSeconds", 60, 86_400)?.into()),
        })
    }
}

fn destination(arn: &str, document: &Value) -> Result<Destination, ServiceError> {
    if let Some(action) = arn.strip_prefix("arn:aws:scheduler:::aws-sdk:") {
        return Universal::of(action, arn).map(Destination::Universal);
    }
    let invalid = || constraint(arn, "target.arn", "Member must be the ARN of a target");
    let parsed: Arn = arn.parse().map_err(|_| invalid())?;
    let kind = parsed.resource.split([':', '/']).next().unwrap_or_default();
    match (parsed.service.as_str(), kind) {
        ("lambda", "function") => Ok(Destination::Function),
        ("states", "stateMachine") => Ok(Destination::StateMachine),
        ("sqs", _) => {
            let group = document["SqsParameters"]["MessageGroupId"].as_str().map(str::to_owned);
            if group.is_none() && parsed.resource.ends_with(".fifo") {
                return Err(missing("target.sqsParameters.messageGroupId"));
            }
            Ok(Destination::Queue { name: parsed.resource, group })
        }
        ("events", "event-bus") => {
            let parameter = |name: &str, member: &str| {
                let text = document["EventBridgeParameters"][name].as_str().map(str::to_owned);
                text.ok_or_else(|| missing(&format!("target.eventBridgeParameters.{member}")))
            };
            let (detail_type, source) = (parameter("DetailType", "detailType")?, parameter("Source", "source")?);
            Ok(Destination::Bus { detail_type, source })
        }
        (service, _) => {
            Err(ServiceError::validation(format!("sluice does not invoke targets of {service} on schedule yet: {arn}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(arn: &str, more: Value) -> Result<Target, ServiceError> {
        let mut document = json!({"Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/r"});
        let more = more.as_object().cloned().unwrap_or_default();
        document.as_object_mut().expect("an object").extend(more);
        Target::new(document)
    }

    #[test]
    fn a_target_shows_the_defaults_of_its_retry_policy() {
        let queue = target("arn:aws:sqs:us-east-1:000000000000:q", json!({"Input": "plain"})).expect("valid");
        let policy = json!({"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185});
        assert_eq!(queue.document["RetryPolicy"], policy);
        assert_eq!(queue.destination, Destination::Queue { name: "q".to_owned(), group: None });
    }

    #[test]
    fn what_is_missing_or_malformed_is_told_by_member() {
        let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
        let bus = "arn:aws:events:us-east-1:000000000000:event-bus/b";
        let dead = json!({"DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:d.fifo"}});
        for (arn, more, says) in [
            (function, json!({"Input": "plain"}), "'target.input'"),
            (
                function,
                json!({"RetryPolicy": {"MaximumRetryAttempts": 186}}),
                "'target.retryPolicy.maximumRetryAttempts'",
            ),
            (function, dead, "'target.deadLetterConfig.arn'"),
            (bus, json!({}), "'target.eventBridgeParameters.detailType'"),
            ("arn:aws:sqs:us-east-1:000000000000:q.fifo", json!({}), "'target.sqsParameters.messageGroupId'"),
            ("queue", json!({}), "'target.arn'"),
            ("arn:aws:ecs:us-east-1:000000000000:cluster/c", json!({}), "targets of ecs on schedule yet"),
            (function, json!({"EcsParameters": {}}), "EcsParameters of schedules yet"),
        ] {
            let refused = target(arn, more).expect_err(says);
            assert!(refused.message.contains(says), "{}", refused.message);
        }
    }
}
