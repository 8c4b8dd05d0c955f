//! `AWS::Lambda::Function`

use std::io::{Cursor, Write};

use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use service::ServiceError;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::properties::{removed_tags, tag_map, with_typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html>
///
/// A function whose resource has `Metadata: {"sluicegate": {"binary": "todo-create"}}` runs that binary: its `Code` is then
/// `{"SluiceBinary": "todo-create"}`, whatever asset it is on AWS.
pub(super) struct Function;

/// As on AWS.
const MOST_INLINE_BYTES: usize = 4_194_304;

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

/// Inline code is a file `index` of the runtime's language in an archive of its own.
fn code(desired: &Desired<'_>) -> Result<Value, ServiceError> {
    let code = desired.get("Code").cloned().unwrap_or_default();
    let Some(source) = code["ZipFile"].as_str() else { return Ok(code) };
    let runtime = desired.get("Runtime").and_then(Value::as_str).unwrap_or_default();
    let file = match runtime {
        _ if runtime.starts_with("python") => "index.py",
        _ if runtime.starts_with("nodejs") => "index.js",
        _ => {
            return Err(ServiceError::validation(format!(
                "inline code is Python or Node.js, not {runtime:?}: choose such a Runtime, or name a binary in the resource's \
                 Metadata: {{\"sluicegate\": {{\"binary\": \"name\"}}}}"
            )));
        }
    };
    if source.len() > MOST_INLINE_BYTES {
        let message = format!("inline code has at most {MOST_INLINE_BYTES} bytes, this has {}", source.len());
        return Err(ServiceError::validation(message));
    }
    let archive = archive_of(file, source).map_err(|error| {
        ServiceError::server("InternalFailure", format!("inline code can't be put into an archive: {error}"))
    })?;
    Ok(json!({"ZipFile": BASE64_STANDARD.encode(archive)}))
}

fn archive_of(file: &str, source: &str) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(file, SimpleFileOptions::default())?;
    archive.write_all(source.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

fn made(name: String, answer: &Value) -> Made {
    let attributes = Map::from_iter([("Arn".to_owned(), answer["FunctionArn"].clone())]);
    Made { physical_id: name, attributes, notes: Vec::new() }
}
