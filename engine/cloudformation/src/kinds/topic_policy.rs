//! `AWS::SNS::TopicPolicy`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::json_text;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html>
pub(super) struct TopicPolicy;

#[async_trait]
impl Kind for TopicPolicy {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &["PolicyDocument", "Topics"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &[]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("sns", "SetTopicAttributes")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let policy = desired.get("PolicyDocument").map(json_text).unwrap_or_default();
        for topic in topics(desired.properties) {
            set(aws, topic, &policy).await?;
        }
        let physical_id = desired.default_name.clone();
        let attributes = Map::from_iter([("Id".to_owned(), physical_id.as_str().into())]);
        Ok(Made { physical_id, attributes, notes: Vec::new() })
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        for topic in topics(previous.properties).filter(|topic| !topics(desired.properties).any(|own| own == *topic)) {
            take_back(aws, topic).await?;
        }
        let made = self.create(aws, desired).await?;
        Ok(Made { physical_id: previous.physical_id.to_owned(), ..made })
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        for topic in topics(previous.properties) {
            take_back(aws, topic).await?;
        }
        Ok(())
    }
}

fn topics(properties: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    properties.get("Topics").and_then(Value::as_array).into_iter().flatten()
}

async fn set(aws: &Aws<'_>, topic: &Value, policy: &Value) -> Result<(), ServiceError> {
    let input = json!({"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy});
    aws.call("sns", "SetTopicAttributes", input).await.map(drop)
}

/// The topic has the policy again that it began with.
async fn take_back(aws: &Aws<'_>, topic: &Value) -> Result<(), ServiceError> {
    aws.delete("sns", "SetTopicAttributes", json!({"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": ""}))
        .await
}
