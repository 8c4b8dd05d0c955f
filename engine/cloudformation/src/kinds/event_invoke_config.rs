//! `AWS::Lambda::EventInvokeConfig`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::with_typed;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html>
pub(super) struct EventInvokeConfig;

const MEMBERS: &[&str] =
    &["DestinationConfig", "FunctionName", "MaximumEventAgeInSeconds", "MaximumRetryAttempts", "Qualifier"];

#[async_trait]
impl Kind for EventInvokeConfig {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        MEMBERS
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["FunctionName", "Qualifier"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("lambda", "PutFunctionEventInvokeConfig"), ("lambda", "DeleteFunctionEventInvokeConfig")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let input = with_typed(desired.only(MEMBERS), &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
        aws.call("lambda", "PutFunctionEventInvokeConfig", Value::Object(input)).await?;
        Ok(Made { physical_id: desired.default_name.clone(), attributes: Map::new(), notes: Vec::new() })
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        Ok(Made { physical_id: previous.physical_id.to_owned(), ..self.create(aws, desired).await? })
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let (function, qualifier) = (previous.properties.get("FunctionName"), previous.properties.get("Qualifier"));
        let input = json!({"FunctionName": function, "Qualifier": qualifier});
        aws.delete("lambda", "DeleteFunctionEventInvokeConfig", input).await
    }
}
