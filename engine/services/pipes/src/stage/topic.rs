//! Topics: a message for each item.

use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, text};

pub(super) async fn deliver(delivery: &Delivery<'_>) -> Result<Outcome, Failure> {
    let entry = |(index, item): (usize, &super::Item)| json!({"Id": index.to_string(), "Message": text(&item.payload)});
    let entries: Vec<Value> = delivery.items.iter().enumerate().map(entry).collect();
    let input = json!({"TopicArn": delivery.plan.target.arn, "PublishBatchRequestEntries": entries});
    let answer = delivery.platform.services.call("sns", "PublishBatch", input).await?;
    let refused = answer.get("Failed").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let index = |failed: &Value| failed.get("Id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let failed: Vec<usize> = refused.iter().filter_map(index).collect();
    Ok(delivery.outcome(failed, format!("the topic refused messages: {}", answer["Failed"])))
}
