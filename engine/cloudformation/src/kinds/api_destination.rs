//! `AWS::Events::ApiDestination`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{with_typed, without_id};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html>
pub(super) struct ApiDestination;

#[async_trait]
impl Kind for ApiDestination {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["ConnectionArn", "Description", "HttpMethod", "InvocationEndpoint", "InvocationRateLimitPerSecond", "Name"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("events", "CreateApiDestination"), ("events", "UpdateApiDestination"), ("events", "DeleteApiDestination")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("Name");
        let mut input = changeable(desired);
        input.insert("Name".to_owned(), name.as_str().into());
        let answer = aws.call("events", "CreateApiDestination", Value::Object(input)).await?;
        Ok(made(name, &answer))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = changeable(desired);
        input.insert("Name".to_owned(), previous.physical_id.into());
        let answer = aws.call("events", "UpdateApiDestination", Value::Object(input)).await?;
        Ok(made(previous.physical_id.to_owned(), &answer))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("events", "DeleteApiDestination", json!({"Name": previous.physical_id})).await
    }
}

fn changeable(desired: &Desired<'_>) -> Map<String, Value> {
    let members = ["ConnectionArn", "Description", "HttpMethod", "InvocationEndpoint", "InvocationRateLimitPerSecond"];
    with_typed(desired.only(&members), &["InvocationRateLimitPerSecond"])
}

fn made(name: String, answer: &Value) -> Made {
    let arn = &answer["ApiDestinationArn"];
    let attributes = Map::from_iter([("Arn".to_owned(), arn.clone()), ("ArnForPolicy".to_owned(), without_id(arn))]);
    Made { physical_id: name, attributes, notes: Vec::new() }
}
