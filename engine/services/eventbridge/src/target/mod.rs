//! A rule's target: where an event goes, what it gets of it, and how often that is tried.

mod admission;
mod syntax;

use std::collections::BTreeMap;
use std::time::Duration;

use event_pattern::{Parameter, Parameters, RuleVariables, TargetInput, TransformerSource};
use serde_json::Value;
use service::{Arn, ServiceError};

use crate::{error, names};

pub(crate) use admission::{check_all, check_dead_letter_queue};

/// A target of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// As PutTargets was given it.
    pub(crate) document: Value,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) destination: Destination,
    /// `None` when the target gets the event as it is.
    input: Option<TargetInput>,
    pub(crate) retry: RetryPolicy,
    /// The ARN of the queue for what can't be delivered.
    pub(crate) dead_letter_arn: Option<String>,
}

/// What kind of resource a target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A Lambda function, invoked asynchronously.
    Function,
    /// A state machine, started.
    StateMachine,
    /// A queue that is sent to, in this message group if it is a FIFO queue.
    Queue { name: String, group: Option<Parameter> },
    /// A topic, published to.
    Topic,
    /// A delivery stream of Firehose that each event is a record of.
    DeliveryStream { name: String },
    /// A log group that each event is written to.
    LogGroup { name: String },
    /// Another bus, of this account or another.
    Bus { name: String, account: String },
    /// A web address behind a connection, with the target's `HttpParameters`.
    Api { parameters: Option<Parameters> },
    /// An archive: what its managed rule delivers to.
    Archive { name: String },
}

/// How often and how long a delivery is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) age: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 185, age: Duration::from_secs(86_400) }
    }
}

impl Target {
    /// Reads an item of PutTargets.
    ///
    /// # Errors
    /// AWS's for an invalid one; an error that names the service for targets the engine can't deliver to.
    pub(crate) fn new(document: Value) -> Result<Self, ServiceError> {
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let (id, arn) = (text("Id"), text("Arn"));
        names::check(&id, "targets.1.member.id", 64, false)?;
        let destination = destination(&arn, &document)?;
        let input = input(&id, &document)?;
        let retry = retry(&document["RetryPolicy"])?;
        let dead_letter_arn = document["DeadLetterConfig"]["Arn"].as_str().map(str::to_owned);
        Ok(Self { id, arn, destination, input, retry, dead_letter_arn, document })
    }

    /// What the target gets of an event; `None` when its template makes no JSON, in which case AWS delivers nothing.
    pub(crate) fn render(
        &self,
        event: &str,
        rule_arn: &str,
        rule_name: &str,
        ingestion_time: impl FnOnce() -> String,
    ) -> Option<String> {
        let Some(input) = &self.input else { return Some(event.to_owned()) };
        let variables = RuleVariables { rule_arn, rule_name, ingestion_time: &ingestion_time() };
        input.render(&serde_json::from_str(event).ok()?, &variables)
    }
}

fn input(id: &str, document: &Value) -> Result<Option<TargetInput>, ServiceError> {
    let (constant, path) = (document["Input"].as_str(), document["InputPath"].as_str());
    let transformer = &document["InputTransformer"];
    if constant.is_none() && path.is_none() && transformer.is_null() {
        return Ok(None);
    }
    let paths: BTreeMap<String, String> = match &transformer["InputPathsMap"] {
        Value::Null => BTreeMap::new(),
        map => serde_json::from_value(map.clone()).map_err(|_| {
            error::constraint(map, "targets.1.member.inputTransformer.inputPathsMap", "Member must be a map of strings")
        })?,
    };
    let source = match &transformer["InputTemplate"] {
        Value::String(template) => Some(TransformerSource { paths: &paths, template }),
        _ if transformer.is_null() => None,
        _ => return Err(error::missing("targets.1.member.inputTransformer.inputTemplate")),
    };
    TargetInput::parse(id, constant, path, source)
        .map(Some)
        .map_err(|invalid| ServiceError::validation(invalid.to_string()))
}

fn destination(arn: &str, document: &Value) -> Result<Destination, ServiceError> {
    let malformed = || error::invalid_parameter("Arn", "Provided Arn is not in correct format.");
    let parsed: Arn = arn.parse().map_err(|_| malformed())?;
    let kind = parsed.resource.split([':', '/']).next().unwrap_or_default();
    let rest = parsed.resource.split_once('/').map(|(_, name)| name.to_owned());
    match (parsed.service.as_str(), kind, rest) {
        ("lambda", "function", _) => Ok(Destination::Function),
        ("states", "stateMachine", _) => Ok(Destination::StateMachine),
        ("sqs", ..) => {
            // A text that only looks like a path stands for itself.
            let parameter = |text: &str| Parameter::parse(text).unwrap_or_else(|_| Parameter::Text(text.to_owned()));
            let group = document["SqsParameters"]["MessageGroupId"].as_str().map(parameter);
            Ok(Destination::Queue { name: parsed.resource, group })
        }
        ("events", "api-destination", Some(_)) => {
            let parameters = Some(&document["HttpParameters"]).filter(|parameters| !parameters.is_null());
            let parameters = parameters.map(Parameters::parse).transpose();
            let parameters = parameters.map_err(|invalid| error::invalid_parameter("HttpParameters", invalid))?;
            Ok(Destination::Api { parameters })
        }
        ("events", "event-bus", Some(name)) => Ok(Destination::Bus { name, account: parsed.account }),
        ("sns", ..) => Ok(Destination::Topic),
        ("firehose", "deliverystream", Some(name)) => Ok(Destination::DeliveryStream { name }),
        ("logs", "log-group", _) => {
            let name = parsed.resource.trim_start_matches("log-group:").trim_end_matches(":*").to_owned();
            Ok(Destination::LogGroup { name })
        }
        ("events", "archive", Some(name)) => Ok(Destination::Archive { name }),
        (service, ..) => {
            Err(ServiceError::validation(format!("sluice does not deliver events to targets of {service} yet: {arn}")))
        }
    }
}

fn retry(policy: &Value) -> Result<RetryPolicy, ServiceError> {
    let number = |name: &str, least: u64, most: u64, default: u64| match &policy[name] {
        Value::Null => Ok(default),
        value => match value.as_u64().filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(number),
            None => {
                let rule = format!("Member must be between {least} and {most}");
                Err(error::constraint(value, &format!("targets.1.member.retryPolicy.{name}"), &rule))
            }
        },
    };
    Ok(RetryPolicy {
        attempts: u32::try_from(number("MaximumRetryAttempts", 0, 185, 185)?).unwrap_or(185),
        age: Duration::from_secs(number("MaximumEventAgeInSeconds", 60, 86_400, 86_400)?),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(document: Value) -> Result<Target, ServiceError> {
        Target::new(document)
    }

    #[test]
    fn a_target_says_where_it_leads_and_how_often_it_is_tried() {
        let arn = "arn:aws:sqs:us-east-1:000000000000:q";
        let plain = target(json!({"Id": "q", "Arn": arn})).expect("valid");
        assert_eq!(plain.destination, Destination::Queue { name: "q".to_owned(), group: None });
        assert_eq!(plain.retry, RetryPolicy::default());
        let limited =
            json!({"Id": "q", "Arn": arn, "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}});
        assert_eq!(target(limited).expect("valid").retry, RetryPolicy { attempts: 0, age: Duration::from_secs(60) });
        let excess = json!({"Id": "q", "Arn": arn, "RetryPolicy": {"MaximumRetryAttempts": 186}});
        assert_eq!(target(excess).expect_err("excess").code, "ValidationException");
    }

    #[test]
    fn a_target_that_cannot_be_delivered_to_is_refused_by_name() {
        let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/x";
        let refused = target(json!({"Id": "l", "Arn": arn})).expect_err("not built");
        assert_eq!(refused.message, format!("sluice does not deliver events to targets of kinesis yet: {arn}"));
        assert!(target(json!({"Id": "l", "Arn": "queue"})).is_err());
    }
}
