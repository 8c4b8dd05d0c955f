//! Delivery streams of Firehose: a record for each item.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Delivery, Failure, Outcome, text};

pub(super) async fn deliver(delivery: &Delivery<'_>, stream: &str) -> Result<Outcome, Failure> {
    let record = |item: &super::Item| json!({"Data": BASE64_STANDARD.encode(text(&item.payload))});
    let records: Vec<Value> = delivery.items.iter().map(record).collect();
    let input = json!({"DeliveryStreamName": stream, "Records": records});
    let answer = delivery.platform.services.call("firehose", "PutRecordBatch", input).await?;
    let answers = answer["RequestResponses"].as_array().map_or(&[][..], Vec::as_slice);
    let refused = |(index, answer): (usize, &Value)| answer.get("ErrorCode").map(|_| index);
    let failed: Vec<usize> = answers.iter().enumerate().filter_map(refused).collect();
    Ok(delivery.outcome(failed, "the delivery stream refused records".to_owned()))
}
