//! GetQueueAttributes and SetQueueAttributes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::parse;
use crate::attributes::{READ_ONLY, Settings, is_known};
use crate::queue::FIFO_SUFFIX;
use crate::{Sqs, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    queue_url: Option<String>,
    attribute_names: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    queue_url: Option<String>,
    attributes: Option<BTreeMap<String, Value>>,
}

impl Sqs {
    pub(crate) async fn get_queue_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Get = parse(input)?;
        let queue = self.by_url(input.queue_url.as_deref())?;
        let wanted = input.attribute_names.unwrap_or_default();
        if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
            return Err(error::unknown_attribute(unknown));
        }
        if wanted.is_empty() {
            return Ok(json!({}));
        }
        let now = self.platform.clock.now();
        self.drop_expired(&queue, now).await?;
        let counts = queue.index().counts(now);
        let row = queue.row().clone();
        let value_of = |name: &str| match name {
            "ApproximateNumberOfMessages" => Some(counts.visible.to_string()),
            "ApproximateNumberOfMessagesDelayed" => Some(counts.delayed.to_string()),
            "ApproximateNumberOfMessagesNotVisible" => Some(counts.in_flight.to_string()),
            "CreatedTimestamp" => Some((row.created_at.as_millis() / 1000).to_string()),
            "LastModifiedTimestamp" => Some((row.modified_at.as_millis() / 1000).to_string()),
            "QueueArn" => Some(queue.arn.clone()),
            other => row.settings.get(other),
        };
        let all = wanted.iter().any(|name| name == "All");
        let attributes: Map<String, Value> = row
            .settings
            .names()
            .chain(READ_ONLY.iter().copied())
            .filter(|name| all || wanted.iter().any(|wanted| wanted == name))
            .filter_map(|name| Some((name.to_owned(), Value::String(value_of(name)?))))
            .collect();
        Ok(json!({ "Attributes": attributes }))
    }

    pub(crate) async fn set_queue_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Set = parse(input)?;
        let attributes = input.attributes.ok_or_else(|| error::missing("Attributes"))?;
        let _alone = self.changes.lock().await;
        let queue = self.by_url(input.queue_url.as_deref())?;
        let mut row = queue.row().clone();
        if attributes.contains_key("FifoQueue") && !queue.is_fifo() {
            return Err(error::unknown_attribute("FifoQueue"));
        }
        row.settings.merge(&attributes)?;
        self.check_redrive(&row.name, &row.settings)?;
        row.modified_at = self.platform.clock.now();
        let written = row.clone();
        self.platform.store.write(move |connection| rows::put_queue(connection, &written)).await?;
        *queue.row() = row;
        Ok(json!({}))
    }

    /// A redrive policy must name a queue that is there, and of the same kind.
    pub(super) fn check_redrive(&self, name: &str, settings: &Settings) -> Result<(), ServiceError> {
        let Some(redrive) = settings.redrive() else { return Ok(()) };
        let reason = match self.by_arn(&redrive.target_arn) {
            None => "Dead letter target does not exist.",
            Some(target) if target.is_fifo() != name.ends_with(FIFO_SUFFIX) => {
                "Dead-letter queue must be same type of queue as the source."
            }
            Some(_) => return Ok(()),
        };
        Err(error::invalid_parameter(settings.get("RedrivePolicy").unwrap_or_default(), "RedrivePolicy", reason))
    }
}
