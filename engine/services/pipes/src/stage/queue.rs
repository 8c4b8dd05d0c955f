//! Queues: a message for each item.

use consumer::queue_url;
use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, text};
use crate::plan::QueueTarget;

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
                if let Some(value) = dynamic.as_ref().and_then(|parameter| parameter.text(&item.source)) {
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
