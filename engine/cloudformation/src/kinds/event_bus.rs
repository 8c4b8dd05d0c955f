//! `AWS::Events::EventBus`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_list};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html>
pub(super) struct EventBus;

#[async_trait]
impl Kind for EventBus {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Name", "Description", "Tags", "DeadLetterConfig"]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["KmsKeyIdentifier", "LogConfig", "Policy"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name", "EventSourceName"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("events", "CreateEventBus"), ("events", "UpdateEventBus"), ("events", "DeleteEventBus")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = desired.only(&["Description", "DeadLetterConfig"]);
        input.insert("Name".to_owned(), desired.name("Name").into());
        if desired.get("Tags").is_some() {
            input.insert("Tags".to_owned(), tag_list(desired.get("Tags"), "Key", "Value"));
        }
        let answer = aws.call("events", "CreateEventBus", Value::Object(input)).await?;
        Ok(made(desired.name("Name"), answer["EventBusArn"].clone()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = desired.only(&["Description", "DeadLetterConfig"]);
        input.insert("Name".to_owned(), previous.physical_id.into());
        aws.call("events", "UpdateEventBus", Value::Object(input)).await?;
        let arn = previous.attributes.get("Arn").cloned().unwrap_or_default();
        retag(aws, &arn, previous.properties.get("Tags"), desired.get("Tags")).await?;
        Ok(made(previous.physical_id.to_owned(), arn))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("events", "DeleteEventBus", json!({"Name": previous.physical_id})).await
    }
}

/// Brings the tags of a bus or rule up to date.
pub(super) async fn retag(
    aws: &Aws<'_>,
    arn: &Value,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Result<(), ServiceError> {
    let removed = removed_tags(before, after);
    if !removed.is_empty() {
        aws.call("events", "UntagResource", json!({"ResourceARN": arn, "TagKeys": removed})).await?;
    }
    if before != after && after.is_some() {
        let tags = tag_list(after, "Key", "Value");
        aws.call("events", "TagResource", json!({"ResourceARN": arn, "Tags": tags})).await?;
    }
    Ok(())
}

fn made(name: String, arn: Value) -> Made {
    let attributes = Map::from_iter([("Arn".to_owned(), arn), ("Name".to_owned(), name.as_str().into())]);
    Made { physical_id: name, attributes, notes: Vec::new() }
}
