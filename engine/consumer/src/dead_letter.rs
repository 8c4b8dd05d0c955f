//! What is told of records that are given up.

use serde_json::{Value, json};
use service::{Arn, ServiceError};

use crate::buffer::StreamRecord;
use crate::{Consumer, GivenUp, backoff, queue_url};

/// Tells the queue or topic for dead letters of records that are given up: where they are in the stream, not what they say.
/// Goes on until it has the letter, so that nothing is dropped unseen; answers `false` when the consumer stops before.
pub(crate) async fn send(
    consumer: &Consumer,
    to: Option<&str>,
    shard: &str,
    records: &[StreamRecord],
    given_up: &GivenUp<'_>,
) -> bool {
    let name = &consumer.intake.consumer;
    let Some(to) = to else {
        let (count, condition) = (records.len(), given_up.condition.as_str());
        tracing::error!(consumer = name, shard, count, condition, "records are dropped: nobody takes dead letters");
        return true;
    };
    let message = message(consumer, shard, records, given_up).to_string();
    let mut failures = 0;
    while let Err(error) = try_send(consumer, to, &message).await {
        tracing::error!(consumer = name, to, %error, "a dead letter can't be sent; trying again");
        consumer.pause(backoff(failures)).await;
        failures += 1;
        if consumer.stop.is_cancelled() {
            return false;
        }
    }
    true
}

async fn try_send(consumer: &Consumer, to: &str, message: &str) -> Result<(), ServiceError> {
    let arn: Arn = to.parse()?;
    let services = &consumer.platform.services;
    if arn.service == "sns" {
        return services.call("sns", "Publish", json!({"TopicArn": to, "Message": message})).await.map(drop);
    }
    let url = queue_url(&consumer.platform, arn.resource_name()).await?;
    services.call("sqs", "SendMessage", json!({"QueueUrl": url, "MessageBody": message})).await.map(drop)
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html>
fn message(consumer: &Consumer, shard: &str, records: &[StreamRecord], given_up: &GivenUp<'_>) -> Value {
    let (first, last) = (records.first(), records.last());
    let mut message = consumer.stage.dead_letter(given_up);
    message.insert("version".to_owned(), "1.0".into());
    message.insert("timestamp".to_owned(), consumer.platform.clock.now().to_rfc3339_millis().into());
    let batch = json!({
        "shardId": shard,
        "startSequenceNumber": first.map(|record| &record.sequence_number),
        "endSequenceNumber": last.map(|record| &record.sequence_number),
        "approximateArrivalOfFirstRecord": first.map(|record| record.arrived.to_rfc3339_seconds()),
        "approximateArrivalOfLastRecord": last.map(|record| record.arrived.to_rfc3339_seconds()),
        "batchSize": records.len(),
        "streamArn": consumer.intake.source_arn,
    });
    message.insert("DDBStreamBatchInfo".to_owned(), batch);
    Value::Object(message)
}
