//! `AWS::SQS::Queue`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::{Arn, ServiceError};

use super::properties::{json_text, removed_tags, tag_map};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;
use crate::parameters::as_text;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>
pub(super) struct Queue;

/// What an attribute is when a template no longer sets it.
const DEFAULTS: &[(&str, &str)] = &[
    ("DelaySeconds", "0"),
    ("MaximumMessageSize", "1048576"),
    ("MessageRetentionPeriod", "345600"),
    ("ReceiveMessageWaitTimeSeconds", "0"),
    ("VisibilityTimeout", "30"),
    ("RedrivePolicy", ""),
    ("RedriveAllowPolicy", ""),
    ("ContentBasedDeduplication", "false"),
    ("DeduplicationScope", "queue"),
    ("FifoThroughputLimit", "perQueue"),
    ("SqsManagedSseEnabled", "true"),
    ("KmsMasterKeyId", ""),
    ("KmsDataKeyReusePeriodSeconds", "300"),
];

#[async_trait]
impl Kind for Queue {
    fn name_property(&self) -> Option<&'static str> {
        Some("QueueName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "QueueName",
            "Tags",
            "FifoQueue",
            "DelaySeconds",
            "MaximumMessageSize",
            "MessageRetentionPeriod",
            "ReceiveMessageWaitTimeSeconds",
            "VisibilityTimeout",
            "RedrivePolicy",
            "RedriveAllowPolicy",
            "ContentBasedDeduplication",
            "DeduplicationScope",
            "FifoThroughputLimit",
            "SqsManagedSseEnabled",
            "KmsMasterKeyId",
            "KmsDataKeyReusePeriodSeconds",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["QueueName", "FifoQueue"]
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("sqs", "CreateQueue"), ("sqs", "SetQueueAttributes"), ("sqs", "DeleteQueue")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let mut name = desired.name("QueueName");
        let is_fifo = desired.get("FifoQueue").and_then(as_text).as_deref() == Some("true");
        if is_fifo && desired.text("QueueName").is_none() {
            name.push_str(".fifo");
        }
        let mut input = json!({"QueueName": name, "Attributes": attributes(desired)});
        if is_fifo {
            input["Attributes"]["FifoQueue"] = "true".into();
        }
        let tags = tag_map(desired.get("Tags"));
        if !tags.is_empty() {
            input["tags"] = tags.into();
        }
        let url = aws.call("sqs", "CreateQueue", input).await?["QueueUrl"].clone();
        let attributes = json!({"Arn": aws.scope.arn("sqs", &name), "QueueName": name, "QueueUrl": url});
        Ok(Made {
            physical_id: url.as_str().unwrap_or_default().to_owned(),
            attributes: attributes.as_object().cloned().unwrap_or_default(),
            notes: Vec::new(),
        })
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let url = previous.physical_id;
        let mut attributes = attributes(desired);
        for (name, default) in DEFAULTS {
            if previous.properties.contains_key(*name) && !attributes.contains_key(*name) {
                attributes.insert((*name).to_owned(), (*default).into());
            }
        }
        if !attributes.is_empty() {
            aws.call("sqs", "SetQueueAttributes", json!({"QueueUrl": url, "Attributes": attributes})).await?;
        }
        let (before, after) = (previous.properties.get("Tags"), desired.get("Tags"));
        let removed = removed_tags(before, after);
        if !removed.is_empty() {
            aws.call("sqs", "UntagQueue", json!({"QueueUrl": url, "TagKeys": removed})).await?;
        }
        let tags = tag_map(after);
        if before != after && !tags.is_empty() {
            aws.call("sqs", "TagQueue", json!({"QueueUrl": url, "Tags": tags})).await?;
        }
        Ok(Made { physical_id: url.to_owned(), attributes: previous.attributes.clone(), notes: Vec::new() })
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let mut url = previous.physical_id.to_owned();
        if !url.contains("://") {
            // It was being made when the engine stopped: only its name is known.
            let name = url.parse::<Arn>().map_or(url.clone(), |arn| arn.resource);
            match aws.call("sqs", "GetQueueUrl", json!({"QueueName": name})).await {
                Ok(answer) => url = answer["QueueUrl"].as_str().unwrap_or_default().to_owned(),
                Err(error) if super::is_missing(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        aws.delete("sqs", "DeleteQueue", json!({"QueueUrl": url})).await
    }
}

/// The attributes, each as the text that SQS takes.
fn attributes(desired: &Desired<'_>) -> Map<String, Value> {
    let text = |value: &Value| as_text(value).map_or_else(|| json_text(value), Value::from);
    DEFAULTS.iter().filter_map(|(name, _)| Some(((*name).to_owned(), text(desired.get(name)?)))).collect()
}
