//! The members of `CreatePipe`, as far as they say what the pipe does.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html>

use ::service::ServiceError;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::invalid;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    pub(super) source: String,
    pub(super) source_parameters: Option<SourceParameters>,
    pub(super) enrichment: Option<String>,
    pub(super) enrichment_parameters: Option<EnrichmentParameters>,
    pub(super) target: String,
    pub(super) target_parameters: Option<TargetParameters>,
    pub(super) log_configuration: Option<LogConfiguration>,
    role_arn: String,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LogConfiguration {
    pub(super) level: Option<String>,
    #[serde(default)]
    pub(super) include_execution_data: Vec<String>,
    #[serde(rename = "CloudwatchLogsLogDestination")]
    pub(super) logs: Option<LogDestination>,
    #[serde(rename = "FirehoseLogDestination")]
    pub(super) firehose: Option<Value>,
    #[serde(rename = "S3LogDestination")]
    pub(super) s3: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LogDestination {
    pub(super) log_group_arn: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct SourceParameters {
    #[serde(rename = "FilterCriteria")]
    pub(super) filter_criteria: Option<FilterCriteria>,
    #[serde(rename = "DynamoDBStreamParameters")]
    pub(super) stream: Option<StreamParameters>,
    #[serde(rename = "SqsQueueParameters")]
    pub(super) queue: Option<Batching>,
    #[serde(flatten)]
    pub(super) others: Map<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct FilterCriteria {
    #[serde(rename = "Filters", default)]
    pub(super) filters: Vec<Filter>,
}

#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(rename = "Pattern", default)]
    pub(super) pattern: String,
}

#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Batching {
    #[serde(rename = "BatchSize")]
    pub(super) batch_size: Option<i64>,
    #[serde(rename = "MaximumBatchingWindowInSeconds")]
    pub(super) window_seconds: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StreamParameters {
    #[serde(flatten)]
    pub(super) batching: Batching,
    pub(super) starting_position: Option<String>,
    pub(super) maximum_retry_attempts: Option<i64>,
    pub(super) maximum_record_age_in_seconds: Option<i64>,
    pub(super) on_partial_batch_item_failure: Option<String>,
    pub(super) parallelization_factor: Option<i64>,
    pub(super) dead_letter_config: Option<DeadLetterConfig>,
}

#[derive(Deserialize)]
pub(super) struct DeadLetterConfig {
    #[serde(rename = "Arn")]
    pub(super) arn: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct EnrichmentParameters {
    #[serde(rename = "InputTemplate")]
    pub(super) input_template: Option<String>,
    #[serde(rename = "HttpParameters")]
    pub(super) http: Option<Value>,
    #[serde(flatten)]
    pub(super) others: Map<String, Value>,
}

#[derive(Default, Deserialize)]
pub(super) struct TargetParameters {
    #[serde(rename = "InputTemplate")]
    pub(super) input_template: Option<String>,
    #[serde(rename = "LambdaFunctionParameters")]
    pub(super) function: Option<InvocationParameters>,
    #[serde(rename = "StepFunctionStateMachineParameters")]
    pub(super) machine: Option<InvocationParameters>,
    #[serde(rename = "SqsQueueParameters")]
    pub(super) queue: Option<QueueParameters>,
    #[serde(rename = "EventBridgeEventBusParameters")]
    pub(super) bus: Option<BusParameters>,
    #[serde(rename = "CloudWatchLogsParameters")]
    pub(super) logs: Option<LogParameters>,
    #[serde(rename = "HttpParameters")]
    pub(super) http: Option<Value>,
    #[serde(flatten)]
    pub(super) others: Map<String, Value>,
}

#[derive(Default, Deserialize)]
pub(super) struct InvocationParameters {
    #[serde(rename = "InvocationType")]
    pub(super) invocation_type: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LogParameters {
    pub(super) log_stream_name: Option<String>,
    pub(super) timestamp: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct QueueParameters {
    pub(super) message_group_id: Option<String>,
    pub(super) message_deduplication_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BusParameters {
    pub(super) endpoint_id: Option<String>,
    pub(super) detail_type: Option<String>,
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) resources: Vec<String>,
    pub(super) time: Option<String>,
}

impl Definition {
    /// What AWS asks of members that change nothing here.
    pub(super) fn check(&self) -> Result<(), ServiceError> {
        super::arn("RoleArn", &self.role_arn)?;
        if self.description.as_ref().is_some_and(|text| text.chars().count() > 512) {
            return Err(invalid("Description", "must be at most 512 characters"));
        }
        Ok(())
    }
}
