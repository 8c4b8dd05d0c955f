//! `AWS::SES::ConfigurationSet`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::email_identity::retag;
use super::properties::{tag_list, typed};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-configurationset.html>
pub(super) struct EmailConfigurationSet;

const OPTIONS: &[&str] =
    &["DeliveryOptions", "ReputationOptions", "SendingOptions", "SuppressionOptions", "TrackingOptions", "VdmOptions"];

#[async_trait]
impl Kind for EmailConfigurationSet {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Name",
            "DeliveryOptions",
            "ReputationOptions",
            "SendingOptions",
            "SuppressionOptions",
            "TrackingOptions",
            "VdmOptions",
            "Tags",
        ]
    }

    /// Nothing hangs on a set but its options, and a set of the same name with others is as good as a changed one.
    fn replacing(&self) -> &'static [&'static str] {
        &["Name"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("ses", "CreateConfigurationSet"), ("ses", "DeleteConfigurationSet"), ("ses", "TagResource")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("Name");
        make(aws, &name, desired).await?;
        Ok(made(name))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = previous.physical_id;
        if OPTIONS.iter().any(|option| previous.properties.get(*option) != desired.get(option)) {
            self.delete(aws, previous).await?;
            make(aws, name, desired).await?;
        } else {
            let arn = aws.scope.arn("ses", format_args!("configuration-set/{name}"));
            retag(aws, &arn, previous.properties.get("Tags"), desired.get("Tags")).await?;
        }
        Ok(made(name.to_owned()))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("ses", "DeleteConfigurationSet", json!({"ConfigurationSetName": previous.physical_id})).await
    }
}

async fn make(aws: &Aws<'_>, name: &str, desired: &Desired<'_>) -> Result<(), ServiceError> {
    let mut input = desired.only(OPTIONS);
    for option in input.values_mut().filter_map(Value::as_object_mut) {
        option.values_mut().for_each(|value| *value = typed(value));
    }
    input.insert("ConfigurationSetName".to_owned(), name.into());
    if desired.get("Tags").is_some() {
        input.insert("Tags".to_owned(), tag_list(desired.get("Tags"), "Key", "Value"));
    }
    aws.call("ses", "CreateConfigurationSet", Value::Object(input)).await.map(drop)
}

fn made(name: String) -> Made {
    Made { physical_id: name, attributes: Map::new(), notes: Vec::new() }
}
