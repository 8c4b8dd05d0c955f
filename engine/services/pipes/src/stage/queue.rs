//! Queues: a message for each item.

use consumer::queue_url;
use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, text};
use crate::plan::{Dynamic, QueueTarget};

pub(super) async fn deliver(delivery: &Delivery<'_>, queue: &QueueTarget) -> Result<Outcome, Failure> {
    let services = &delivery.platform.services;
    let url = queue_url(delivery.platform, &queue.name).await?;
    let entries: Vec<Value> = delivery
        .items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let mut entry = json!({"Id": index.to_string(), "MessageBody": text(&item.payload)});
            for (member, dynamic) in
                [("MessageGroupId", &queue.group), ("MessageDeduplicationId", &queue.deduplication)]
            {
                if let Some(value) = text_of(dynamic.as_ref(), &item.source) {
                    entry[member] = Value::from(value);
                }
            }
            entry
        })
        .collect();
    let answer = services.call("sqs", "SendMessageBatch", json!({"QueueUrl": url, "Entries": entries})).await?;
    let refused = answer.get("Failed").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let index = |failed: &Value| failed.get("Id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let failed: Vec<usize> = refused.iter().filter_map(index).collect();
    Ok(delivery.outcome(failed, format!("the queue refused messages: {}", answer["Failed"])))
}

/// A parameter's text for a record.
pub(super) fn text_of(dynamic: Option<&Dynamic>, record: &Value) -> Option<String> {
    match dynamic?.value(record)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
