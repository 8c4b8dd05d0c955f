//! `AWS::Events::Archive`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::json_text;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html>
pub(super) struct Archive;

#[async_trait]
impl Kind for Archive {
    fn name_property(&self) -> Option<&'static str> {
        Some("ArchiveName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["ArchiveName", "Description", "EventPattern", "RetentionDays", "SourceArn"]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["KmsKeyIdentifier"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["ArchiveName", "SourceArn"]
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("events", "CreateArchive"), ("events", "UpdateArchive"), ("events", "DeleteArchive")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = changeable(desired);
        input.insert("ArchiveName".to_owned(), desired.name("ArchiveName").into());
        input.insert("EventSourceArn".to_owned(), desired.get("SourceArn").cloned().unwrap_or_default());
        let answer = aws.call("events", "CreateArchive", Value::Object(input)).await?;
        Ok(made(desired.name("ArchiveName"), answer["ArchiveArn"].clone()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = changeable(desired);
        input.insert("ArchiveName".to_owned(), previous.physical_id.into());
        let answer = aws.call("events", "UpdateArchive", Value::Object(input)).await?;
        Ok(made(previous.physical_id.to_owned(), answer["ArchiveArn"].clone()))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("events", "DeleteArchive", json!({"ArchiveName": previous.physical_id})).await
    }
}

fn changeable(desired: &Desired<'_>) -> Map<String, Value> {
    let mut input = super::properties::with_typed(desired.only(&["Description", "RetentionDays"]), &["RetentionDays"]);
    if let Some(pattern) = desired.get("EventPattern") {
        input.insert("EventPattern".to_owned(), json_text(pattern));
    }
    input
}

fn made(name: String, arn: Value) -> Made {
    let attributes = Map::from_iter([("Arn".to_owned(), arn), ("ArchiveName".to_owned(), name.as_str().into())]);
    Made { physical_id: name, attributes, notes: Vec::new() }
}
