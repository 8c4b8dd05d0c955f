//! The members of `CreateEventSourceMapping` and `UpdateEventSourceMapping`, with AWS's bounds and defaults.

use serde_json::{Map, Value, json};
use service::{Arn, Platform, ServiceError};

use super::intake;
use super::mapping::is_stream;
use crate::configuration::Function;
use crate::error::invalid;

/// Members of both kinds of sources.
const COMMON: &[&str] = &[
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KMSKeyArn",
    "MetricsConfig",
];
const OF_QUEUES: &[&str] = &["ScalingConfig"];
const OF_STREAMS: &[&str] = &[
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",
    "TumblingWindowInSeconds",
];
const NOT_BUILT: &[&str] = &[
    "AmazonManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "LoggingConfig",
    "ProvisionedPollerConfig",
    "Queues",
    "SelfManagedEventSource",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "StartingPositionTimestamp",
    "Topics",
];

/// The members of a new mapping.
pub(crate) fn given(input: &Value, source_arn: &str) -> Result<Map<String, Value>, ServiceError> {
    let mut members = if is_stream(source_arn) {
        if !matches!(input["StartingPosition"].as_str(), Some("TRIM_HORIZON" | "LATEST")) {
            let text = match &input["StartingPosition"] {
                Value::Null => "1 validation error detected: Value null at 'startingPosition' failed to satisfy \
                                constraint: Member must not be null."
                    .to_owned(),
                other => format!("Unsupported starting position for dynamodb event source: {other}"),
            };
            return Err(invalid(text));
        }
        json!({
            "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1,
            "DestinationConfig": {"OnFailure": {}}, "MaximumRecordAgeInSeconds": -1,
            "BisectBatchOnFunctionError": false, "MaximumRetryAttempts": -1, "TumblingWindowInSeconds": 0,
            "FunctionResponseTypes": [],
        })
    } else {
        json!({"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []})
    };
    let members = members.as_object_mut().map(std::mem::take).unwrap_or_default();
    changed(members, input, source_arn)
}

/// The members of a mapping with those that an update gives.
pub(crate) fn changed(
    mut members: Map<String, Value>,
    input: &Value,
    source_arn: &str,
) -> Result<Map<String, Value>, ServiceError> {
    let (mine, others) = if is_stream(source_arn) { (OF_STREAMS, OF_QUEUES) } else { (OF_QUEUES, OF_STREAMS) };
    if let Some(other) = others.iter().find(|name| !is_default(&input[**name])) {
        let kind = if is_stream(source_arn) { "DynamoDB stream" } else { "SQS" };
        return Err(invalid(format!("Unsupported parameter for {kind} event source mappings: {other}")));
    }
    if let Some(other) = NOT_BUILT.iter().find(|name| !is_default(&input[**name])) {
        return Err(invalid(format!("sluice does not implement {other} of event source mappings")));
    }
    for name in COMMON.iter().chain(mine).filter(|name| !input[**name].is_null()) {
        let value = &input[*name];
        // An empty object takes them away.
        let is_empty = value.as_object().is_some_and(Map::is_empty);
        match *name {
            "FilterCriteria" | "ScalingConfig" if is_empty => drop(members.shift_remove(*name)),
            _ => drop(members.insert((*name).to_owned(), value.clone())),
        }
    }
    check(&members, source_arn)?;
    Ok(members)
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn check(members: &Map<String, Value>, source_arn: &str) -> Result<(), ServiceError> {
    let size = within(members, "BatchSize", 1, 10_000)?.unwrap_or(1);
    let window = within(members, "MaximumBatchingWindowInSeconds", 0, 300)?.unwrap_or(0);
    let is_fifo = source_arn.ends_with(".fifo");
    if is_fifo && size > 10 {
        return Err(invalid("Batch size must be at most 10 for FIFO queues."));
    }
    if is_fifo && window > 0 {
        return Err(invalid("Batching window is not supported for FIFO queues"));
    }
    if !is_stream(source_arn) && size > 10 && window == 0 {
        return Err(invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        ));
    }
    within(members, "ParallelizationFactor", 1, 10)?;
    within(members, "MaximumRetryAttempts", -1, 10_000)?;
    let age = within(members, "MaximumRecordAgeInSeconds", -1, 604_800)?;
    if age.is_some_and(|age| (0..60).contains(&age)) {
        return Err(invalid("MaximumRecordAgeInSeconds must be -1, or from 60 to 604800"));
    }
    if within(members, "TumblingWindowInSeconds", 0, 900)?.is_some_and(|seconds| seconds > 0) {
        return Err(invalid("sluice does not implement tumbling windows: TumblingWindowInSeconds must be 0"));
    }
    if let Some(scaling) = members.get("ScalingConfig").and_then(Value::as_object) {
        within(scaling, "MaximumConcurrency", 2, 1000)?;
    }
    let types = members.get("FunctionResponseTypes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if let Some(other) = types.iter().find(|kind| *kind != "ReportBatchItemFailures") {
        return Err(invalid(format!("FunctionResponseTypes can only be ReportBatchItemFailures, not {other}")));
    }
    intake::filters(members).map(drop)?;
    intake::dead_letters(members).map(drop)
}

/// An integer within AWS's bounds.
fn within(members: &Map<String, Value>, name: &str, least: i64, most: i64) -> Result<Option<i64>, ServiceError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    match value.as_i64() {
        Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
        number => {
            let bound = match number {
                Some(number) if number < least => format!("greater than or equal to {least}"),
                _ => format!("less than or equal to {most}"),
            };
            let member = name.split_at_checked(1).map(|(first, rest)| first.to_lowercase() + rest).unwrap_or_default();
            Err(ServiceError::validation(format!(
                "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must \
                 have value {bound}"
            )))
        }
    }
}

/// Makes sure that there is such a source, and that a queue keeps a message from others for as long as the function may run.
pub(crate) async fn check_source(platform: &Platform, text: &str, function: &Function) -> Result<(), ServiceError> {
    let arn: Arn = text.parse().map_err(|_| invalid(format!("Unrecognized event source: {text}")))?;
    match (arn.service.as_str(), arn.resource_parts().as_slice()) {
        ("sqs", [name]) => {
            let url = consumer::queue_url(platform, name).await.map_err(|error| {
                let (code, message) = (error.code, error.message);
                invalid(format!(
                    "Error occurred while ReceiveMessage. SQS Error Code: {code}. SQS Error Message: {message}"
                ))
            })?;
            let input = json!({"QueueUrl": url, "AttributeNames": ["VisibilityTimeout"]});
            let answer = platform.services.call("sqs", "GetQueueAttributes", input).await?;
            let visibility: Option<u32> =
                answer["Attributes"]["VisibilityTimeout"].as_str().and_then(|text| text.parse().ok());
            let timeout = function.configuration.timeout;
            match visibility {
                Some(visibility) if visibility < timeout => Err(invalid(format!(
                    "Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"
                ))),
                _ => Ok(()),
            }
        }
        ("dynamodb", ["table", _, "stream", ..]) => {
            let described =
                platform.services.call("streams.dynamodb", "DescribeStream", json!({"StreamArn": text})).await;
            described.map(drop).map_err(|_| invalid(format!("Stream not found: {text}")))
        }
        (service, _) => Err(invalid(format!(
            "sluice reads events from SQS queues and DynamoDB streams, not from {service}: {text}"
        ))),
    }
}
