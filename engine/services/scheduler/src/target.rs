//! A schedule's target: which operation is called, with what, and how often that is tried.

use std::time::Duration;

use ::service::{Arn, Platform, ServiceError};
use serde_json::{Value, json};

use crate::destination::Destination;
use crate::error::{constraint, invalid, missing};

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
        let destination = Destination::of(&arn, &document)?;
        let input = text("Input");
        if let Some(input) = &input
            && !destination.takes_text()
            && serde_json::from_str::<serde::de::IgnoredAny>(input).is_err()
        {
            return Err(invalid("JSON syntax error in input for the target."));
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

impl Target {
    /// What is asked of a target that a call brings; what is stored already goes on.
    ///
    /// # Errors
    /// AWS's, where it fits neither the service that it leads to nor this region; the engine's own for other accounts.
    pub(crate) fn check(&self, platform: &Platform) -> Result<(), ServiceError> {
        if let Destination::Universal(universal) = &self.destination {
            if self.input.is_none() {
                return Err(invalid("You must provide an input to set this target for your schedule."));
            }
            universal.check(&platform.services)?;
        } else {
            self.require_local(&self.arn, platform)?;
            self.check_parameters()?;
        }
        self.dead_letter_arn.as_ref().map_or(Ok(()), |queue| self.require_local(queue, platform))
    }

    /// Whether the members for one service's targets stand at a target of that service.
    fn check_parameters(&self) -> Result<(), ServiceError> {
        let is_given = |name: &str| !self.document[name].is_null();
        let queue = match &self.destination {
            Destination::Queue { name, group } => Some((name, group)),
            _ => None,
        };
        let is_bus = matches!(self.destination, Destination::Bus { .. });
        for (name, fits) in [("SqsParameters", queue.is_some()), ("EventBridgeParameters", is_bus)] {
            if is_given(name) && !fits {
                return Err(invalid(format!("Parameters {name} not supported for the target.")));
            }
        }
        match queue {
            Some((name, Some(_))) if !name.ends_with(".fifo") => {
                Err(invalid("Parameters MessageGroupId not valid for the target."))
            }
            _ => Ok(()),
        }
    }

    /// Refuses what is in another region or account: what bears the same name here is another.
    fn require_local(&self, arn: &str, platform: &Platform) -> Result<(), ServiceError> {
        let parsed: Arn = arn.parse()?;
        let scope = &platform.scope;
        if parsed.region != scope.region {
            let told = format!("The target ARN provided does not match the current region {}.", scope.region);
            return Err(invalid(told));
        }
        if parsed.account != scope.account {
            let told = format!("sluice has the account {} only, and invokes nothing of another: {arn}", scope.account);
            return Err(invalid(told));
        }
        Ok(())
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
            (function, json!({"Input": "plain"}), "JSON syntax error in input for the target."),
            (
                function,
                json!({"RetryPolicy": {"MaximumRetryAttempts": 186}}),
                "'target.retryPolicy.maximumRetryAttempts'",
            ),
            (function, dead, "'target.deadLetterConfig.arn'"),
            (bus, json!({}), "'target.eventBridgeParameters.detailType'"),
            ("arn:aws:sqs:us-east-1:000000000000:q.fifo", json!({}), "Parameters SqsParameters must be specified"),
            ("queue", json!({}), "'target.arn'"),
            ("arn:aws:ecs:us-east-1:000000000000:cluster/c", json!({}), "targets of ecs on schedule yet"),
            (function, json!({"EcsParameters": {}}), "EcsParameters of schedules yet"),
        ] {
            let refused = target(arn, more).expect_err(says);
            assert!(refused.message.contains(says), "{}", refused.message);
        }
    }
}
