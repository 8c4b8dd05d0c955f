//! `AWS::StepFunctions::StateMachine`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{lower_first, removed_tags, tag_list};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;
use crate::parameters::as_text;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>
pub(super) struct StateMachine;

#[async_trait]
impl Kind for StateMachine {
    fn name_property(&self) -> Option<&'static str> {
        Some("StateMachineName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Definition",
            "DefinitionString",
            "DefinitionSubstitutions",
            "LoggingConfiguration",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags",
            "TracingConfiguration",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["EncryptionConfiguration"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["StateMachineName", "StateMachineType"]
    }

    /// Its executions and their histories.
    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("states", "CreateStateMachine"), ("states", "UpdateStateMachine"), ("states", "DeleteStateMachine")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("StateMachineName");
        let mut input = changeable(desired)?;
        input.insert("name".to_owned(), name.as_str().into());
        if let Some(kind) = desired.get("StateMachineType") {
            input.insert("type".to_owned(), kind.clone());
        }
        if desired.get("Tags").is_some() {
            input.insert("tags".to_owned(), tag_list(desired.get("Tags"), "key", "value"));
        }
        let answer = aws.call("states", "CreateStateMachine", Value::Object(input)).await?;
        Ok(made(answer["stateMachineArn"].as_str().unwrap_or_default()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let arn = previous.physical_id;
        let mut input = changeable(desired)?;
        input.insert("stateMachineArn".to_owned(), arn.into());
        aws.call("states", "UpdateStateMachine", Value::Object(input)).await?;
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let removed = removed_tags(before, after);
        if !removed.is_empty() {
            aws.call("states", "UntagResource", json!({"resourceArn": arn, "tagKeys": removed})).await?;
        }
        if before != after && after.is_some() {
            let tags = tag_list(after, "key", "value");
            aws.call("states", "TagResource", json!({"resourceArn": arn, "tags": tags})).await?;
        }
        Ok(made(arn))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let mut arn = previous.physical_id.to_owned();
        if !arn.starts_with("arn:") {
            // It was being made when the engine stopped: only its name is known.
            arn = aws.scope.arn("states", format_args!("stateMachine:{arn}"));
        }
        aws.delete("states", "DeleteStateMachine", json!({"stateMachineArn": arn})).await
    }
}

fn changeable(desired: &Desired<'_>) -> Result<Map<String, Value>, ServiceError> {
    let mut input = Map::from_iter([("definition".to_owned(), Value::from(definition(desired)?))]);
    for (property, member) in [
        ("RoleArn", "roleArn"),
        ("LoggingConfiguration", "loggingConfiguration"),
        ("TracingConfiguration", "tracingConfiguration"),
    ] {
        if let Some(value) = desired.get(property) {
            input.insert(member.to_owned(), lower_first(value));
        }
    }
    Ok(input)
}

/// The definition with its `${Name}` replaced. Names that nothing binds stay, as on AWS.
fn definition(desired: &Desired<'_>) -> Result<String, ServiceError> {
    let text = match (desired.text("DefinitionString"), desired.get("Definition")) {
        (Some(text), _) => text.to_owned(),
        (None, Some(definition)) => definition.to_string(),
        (None, None) => {
            let message =
                "a state machine needs DefinitionString or Definition; sluice does not read definitions from S3";
            return Err(ServiceError::validation(message));
        }
    };
    let substitutions = desired.get("DefinitionSubstitutions").and_then(Value::as_object);
    Ok(substitutions.into_iter().flatten().fold(text, |text, (name, value)| {
        let value = as_text(value).unwrap_or_default();
        text.replace(&format!("${{{name}}}"), &value)
    }))
}

fn made(arn: &str) -> Made {
    let name = arn.rsplit(':').next().unwrap_or_default();
    let attributes = Map::from_iter([("Arn".to_owned(), arn.into()), ("Name".to_owned(), name.into())]);
    Made { physical_id: arn.to_owned(), attributes, notes: Vec::new() }
}
