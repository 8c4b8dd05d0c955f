//! `AWS::MediaConvert::Queue`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{tag_map, with_typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-mediaconvert-queue.html>
pub(super) struct TranscodingQueue;

const CHANGEABLE: &[&str] = &["ConcurrentJobs", "Description", "Status"];

#[async_trait]
impl Kind for TranscodingQueue {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Name", "ConcurrentJobs", "Description", "PricingPlan", "Status", "Tags"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name", "PricingPlan"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("mediaconvert", "CreateQueue"), ("mediaconvert", "UpdateQueue"), ("mediaconvert", "DeleteQueue")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = input(desired, &desired.name("Name"));
        if let Some(plan) = desired.get("PricingPlan") {
            input["PricingPlan"] = plan.clone();
        }
        input["Tags"] = tag_map(desired.get("Tags")).into();
        let answer = aws.call("mediaconvert", "CreateQueue", input).await?;
        Ok(made(&answer["Queue"]))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let answer = aws.call("mediaconvert", "UpdateQueue", input(desired, previous.physical_id)).await?;
        super::job_template::retag(aws, &answer["Queue"]["Arn"], previous, desired).await?;
        Ok(made(&answer["Queue"]))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("mediaconvert", "DeleteQueue", json!({"Name": previous.physical_id})).await
    }
}

fn input(desired: &Desired<'_>, name: &str) -> Value {
    let mut input = Value::Object(with_typed(desired.only(CHANGEABLE), &["ConcurrentJobs"]));
    input["Name"] = name.into();
    input
}

fn made(queue: &Value) -> Made {
    let attributes = ["Arn", "Name"].map(|name| (name.to_owned(), queue[name].clone()));
    let physical_id = queue["Name"].as_str().unwrap_or_default().to_owned();
    Made { physical_id, attributes: Map::from_iter(attributes), notes: Vec::new() }
}
