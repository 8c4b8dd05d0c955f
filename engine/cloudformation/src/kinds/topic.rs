//! `AWS::SNS::Topic`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{json_text, removed_tags, tag_list};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;
use crate::parameters::as_text;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>
pub(super) struct Topic;

/// Properties that are attributes of the topic by the same name.
const ATTRIBUTES: &[&str] = &[
    "ContentBasedDeduplication",
    "DisplayName",
    "FifoThroughputScope",
    "KmsMasterKeyId",
    "SignatureVersion",
    "TracingConfig",
];

#[async_trait]
impl Kind for Topic {
    fn name_property(&self) -> Option<&'static str> {
        Some("TopicName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "TopicName",
            "FifoTopic",
            "ContentBasedDeduplication",
            "DisplayName",
            "FifoThroughputScope",
            "KmsMasterKeyId",
            "SignatureVersion",
            "TracingConfig",
            "Subscription",
            "Tags",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["DeliveryStatusLogging"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["TopicName", "FifoTopic"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("sns", "CreateTopic"), ("sns", "SetTopicAttributes"), ("sns", "Subscribe"), ("sns", "DeleteTopic")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let is_fifo = desired.get("FifoTopic").and_then(as_text).as_deref() == Some("true");
        let mut name = desired.name("TopicName");
        let mut attributes = attributes(desired);
        if is_fifo {
            attributes.insert("FifoTopic".to_owned(), "true".into());
            if desired.text("TopicName").is_none() {
                name.push_str(".fifo");
            }
        }
        let mut input = json!({"Name": name, "Attributes": attributes});
        if desired.get("Tags").is_some() {
            input["Tags"] = tag_list(desired.get("Tags"), "Key", "Value");
        }
        let answer = aws.call("sns", "CreateTopic", input).await?;
        let arn = answer["TopicArn"].as_str().unwrap_or_default().to_owned();
        subscribe(aws, &arn, desired.get("Subscription")).await?;
        Ok(made(arn))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let arn = previous.physical_id;
        let attributes = attributes(desired);
        for name in ATTRIBUTES {
            if previous.properties.get(*name) == desired.get(name) {
                continue;
            }
            // What is left out goes back to what it was at first.
            let value = attributes.get(*name).cloned().unwrap_or_else(|| default_of(name).into());
            let input = json!({"TopicArn": arn, "AttributeName": name, "AttributeValue": value});
            aws.call("sns", "SetTopicAttributes", input).await?;
        }
        subscribe(aws, arn, desired.get("Subscription")).await?;
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let removed = removed_tags(before, after);
        if !removed.is_empty() {
            aws.call("sns", "UntagResource", json!({"ResourceArn": arn, "TagKeys": removed})).await?;
        }
        if before != after && after.is_some() {
            let tags = tag_list(after, "Key", "Value");
            aws.call("sns", "TagResource", json!({"ResourceArn": arn, "Tags": tags})).await?;
        }
        Ok(made(arn.to_owned()))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let mut arn = previous.physical_id.to_owned();
        if !arn.starts_with("arn:") {
            // It was being made when the engine stopped: only its name is known.
            arn = aws.scope.arn("sns", &arn);
        }
        aws.delete("sns", "DeleteTopic", json!({"TopicArn": arn})).await
    }
}

fn default_of(attribute: &str) -> &'static str {
    match attribute {
        "ContentBasedDeduplication" => "false",
        "FifoThroughputScope" => "Topic",
        _ => "",
    }
}

/// Subscriptions that the topic names itself; one that is there already is answered as it is.
async fn subscribe(aws: &Aws<'_>, topic: &str, subscriptions: Option<&Value>) -> Result<(), ServiceError> {
    for subscription in subscriptions.and_then(Value::as_array).into_iter().flatten() {
        let (protocol, endpoint) = (&subscription["Protocol"], &subscription["Endpoint"]);
        let input = json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint});
        aws.call("sns", "Subscribe", input).await?;
    }
    Ok(())
}

/// The attributes, each as the text that SNS takes.
fn attributes(desired: &Desired<'_>) -> Map<String, Value> {
    let text = |value: &Value| as_text(value).map_or_else(|| json_text(value), Value::from);
    ATTRIBUTES.iter().filter_map(|name| Some(((*name).to_owned(), text(desired.get(name)?)))).collect()
}

fn made(arn: String) -> Made {
    let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
    let attributes =
        Map::from_iter([("TopicArn".to_owned(), arn.as_str().into()), ("TopicName".to_owned(), name.into())]);
    Made { physical_id: arn, attributes, notes: Vec::new() }
}
