//! `AWS::Scheduler::ScheduleGroup`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_list};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedulegroup.html>
pub(super) struct ScheduleGroup;

#[async_trait]
impl Kind for ScheduleGroup {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Name", "Tags"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("scheduler", "CreateScheduleGroup"), ("scheduler", "DeleteScheduleGroup")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("Name");
        let mut input = json!({"Name": name});
        if desired.get("Tags").is_some() {
            input["Tags"] = tag_list(desired.get("Tags"), "Key", "Value");
        }
        let answer = aws.call("scheduler", "CreateScheduleGroup", input).await?;
        made(aws, name, answer["ScheduleGroupArn"].clone()).await
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let arn = previous.attributes.get("Arn").cloned().unwrap_or_default();
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let removed = removed_tags(before, after);
        if !removed.is_empty() {
            aws.call("scheduler", "UntagResource", json!({"ResourceArn": arn, "TagKeys": removed})).await?;
        }
        if before != after && after.is_some() {
            let tags = tag_list(after, "Key", "Value");
            aws.call("scheduler", "TagResource", json!({"ResourceArn": arn, "Tags": tags})).await?;
        }
        made(aws, previous.physical_id.to_owned(), arn).await
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("scheduler", "DeleteScheduleGroup", json!({"Name": previous.physical_id})).await
    }
}

async fn made(aws: &Aws<'_>, name: String, arn: Value) -> Result<Made, ServiceError> {
    let group = aws.call("scheduler", "GetScheduleGroup", json!({"Name": name})).await?;
    let told = ["CreationDate", "LastModificationDate", "State"];
    let told = told.iter().filter_map(|member| Some(((*member).to_owned(), group.get(*member)?.clone())));
    let attributes = told.chain([("Arn".to_owned(), arn)]).collect::<Map<_, _>>();
    Ok(Made { physical_id: name, attributes, notes: Vec::new() })
}
