//! What a schedule calls.

use ::service::{Arn, ServiceError};
use serde_json::Value;

use crate::error::{constraint, invalid, missing};
use crate::universal::Universal;

/// What is called.
///
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A Lambda function, invoked asynchronously.
    Function,
    /// A state machine, started.
    StateMachine,
    /// A queue that is sent to, in this message group if it is a FIFO queue.
    Queue { name: String, group: Option<String> },
    /// A topic, published to.
    Topic,
    /// A delivery stream of Firehose that a record is put to.
    DeliveryStream { name: String },
    /// A bus that an event of this type and source is put on.
    Bus { detail_type: String, source: String },
    /// Any operation of a service.
    Universal(Universal),
}

impl Destination {
    /// Reads what a target's ARN and parameters lead to.
    pub(crate) fn of(arn: &str, document: &Value) -> Result<Self, ServiceError> {
        if let Some(action) = arn.strip_prefix("arn:aws:scheduler:::aws-sdk:") {
            return Universal::of(action, arn).map(Self::Universal);
        }
        let no_target = || constraint(arn, "target.arn", "Member must be the ARN of a target");
        let parsed: Arn = arn.parse().map_err(|_| no_target())?;
        let kind = parsed.resource.split([':', '/']).next().unwrap_or_default();
        match (parsed.service.as_str(), kind) {
            ("lambda", "function") => Ok(Self::Function),
            ("states", "stateMachine") => Ok(Self::StateMachine),
            ("sqs", _) => {
                let group = document["SqsParameters"]["MessageGroupId"].as_str().map(str::to_owned);
                if group.is_none() && parsed.resource.ends_with(".fifo") {
                    return Err(invalid("Parameters SqsParameters must be specified for the target."));
                }
                Ok(Self::Queue { name: parsed.resource, group })
            }
            ("events", "event-bus") => {
                let parameter = |name: &str, member: &str| {
                    let text = document["EventBridgeParameters"][name].as_str().map(str::to_owned);
                    text.ok_or_else(|| missing(&format!("target.eventBridgeParameters.{member}")))
                };
                let (detail_type, source) = (parameter("DetailType", "detailType")?, parameter("Source", "source")?);
                Ok(Self::Bus { detail_type, source })
            }
            ("sns", _) => Ok(Self::Topic),
            ("firehose", "deliverystream") => Ok(Self::DeliveryStream { name: parsed.resource_name().to_owned() }),
            (service, _) => Err(ServiceError::validation(format!(
                "sluice does not invoke targets of {service} on schedule yet: {arn}"
            ))),
        }
    }

    /// Whether the target's input is a text of any kind; others take JSON.
    pub(crate) fn takes_text(&self) -> bool {
        matches!(self, Self::Queue { .. } | Self::Topic | Self::DeliveryStream { .. })
    }
}
