//! A subscription and its attributes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{Arn, Scope, ServiceError};

use crate::error;
use crate::filter::{Filter, FilterScope};
use crate::topic::{FIFO_SUFFIX, Topic};

/// What the store keeps of a subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) arn: String,
    pub(crate) topic: String,
    pub(crate) protocol: Protocol,
    /// The ARN of a queue, a function or an app on a device.
    pub(crate) endpoint: String,
    /// What was set on it.
    pub(crate) attributes: BTreeMap<String, String>,
}

/// The protocols that the engine delivers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    Sqs,
    Lambda,
    Application,
}

/// Protocols that SNS has and the engine doesn't.
const NOT_BUILT: &[&str] = &["email", "email-json", "firehose", "http", "https", "sms"];

impl Protocol {
    pub(crate) fn parse(name: &str) -> Result<Self, ServiceError> {
        match name {
            "sqs" => Ok(Self::Sqs),
            "lambda" => Ok(Self::Lambda),
            "application" => Ok(Self::Application),
            _ if NOT_BUILT.contains(&name) => Err(error::not_built(format!(
                "sluice does not deliver notifications by the protocol {name} yet; it has sqs, lambda and application"
            ))),
            _ => Err(error::invalid_parameter(format!("Amazon SNS does not support this protocol string: {name}"))),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqs => "sqs",
            Self::Lambda => "lambda",
            Self::Application => "application",
        }
    }

    /// Checks that `endpoint` is one of this protocol, for `topic`.
    pub(crate) fn check(self, endpoint: &str, topic: &Topic, scope: &Scope) -> Result<(), ServiceError> {
        let (name, service, resource) = match self {
            Self::Sqs => ("SQS endpoint ARN", "sqs", ""),
            Self::Lambda => ("Lambda endpoint ARN", "lambda", "function:"),
            Self::Application => ("Application endpoint arn invalid", "sns", "endpoint/"),
        };
        let arn: Option<Arn> = endpoint.parse().ok();
        let arn = arn.filter(|arn| arn.service == service && arn.resource.starts_with(resource));
        let arn = arn.ok_or_else(|| error::invalid_parameter(name))?;
        if (&arn.region, &arn.account) != (&scope.region, &scope.account) {
            return Err(error::not_built(format!(
                "sluice has one account and region, {} and {}; it can't deliver to {endpoint}",
                scope.account, scope.region
            )));
        }
        if self == Self::Sqs && endpoint.ends_with(FIFO_SUFFIX) && !topic.is_fifo() {
            let reason =
                "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics";
            return Err(error::invalid_parameter(reason));
        }
        if self != Self::Sqs && topic.is_fifo() {
            let reason = "Endpoint Reason: FIFO topics deliver to Amazon SQS queues only";
            return Err(error::invalid_parameter(reason));
        }
        Ok(())
    }
}

/// A subscription, ready to be delivered to.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) record: Record,
    pub(crate) filter: Option<Filter>,
    /// The ARN of the queue for what could not be delivered.
    pub(crate) dead_letter_queue: Option<String>,
    /// Whether queues get the message alone.
    pub(crate) raw: bool,
}

impl Subscription {
    /// Reads a subscription's attributes.
    ///
    /// # Errors
    /// An attribute that isn't one, or that has a value which it can't have. The text lacks `Invalid parameter: `.
    pub(crate) fn new(mut record: Record) -> Result<Self, Complaint> {
        let attributes = &mut record.attributes;
        if let Some(name) = attributes.keys().find(|name| !SETTABLE.contains(&name.as_str())) {
            return Err(Complaint::unknown(name));
        }
        let raw = match attributes.get("RawMessageDelivery").map(String::as_str) {
            None => false,
            Some("true" | "True") => true,
            Some("false" | "False") => false,
            Some(other) => {
                let text = format!("RawMessageDelivery: Invalid value [{other}]. Must be true or false.");
                return Err(Complaint::of(text));
            }
        };
        let scope = match attributes.get("FilterPolicyScope") {
            None => FilterScope::default(),
            Some(text) => FilterScope::parse(text).ok_or_else(|| {
                Complaint::of(format!(
                    "FilterPolicyScope: Invalid value [{text}]. Please use either MessageBody or MessageAttributes"
                ))
            })?,
        };
        let filter = match attributes.get("FilterPolicy") {
            None => None,
            Some(text) => Filter::parse(text, scope).map_err(Complaint::of)?,
        };
        if filter.is_none() {
            attributes.remove("FilterPolicy");
        }
        let redrive = attributes.get("RedrivePolicy").map(String::as_str).unwrap_or_default();
        let dead_letter_queue = dead_letter_queue(redrive, &record.endpoint).map_err(Complaint::of)?;
        if dead_letter_queue.is_none() {
            record.attributes.remove("RedrivePolicy");
        }
        Ok(Self { record, filter, dead_letter_queue, raw })
    }

    /// What GetSubscriptionAttributes tells.
    pub(crate) fn shown(&self, scope: &Scope) -> BTreeMap<&str, String> {
        let Record { arn, topic, protocol, endpoint, attributes } = &self.record;
        let mut shown: BTreeMap<&str, String> =
            attributes.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        if self.filter.is_none() {
            shown.remove("FilterPolicyScope");
        } else {
            shown.entry("FilterPolicyScope").or_insert_with(|| "MessageAttributes".to_owned());
        }
        shown.extend([
            ("ConfirmationWasAuthenticated", "true".to_owned()),
            ("Endpoint", endpoint.clone()),
            ("Owner", scope.account.clone()),
            ("PendingConfirmation", "false".to_owned()),
            ("Protocol", protocol.name().to_owned()),
            ("RawMessageDelivery", self.raw.to_string()),
            ("SubscriptionArn", arn.clone()),
            ("SubscriptionPrincipal", format!("arn:aws:iam::{}:root", scope.account)),
            ("TopicArn", topic.clone()),
        ]);
        shown
    }
}

const SETTABLE: &[&str] = &["FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy"];

/// What is wrong with an attribute.
pub(crate) struct Complaint {
    text: String,
    /// AWS names no reason for an attribute that it doesn't know.
    unknown: bool,
    built: bool,
}

impl Complaint {
    fn of(text: String) -> Self {
        Self { text, unknown: false, built: true }
    }

    fn unknown(name: &str) -> Self {
        match name {
            "DeliveryPolicy" | "ReplayPolicy" | "SubscriptionRoleArn" => Self {
                text: format!("sluice has no subscriptions with the attribute {name} yet"),
                unknown: true,
                built: false,
            },
            _ => Self { text: "AttributeName".to_owned(), unknown: true, built: true },
        }
    }

    /// As SetSubscriptionAttributes answers it.
    pub(crate) fn of_one(self) -> ServiceError {
        if self.built { error::invalid_parameter(self.text) } else { error::not_built(self.text) }
    }

    /// As Subscribe answers it.
    pub(crate) fn of_many(self) -> ServiceError {
        if self.unknown {
            return self.of_one();
        }
        error::invalid_parameter(format!("Attributes Reason: {}", self.text))
    }
}

/// The queue that a redrive policy names; none when the policy is empty.
fn dead_letter_queue(policy: &str, endpoint: &str) -> Result<Option<String>, String> {
    if policy.is_empty() {
        return Ok(None);
    }
    let policy: Value =
        serde_json::from_str(policy).map_err(|failure| format!("RedrivePolicy: failed to parse JSON. {failure}"))?;
    if policy.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(None);
    }
    let arn = policy["deadLetterTargetArn"].as_str().unwrap_or_default();
    if !arn.parse::<Arn>().is_ok_and(|arn| arn.service == "sqs") {
        return Err("RedrivePolicy: deadLetterTargetArn is an invalid arn".to_owned());
    }
    if endpoint.ends_with(FIFO_SUFFIX) && !arn.ends_with(FIFO_SUFFIX) {
        let reason = "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.";
        return Err(reason.to_owned());
    }
    Ok(Some(arn.to_owned()))
}
