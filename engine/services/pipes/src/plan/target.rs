//! Where a pipe's records go.

use ::service::ServiceError;
use event_pattern::{Parameter, Parameters, PipeTemplate};

use super::definition::{BusParameters, InvocationParameters, QueueParameters, TargetParameters};
use super::{arn, http, not_built, parameter, template};
use crate::error::invalid;

#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) arn: String,
    pub(crate) kind: TargetKind,
    pub(crate) template: Option<PipeTemplate>,
}

#[derive(Debug)]
pub(crate) enum TargetKind {
    Function(Invocation),
    Machine(Invocation),
    Queue(QueueTarget),
    Bus(BusTarget),
    Topic,
    /// A delivery stream of Firehose, by its name.
    DeliveryStream(String),
    LogGroup(LogTarget),
    /// With these parameters of the request.
    ApiDestination(Option<Parameters>),
}

/// Whether the pipe waits for what it invokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    RequestResponse,
    FireAndForget,
}

#[derive(Debug)]
pub(crate) struct QueueTarget {
    pub(crate) name: String,
    pub(crate) group: Option<Parameter>,
    pub(crate) deduplication: Option<Parameter>,
}

#[derive(Debug)]
pub(crate) struct BusTarget {
    pub(crate) detail_type: Option<Parameter>,
    pub(crate) source: Option<Parameter>,
    pub(crate) resources: Vec<Parameter>,
    pub(crate) time: Option<Parameter>,
}

#[derive(Debug)]
pub(crate) struct LogTarget {
    pub(crate) group: String,
    pub(crate) stream: Option<Parameter>,
    pub(crate) timestamp: Option<Parameter>,
}

impl Target {
    pub(super) fn of(text: &str, parameters: TargetParameters) -> Result<Self, ServiceError> {
        let parsed = arn("Target", text)?;
        if let Some(other) = parameters.others.keys().next() {
            return Err(not_built("TargetParameters", other));
        }
        let template = template("TargetParameters", parameters.input_template.as_deref())?;
        let TargetParameters { function, machine, queue, bus, logs, http: request, .. } = parameters;
        let resource = parsed.resource_parts();
        let is_http = parsed.resource.starts_with("api-destination/");
        if (logs.is_some() && parsed.service != "logs") || (request.is_some() && !is_http) {
            return Err(invalid("TargetParameters", "Invalid target parameter provided for target."));
        }
        let kind = match (parsed.service.as_str(), resource.as_slice(), (function, machine, queue, bus)) {
            ("lambda", ["function", ..], (function, None, None, None)) => {
                TargetKind::Function(Invocation::of(function.unwrap_or_default())?)
            }
            ("states", ["stateMachine", ..], (None, machine, None, None)) => {
                TargetKind::Machine(Invocation::of(machine.unwrap_or_default())?)
            }
            ("sqs", [name], (None, None, queue, None)) => {
                TargetKind::Queue(QueueTarget::of((*name).to_owned(), queue.unwrap_or_default())?)
            }
            ("events", ["event-bus", ..], (None, None, None, bus)) => {
                TargetKind::Bus(BusTarget::of(bus.unwrap_or_default())?)
            }
            ("events", ["api-destination", ..], (None, None, None, None)) => {
                TargetKind::ApiDestination(http(request.as_ref())?)
            }
            ("sns", [name], _) if name.ends_with(".fifo") => {
                return Err(invalid("Target", "SNS FIFO topics are not supported as a pipe target."));
            }
            ("sns", [_], (None, None, None, None)) => TargetKind::Topic,
            ("firehose", ["deliverystream", name], (None, None, None, None)) => {
                TargetKind::DeliveryStream((*name).to_owned())
            }
            ("logs", ["log-group", ..], (None, None, None, None)) => {
                let group = parsed.resource.trim_start_matches("log-group:").trim_end_matches(":*").to_owned();
                let logs = logs.unwrap_or_default();
                TargetKind::LogGroup(LogTarget {
                    group,
                    stream: parameter("LogStreamName", logs.log_stream_name)?,
                    timestamp: parameter("Timestamp", logs.timestamp)?,
                })
            }
            ("lambda" | "states" | "sqs" | "events", [_] | ["function" | "stateMachine" | "event-bus", ..], _) => {
                return Err(invalid("TargetParameters", "Invalid target parameter provided for target."));
            }
            (service, _, _) => return Err(not_built("Target", &format!("a target of {service}, {text}"))),
        };
        Ok(Self { arn: text.to_owned(), kind, template })
    }

    /// How many records of the source may go to the target together, where that is limited.
    pub(super) fn most_per_batch(&self) -> Option<usize> {
        match self.kind {
            TargetKind::ApiDestination(_) => Some(1),
            _ => self.most_per_call(),
        }
    }

    /// How many records the target takes in one call, where it has a limit.
    pub(crate) fn most_per_call(&self) -> Option<usize> {
        match self.kind {
            TargetKind::Queue(_) | TargetKind::Bus(_) | TargetKind::Topic => Some(10),
            TargetKind::DeliveryStream(_) => Some(500),
            TargetKind::LogGroup(_) => Some(10_000),
            TargetKind::Function(_) | TargetKind::Machine(_) | TargetKind::ApiDestination(_) => None,
        }
    }
}

impl Invocation {
    fn of(parameters: InvocationParameters) -> Result<Self, ServiceError> {
        match parameters.invocation_type.as_deref() {
            None | Some("REQUEST_RESPONSE") => Ok(Self::RequestResponse),
            Some("FIRE_AND_FORGET") => Ok(Self::FireAndForget),
            Some(other) => {
                Err(invalid("InvocationType", format!("must be REQUEST_RESPONSE or FIRE_AND_FORGET, it is {other}")))
            }
        }
    }
}

impl QueueTarget {
    fn of(name: String, parameters: QueueParameters) -> Result<Self, ServiceError> {
        Ok(Self {
            name,
            group: parameter("MessageGroupId", parameters.message_group_id)?,
            deduplication: parameter("MessageDeduplicationId", parameters.message_deduplication_id)?,
        })
    }
}

impl BusTarget {
    fn of(parameters: BusParameters) -> Result<Self, ServiceError> {
        if let Some(endpoint) = parameters.endpoint_id {
            return Err(not_built("EndpointId", &format!("a global endpoint, {endpoint}")));
        }
        let resources = parameters.resources.into_iter().map(|text| parameter("Resources", Some(text)));
        Ok(Self {
            detail_type: parameter("DetailType", parameters.detail_type)?,
            source: parameter("Source", parameters.source)?,
            resources: resources.filter_map(Result::transpose).collect::<Result<_, _>>()?,
            time: parameter("Time", parameters.time)?,
        })
    }
}
