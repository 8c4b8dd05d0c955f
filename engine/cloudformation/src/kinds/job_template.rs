//! `AWS::MediaConvert::JobTemplate`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_map, with_typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-mediaconvert-jobtemplate.html>
pub(super) struct JobTemplate;

const CHANGEABLE: &[&str] = &[
    "AccelerationSettings",
    "Category",
    "Description",
    "HopDestinations",
    "Priority",
    "Queue",
    "StatusUpdateInterval",
];

#[async_trait]
impl Kind for JobTemplate {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Name",
            "AccelerationSettings",
            "Category",
            "Description",
            "HopDestinations",
            "Priority",
            "Queue",
            "SettingsJson",
            "StatusUpdateInterval",
            "Tags",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("mediaconvert", "CreateJobTemplate"),
            ("mediaconvert", "UpdateJobTemplate"),
            ("mediaconvert", "DeleteJobTemplate"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = input(desired, &desired.name("Name"));
        input["Tags"] = tag_map(desired.get("Tags")).into();
        let answer = aws.call("mediaconvert", "CreateJobTemplate", input).await?;
        Ok(made(&answer["JobTemplate"]))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let answer = aws.call("mediaconvert", "UpdateJobTemplate", input(desired, previous.physical_id)).await?;
        retag(aws, &answer["JobTemplate"]["Arn"], previous, desired).await?;
        Ok(made(&answer["JobTemplate"]))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("mediaconvert", "DeleteJobTemplate", json!({"Name": previous.physical_id})).await
    }
}

/// Brings the tags of a resource of MediaConvert to what is desired now.
pub(super) async fn retag(
    aws: &Aws<'_>,
    arn: &Value,
    previous: &Previous<'_>,
    desired: &Desired<'_>,
) -> Result<(), ServiceError> {
    let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
    let removed = removed_tags(before, after);
    if !removed.is_empty() {
        aws.call("mediaconvert", "UntagResource", json!({"Arn": arn, "TagKeys": removed})).await?;
    }
    if before != after && after.is_some() {
        aws.call("mediaconvert", "TagResource", json!({"Arn": arn, "Tags": tag_map(after)})).await?;
    }
    Ok(())
}

fn input(desired: &Desired<'_>, name: &str) -> Value {
    let mut input = Value::Object(with_typed(desired.only(CHANGEABLE), &["Priority"]));
    input["Name"] = name.into();
    input["Settings"] = desired.get("SettingsJson").cloned().unwrap_or_default();
    input
}

fn made(template: &Value) -> Made {
    let attributes = ["Arn", "Name"].map(|name| (name.to_owned(), template[name].clone()));
    let physical_id = template["Name"].as_str().unwrap_or_default().to_owned();
    Made { physical_id, attributes: Map::from_iter(attributes), notes: Vec::new() }
}
