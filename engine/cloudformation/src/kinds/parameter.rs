//! `AWS::SSM::Parameter`

use async_trait::async_trait;
use serde_json::{Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_list};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html>
pub(super) struct Parameter;

const PASSED: &[&str] = &["Type", "Value", "Description", "AllowedPattern", "Tier", "DataType", "Policies"];

#[async_trait]
impl Kind for Parameter {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Name", "Type", "Value", "Description", "AllowedPattern", "Tier", "DataType", "Policies", "Tags"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name", "Type"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("ssm", "PutParameter"), ("ssm", "DeleteParameter"), ("ssm", "AddTagsToResource")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut input = desired.only(PASSED);
        input.insert("Name".to_owned(), desired.name("Name").into());
        input.insert("Tags".to_owned(), tag_list(desired.get("Tags"), "Key", "Value"));
        aws.call("ssm", "PutParameter", Value::Object(input)).await?;
        Ok(made(desired))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = previous.physical_id;
        let mut input = desired.only(PASSED);
        input.insert("Name".to_owned(), name.into());
        input.insert("Overwrite".to_owned(), true.into());
        aws.call("ssm", "PutParameter", Value::Object(input)).await?;
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        if before != after {
            let removed =
                json!({"ResourceType": "Parameter", "ResourceId": name, "TagKeys": removed_tags(before, after)});
            aws.call("ssm", "RemoveTagsFromResource", removed).await?;
            let tags = tag_list(after, "Key", "Value");
            let added = json!({"ResourceType": "Parameter", "ResourceId": name, "Tags": tags});
            aws.call("ssm", "AddTagsToResource", added).await?;
        }
        Ok(Made { physical_id: name.to_owned(), ..made(desired) })
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("ssm", "DeleteParameter", json!({"Name": previous.physical_id})).await
    }
}

fn made(desired: &Desired<'_>) -> Made {
    Made { physical_id: desired.name("Name"), attributes: desired.only(&["Type", "Value"]), notes: Vec::new() }
}
