//! What is told of records that are given up.

use ::service::Arn;
use serde_json::{Value, json};

use super::buffer::Batch;
use super::{Run, backoff};
use crate::plan::Source;
use crate::stage::queue_url;

/// Why records are given up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

impl Condition {
    const fn as_str(self) -> &'static str {
        match self {
            Self::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            Self::RecordAgeExceeded => "RecordAgeExceeded",
        }
    }
}

/// Tells the pipe's dead-letter queue of a batch that is given up: where its records are in the stream, not what they say.
/// Goes on until the queue has it, so that nothing is dropped unseen; answers `false` when the pipe stops before.
pub(super) async fn send(run: &Run, shard: &str, batch: &Batch, condition: Condition) -> bool {
    let Source::Stream { retry, .. } = &run.plan.source else { return true };
    let Some(queue) = &retry.dead_letters else {
        tracing::error!(
            pipe = run.plan.name,
            shard,
            up_to = batch.up_to,
            condition = condition.as_str(),
            "records of the pipe are dropped: it has no dead-letter queue"
        );
        return true;
    };
    let message = message(run, shard, batch, condition).to_string();
    let mut failures = 0;
    while let Err(error) = try_send(run, queue, &message).await {
        tracing::error!(pipe = run.plan.name, queue, %error, "the pipe's dead-letter queue can't be reached");
        run.pause(backoff(failures)).await;
        failures += 1;
        if run.stop.is_cancelled() {
            return false;
        }
    }
    true
}

async fn try_send(run: &Run, queue: &str, message: &str) -> Result<(), ::service::ServiceError> {
    let arn: Arn = queue.parse()?;
    let url = queue_url(&run.platform, arn.resource_name()).await?;
    let input = json!({"QueueUrl": url, "MessageBody": message});
    run.platform.services.call("sqs", "SendMessage", input).await.map(drop)
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html>
fn message(run: &Run, shard: &str, batch: &Batch, condition: Condition) -> Value {
    let (first, last) = (batch.records.first(), batch.records.last());
    json!({
        "context": {"partnerResourceArn": run.plan.arn, "condition": condition.as_str()},
        "version": "1.0",
        "timestamp": run.platform.clock.now().to_rfc3339_millis(),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": first.map(|record| &record.sequence_number),
            "endSequenceNumber": last.map(|record| &record.sequence_number),
            "approximateArrivalOfFirstRecord": first.map(|record| record.arrived.to_rfc3339_seconds()),
            "approximateArrivalOfLastRecord": last.map(|record| record.arrived.to_rfc3339_seconds()),
            "batchSize": batch.records.len(),
            "streamArn": run.plan.source_arn,
        },
    })
}
