//! `AWS::Logs::LogGroup`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_map, typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html>
pub(super) struct LogGroup;

#[async_trait]
impl Kind for LogGroup {
    fn name_property(&self) -> Option<&'static str> {
        Some("LogGroupName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["LogGroupName", "LogGroupClass", "KmsKeyId", "RetentionInDays", "Tags"]
    }

    fn declared(&self) -> &'static [&'static str] {
        &[
            "BearerTokenAuthenticationEnabled",
            "DataProtectionPolicy",
            "DeletionProtectionEnabled",
            "FieldIndexPolicies",
            "ResourcePolicyDocument",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["LogGroupName", "LogGroupClass", "KmsKeyId"]
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("logs", "CreateLogGroup"),
            ("logs", "PutRetentionPolicy"),
            ("logs", "DeleteRetentionPolicy"),
            ("logs", "TagLogGroup"),
            ("logs", "UntagLogGroup"),
            ("logs", "DeleteLogGroup"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("LogGroupName");
        let mut input = json!({"logGroupName": name, "tags": tag_map(desired.get("Tags"))});
        for (property, member) in [("LogGroupClass", "logGroupClass"), ("KmsKeyId", "kmsKeyId")] {
            if let Some(value) = desired.get(property) {
                input[member] = value.clone();
            }
        }
        aws.call("logs", "CreateLogGroup", input).await?;
        set_retention(aws, &name, desired).await?;
        Ok(made(aws, name))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = previous.physical_id;
        if previous.properties.get("RetentionInDays") != desired.get("RetentionInDays") {
            set_retention(aws, name, desired).await?;
        }
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let removed = removed_tags(before, after);
        if !removed.is_empty() {
            aws.call("logs", "UntagLogGroup", json!({"logGroupName": name, "tags": removed})).await?;
        }
        if before != after && after.is_some() {
            aws.call("logs", "TagLogGroup", json!({"logGroupName": name, "tags": tag_map(after)})).await?;
        }
        Ok(made(aws, name.to_owned()))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("logs", "DeleteLogGroup", json!({"logGroupName": previous.physical_id})).await
    }
}

async fn set_retention(aws: &Aws<'_>, name: &str, desired: &Desired<'_>) -> Result<(), ServiceError> {
    let answer = match desired.get("RetentionInDays") {
        Some(days) => {
            let input = json!({"logGroupName": name, "retentionInDays": typed(days)});
            aws.call("logs", "PutRetentionPolicy", input).await
        }
        None => aws.call("logs", "DeleteRetentionPolicy", json!({"logGroupName": name})).await,
    };
    answer.map(drop)
}

fn made(aws: &Aws<'_>, name: String) -> Made {
    let arn = aws.scope.arn("logs", format_args!("log-group:{name}:*"));
    let attributes = Map::from_iter([("Arn".to_owned(), Value::from(arn))]);
    Made { physical_id: name, attributes, notes: Vec::new() }
}
