//! `AWS::Lambda::EventSourceMapping`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html>
pub(super) struct EventSourceMapping;

const MEMBERS: &[&str] = &[
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "TumblingWindowInSeconds",
];

#[async_trait]
impl Kind for EventSourceMapping {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "EventSourceArn",
            "StartingPosition",
            "StartingPositionTimestamp",
            "BatchSize",
            "BisectBatchOnFunctionError",
            "DestinationConfig",
            "Enabled",
            "FilterCriteria",
            "FunctionName",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "MaximumRecordAgeInSeconds",
            "MaximumRetryAttempts",
            "ParallelizationFactor",
            "ScalingConfig",
            "TumblingWindowInSeconds",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["KmsKeyArn", "MetricsConfig", "Tags"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["EventSourceArn", "StartingPosition", "StartingPositionTimestamp"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("lambda", "CreateEventSourceMapping"),
            ("lambda", "UpdateEventSourceMapping"),
            ("lambda", "DeleteEventSourceMapping"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = desired.only(MEMBERS);
        input.extend(desired.only(&["EventSourceArn", "StartingPosition", "StartingPositionTimestamp"]));
        let answer = aws.call("lambda", "CreateEventSourceMapping", Value::Object(input)).await?;
        Ok(made(&answer))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = desired.only(MEMBERS);
        input.insert("UUID".to_owned(), previous.physical_id.into());
        Ok(made(&aws.call("lambda", "UpdateEventSourceMapping", Value::Object(input)).await?))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("lambda", "DeleteEventSourceMapping", json!({"UUID": previous.physical_id})).await
    }
}

fn made(answer: &Value) -> Made {
    let uuid = answer["UUID"].as_str().unwrap_or_default();
    let attributes = Map::from_iter([
        ("Id".to_owned(), uuid.into()),
        ("EventSourceMappingArn".to_owned(), answer["EventSourceMappingArn"].clone()),
    ]);
    Made { physical_id: uuid.to_owned(), attributes, notes: Vec::new() }
}
