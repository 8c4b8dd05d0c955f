//! `AWS::Pipes::Pipe`

use async_trait::async_trait;
use serde_json::{Value, json};
use service::ServiceError;

use super::properties::tag_map;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html>
pub(super) struct Pipe;

const CHANGEABLE: &[&str] = &[
    "Description",
    "DesiredState",
    "Enrichment",
    "EnrichmentParameters",
    "LogConfiguration",
    "RoleArn",
    "SourceParameters",
    "Target",
    "TargetParameters",
];

#[async_trait]
impl Kind for Pipe {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Name",
            "Source",
            "Tags",
            "Description",
            "DesiredState",
            "Enrichment",
            "EnrichmentParameters",
            "LogConfiguration",
            "RoleArn",
            "SourceParameters",
            "Target",
            "TargetParameters",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["KmsKeyIdentifier"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name", "Source"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("pipes", "CreatePipe"), ("pipes", "UpdatePipe"), ("pipes", "DeletePipe")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = desired.only(CHANGEABLE);
        input.insert("Name".to_owned(), desired.name("Name").into());
        input.insert("Source".to_owned(), desired.get("Source").cloned().unwrap_or_default());
        let tags = tag_map(desired.get("Tags"));
        if !tags.is_empty() {
            input.insert("Tags".to_owned(), tags.into());
        }
        let answer = aws.call("pipes", "CreatePipe", Value::Object(input)).await?;
        Ok(made(desired.name("Name"), &answer))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = desired.only(CHANGEABLE);
        input.insert("Name".to_owned(), previous.physical_id.into());
        // Where a pipe began to read is history; UpdatePipe has no such member.
        for parameters in input.get_mut("SourceParameters").and_then(Value::as_object_mut).into_iter().flatten() {
            if let Some(members) = parameters.1.as_object_mut() {
                members.shift_remove("StartingPosition");
                members.shift_remove("StartingPositionTimestamp");
            }
        }
        let answer = aws.call("pipes", "UpdatePipe", Value::Object(input)).await?;
        Ok(made(previous.physical_id.to_owned(), &answer))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("pipes", "DeletePipe", json!({"Name": previous.physical_id})).await
    }
}

fn made(name: String, answer: &Value) -> Made {
    let names = ["Arn", "CreationTime", "CurrentState", "LastModifiedTime"];
    let attributes = names.iter().filter_map(|name| Some(((*name).to_owned(), answer.get(name)?.clone()))).collect();
    Made { physical_id: name, attributes, notes: Vec::new() }
}
