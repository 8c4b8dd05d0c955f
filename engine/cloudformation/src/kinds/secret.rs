//! `AWS::SecretsManager::Secret`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{json_text, removed_tags, tag_list, typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html>
pub(super) struct Secret;

#[async_trait]
impl Kind for Secret {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Name", "Description", "GenerateSecretString", "KmsKeyId", "SecretString", "Tags", "Type"]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["ReplicaRegions"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name"]
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("secretsmanager", "CreateSecret"),
            ("secretsmanager", "GetRandomPassword"),
            ("secretsmanager", "UpdateSecret"),
            ("secretsmanager", "DeleteSecret"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = desired.only(&["Description", "KmsKeyId", "Type"]);
        input.insert("Name".to_owned(), desired.name("Name").into());
        input.insert("SecretString".to_owned(), value(aws, desired).await?);
        if desired.get("Tags").is_some() {
            input.insert("Tags".to_owned(), tag_list(desired.get("Tags"), "Key", "Value"));
        }
        let answer = aws.call("secretsmanager", "CreateSecret", Value::Object(input)).await?;
        Ok(made(answer["ARN"].as_str().unwrap_or_default()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let arn = previous.physical_id;
        let mut input = desired.only(&["Description", "KmsKeyId", "Type"]);
        input.insert("SecretId".to_owned(), arn.into());
        // Only another recipe makes another secret: who reads it now must be able to read on.
        if ["SecretString", "GenerateSecretString"]
            .iter()
            .any(|name| previous.properties.get(*name) != desired.get(name))
        {
            input.insert("SecretString".to_owned(), value(aws, desired).await?);
        }
        aws.call("secretsmanager", "UpdateSecret", Value::Object(input)).await?;
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let removed = removed_tags(before, after);
        if !removed.is_empty() {
            aws.call("secretsmanager", "UntagResource", json!({"SecretId": arn, "TagKeys": removed})).await?;
        }
        if before != after && after.is_some() {
            let tags = tag_list(after, "Key", "Value");
            aws.call("secretsmanager", "TagResource", json!({"SecretId": arn, "Tags": tags})).await?;
        }
        Ok(made(arn))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let input = json!({"SecretId": previous.physical_id, "ForceDeleteWithoutRecovery": true});
        aws.delete("secretsmanager", "DeleteSecret", input).await
    }
}

/// The text that the template gives, or one that is made to its recipe. Without either the secret is a password.
async fn value(aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Value, ServiceError> {
    if let Some(text) = desired.get("SecretString") {
        return Ok(json_text(text));
    }
    let recipe = desired.get("GenerateSecretString").and_then(Value::as_object).cloned().unwrap_or_default();
    let (own, asked): (Map<_, _>, Map<_, _>) =
        recipe.into_iter().partition(|(name, _)| matches!(name.as_str(), "SecretStringTemplate" | "GenerateStringKey"));
    let asked: Map<_, _> = asked
        .into_iter()
        .map(|(name, value)| if name == "ExcludeCharacters" { (name, value) } else { (name, typed(&value)) })
        .collect();
    let answer = aws.call("secretsmanager", "GetRandomPassword", Value::Object(asked)).await?;
    let password = answer["RandomPassword"].clone();
    let (Some(template), Some(key)) = (own.get("SecretStringTemplate"), own.get("GenerateStringKey")) else {
        return Ok(password);
    };
    let parsed = template.as_str().and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    let mut members = parsed.ok_or_else(|| {
        ServiceError::validation(format!("SecretStringTemplate must be the text of a JSON object: {template}"))
    })?;
    members.insert(key.as_str().unwrap_or_default().to_owned(), password);
    Ok(Value::Object(members).to_string().into())
}

fn made(arn: &str) -> Made {
    let attributes = Map::from_iter([("Id".to_owned(), arn.into())]);
    Made { physical_id: arn.to_owned(), attributes, notes: Vec::new() }
}
