//! `AWS::Lambda::Function`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_map, with_typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html>
///
/// A function whose resource has `Metadata: {"sluicegate": {"binary": "todo-create"}}` runs that binary: its `Code` is then
/// `{"SluiceBinary": "todo-create"}`, whatever asset it is on AWS.
pub(super) struct Function;

const CONFIGURATION: &[&str] = &[
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
];

#[async_trait]
impl Kind for Function {
    fn name_property(&self) -> Option<&'static str> {
        Some("FunctionName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Architectures",
            "Code",
            "Description",
            "Environment",
            "EphemeralStorage",
            "FunctionName",
            "Handler",
            "LoggingConfig",
            "MemorySize",
            "PackageType",
            "Role",
            "Runtime",
            "Tags",
            "Timeout",
            "TracingConfig",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &[
            "CodeSigningConfigArn",
            "KmsKeyArn",
            "RecursiveLoop",
            "ReservedConcurrentExecutions",
            "RuntimeManagementConfig",
            "SnapStart",
            "VpcConfig",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["FunctionName", "PackageType"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("lambda", "CreateFunction"), ("lambda", "UpdateFunctionConfiguration"), ("lambda", "DeleteFunction")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("FunctionName");
        let mut input = configuration(desired);
        input.extend(desired.only(&["Architectures", "PackageType"]));
        input.insert("FunctionName".to_owned(), name.as_str().into());
        input.insert("Code".to_owned(), code(desired)?);
        let tags = tag_map(desired.get("Tags"));
        if !tags.is_empty() {
            input.insert("Tags".to_owned(), tags.into());
        }
        let answer = aws.call("lambda", "CreateFunction", Value::Object(input)).await?;
        Ok(made(name, &answer))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = previous.physical_id;
        let mut input = configuration(desired);
        input.insert("FunctionName".to_owned(), name.into());
        let answer = aws.call("lambda", "UpdateFunctionConfiguration", Value::Object(input)).await?;
        let mut input = code(desired)?;
        input["FunctionName"] = name.into();
        aws.call("lambda", "UpdateFunctionCode", input).await?;
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let (removed, tags) = (removed_tags(before, after), tag_map(after));
        if !removed.is_empty() {
            let input = json!({"Resource": answer["FunctionArn"], "TagKeys": removed});
            aws.call("lambda", "UntagResource", input).await?;
        }
        if before != after && !tags.is_empty() {
            aws.call("lambda", "TagResource", json!({"Resource": answer["FunctionArn"], "Tags": tags})).await?;
        }
        Ok(made(name.to_owned(), &answer))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("lambda", "DeleteFunction", json!({"FunctionName": previous.physical_id})).await
    }
}

fn configuration(desired: &Desired<'_>) -> Map<String, Value> {
    with_typed(desired.only(CONFIGURATION), &["MemorySize", "Timeout"])
}

fn code(desired: &Desired<'_>) -> Result<Value, ServiceError> {
    let code = desired.get("Code").cloned().unwrap_or_default();
    if code["ZipFile"].is_string() {
        return Err(ServiceError::validation(
            "sluice does not run inline code; name a binary in the resource's Metadata: {\"sluicegate\": {\"binary\": \"name\"}}",
        ));
    }
    Ok(code)
}

fn made(name: String, answer: &Value) -> Made {
    let attributes = Map::from_iter([("Arn".to_owned(), answer["FunctionArn"].clone())]);
    Made { physical_id: name, attributes, notes: Vec::new() }
}
