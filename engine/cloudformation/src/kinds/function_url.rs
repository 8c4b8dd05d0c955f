//! `AWS::Lambda::Url`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html>
pub(super) struct FunctionUrl;

#[async_trait]
impl Kind for FunctionUrl {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &["AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Qualifier", "TargetFunctionArn"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("lambda", "CreateFunctionUrlConfig"),
            ("lambda", "UpdateFunctionUrlConfig"),
            ("lambda", "DeleteFunctionUrlConfig"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        Ok(made(&aws.call("lambda", "CreateFunctionUrlConfig", input(desired)).await?))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        _previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        Ok(made(&aws.call("lambda", "UpdateFunctionUrlConfig", input(desired)).await?))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let input = named(previous.properties.get("TargetFunctionArn"), previous.properties.get("Qualifier"));
        aws.delete("lambda", "DeleteFunctionUrlConfig", Value::Object(input)).await
    }
}

fn input(desired: &Desired<'_>) -> Value {
    let mut input = named(desired.get("TargetFunctionArn"), desired.get("Qualifier"));
    input.extend(desired.only(&["AuthType", "Cors", "InvokeMode"]));
    Value::Object(input)
}

fn named(function: Option<&Value>, qualifier: Option<&Value>) -> Map<String, Value> {
    let function = ("FunctionName".to_owned(), json!(function));
    let qualifier = qualifier.map(|qualifier| ("Qualifier".to_owned(), qualifier.clone()));
    std::iter::once(function).chain(qualifier).collect()
}

fn made(answer: &Value) -> Made {
    let attributes = ["FunctionArn", "FunctionUrl"].map(|name| (name.to_owned(), answer[name].clone()));
    let physical_id = answer["FunctionArn"].as_str().unwrap_or_default().to_owned();
    Made { physical_id, attributes: Map::from_iter(attributes), notes: Vec::new() }
}
