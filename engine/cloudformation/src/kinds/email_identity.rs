//! `AWS::SES::EmailIdentity`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::tag_list;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-emailidentity.html>
pub(super) struct EmailIdentity;

#[async_trait]
impl Kind for EmailIdentity {
    fn name_property(&self) -> Option<&'static str> {
        Some("EmailIdentity")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["EmailIdentity", "ConfigurationSetAttributes", "Tags"]
    }

    /// How mail is signed and bounced: no message leaves the machine.
    fn declared(&self) -> &'static [&'static str] {
        &["DkimAttributes", "DkimSigningAttributes", "FeedbackAttributes", "MailFromAttributes"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["EmailIdentity", "ConfigurationSetAttributes"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("ses", "CreateEmailIdentity"), ("ses", "DeleteEmailIdentity"), ("ses", "TagResource")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("EmailIdentity");
        let mut input = json!({"EmailIdentity": name, "Tags": tag_list(desired.get("Tags"), "Key", "Value")});
        if let Some(set) = desired.get("ConfigurationSetAttributes").and_then(|own| own.get("ConfigurationSetName")) {
            input["ConfigurationSetName"] = set.clone();
        }
        let answer = aws.call("ses", "CreateEmailIdentity", input).await?;
        let mut attributes = Map::from_iter([("EmailIdentity".to_owned(), name.as_str().into())]);
        let tokens = answer["DkimAttributes"]["Tokens"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for (number, token) in (1..).zip(tokens) {
            attributes.insert(format!("DkimDNSTokenName{number}"), format!("{token}._domainkey.{name}").into());
            attributes.insert(format!("DkimDNSTokenValue{number}"), format!("{token}.dkim.amazonses.com").into());
        }
        Ok(Made { physical_id: name, attributes, notes: Vec::new() })
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let arn = aws.scope.arn("ses", format_args!("identity/{}", previous.physical_id));
        retag(aws, &arn, previous.properties.get("Tags"), desired.get("Tags")).await?;
        let (physical_id, attributes) = (previous.physical_id.to_owned(), previous.attributes.clone());
        Ok(Made { physical_id, attributes, notes: Vec::new() })
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("ses", "DeleteEmailIdentity", json!({"EmailIdentity": previous.physical_id})).await
    }
}

/// Brings the tags of something of SES's up to date.
pub(super) async fn retag(
    aws: &Aws<'_>,
    arn: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Result<(), ServiceError> {
    let removed = super::properties::removed_tags(before, after);
    if !removed.is_empty() {
        aws.call("ses", "UntagResource", json!({"ResourceArn": arn, "TagKeys": removed})).await?;
    }
    if before != after && after.is_some() {
        let tags = tag_list(after, "Key", "Value");
        aws.call("ses", "TagResource", json!({"ResourceArn": arn, "Tags": tags})).await?;
    }
    Ok(())
}
