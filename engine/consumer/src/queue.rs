//! An SQS queue: messages are deleted once they are done, and otherwise come again by the queue's own rules.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use service::{Arn, Platform, ServiceError};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::batch::Message;
use crate::gather::gather;
use crate::{Consumer, Outcome, Record, backoff};

/// The most messages that SQS hands out or takes at once.
pub(crate) const MOST_AT_ONCE: usize = 10;

pub(crate) async fn prepare(run: &Consumer) -> Result<(), ServiceError> {
    source_url(run).await.map(drop)
}

pub(crate) async fn work(run: &Consumer, concurrency: usize) {
    let permits = Arc::new(Semaphore::new(concurrency));
    let batches = TaskTracker::new();
    let mut failures = 0;
    while !run.stop.is_cancelled() {
        let permit = tokio::select! {
            () = run.stop.cancelled() => break,
            permit = Arc::clone(&permits).acquire_owned() => permit,
        };
        match next_batch(run).await {
            Ok((url, batch)) => {
                failures = 0;
                let run = run.clone();
                batches.spawn(async move {
                    let _permit = permit;
                    take(&run, &url, batch).await;
                });
            }
            Err(error) => {
                tracing::warn!(consumer = run.intake.consumer, %error, "a consumer can't read its queue");
                run.stage.cannot_read(&error);
                run.pause(backoff(failures)).await;
                failures += 1;
            }
        }
    }
    batches.close();
    batches.wait().await;
}

async fn next_batch(run: &Consumer) -> Result<(Value, Vec<Message>), ServiceError> {
    let url = source_url(run).await?;
    let batch = gather(run, &url).await?;
    Ok((url, batch))
}

/// Takes a batch through the stage, and deletes what is done.
async fn take(run: &Consumer, url: &Value, batch: Vec<Message>) {
    let records: Vec<Record> = batch.iter().map(|message| message.record.clone()).collect();
    if records.is_empty() {
        return;
    }
    let consumer = &run.intake.consumer;
    let done: Vec<&Message> = match run.stage.pass(&records).await {
        Outcome::Done => batch.iter().collect(),
        Outcome::Partial { failed, reason } => {
            tracing::warn!(consumer, failed = failed.len(), reason, "a part of a batch failed");
            batch.iter().enumerate().filter(|(index, _)| !failed.contains(index)).map(|(_, message)| message).collect()
        }
        Outcome::From { index, reason } => {
            tracing::warn!(consumer, failed = batch.len() - index, reason, "a part of a batch failed");
            batch.iter().take(index).collect()
        }
        Outcome::Failed(failure) => {
            tracing::warn!(consumer, reason = failure.reason, "a batch failed");
            Vec::new()
        }
    };
    if let Err(error) = delete(run, url, &done).await {
        tracing::warn!(consumer, %error, "messages that are done can't be deleted, and come again");
    }
}

async fn source_url(run: &Consumer) -> Result<Value, ServiceError> {
    let arn: Arn = run.intake.source_arn.parse()?;
    url(&run.platform, arn.resource_name()).await
}

/// The URL of a queue of this account.
///
/// # Errors
/// There is no such queue.
pub async fn url(platform: &Platform, name: &str) -> Result<Value, ServiceError> {
    let mut answer = platform.services.call("sqs", "GetQueueUrl", json!({"QueueName": name})).await?;
    Ok(answer["QueueUrl"].take())
}

pub(crate) async fn delete(run: &Consumer, url: &Value, messages: &[&Message]) -> Result<(), ServiceError> {
    for group in messages.chunks(MOST_AT_ONCE) {
        let entries: Vec<Value> = group
            .iter()
            .enumerate()
            .map(|(index, message)| json!({"Id": index.to_string(), "ReceiptHandle": message.receipt_handle}))
            .collect();
        let input = json!({"QueueUrl": url, "Entries": entries});
        run.platform.services.call("sqs", "DeleteMessageBatch", input).await?;
    }
    Ok(())
}

/// The message as it is handed on.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html>
pub(crate) fn record(run: &Consumer, mut message: Value) -> Message {
    let receipt_handle = message["ReceiptHandle"].take();
    let id = message["MessageId"].as_str().unwrap_or_default().to_owned();
    let attributes = match message["MessageAttributes"].take() {
        Value::Object(attributes) => attributes,
        _ => Map::new(),
    };
    let attributes: Map<String, Value> =
        attributes.into_iter().map(|(name, attribute)| (name, camel_case(attribute))).collect();
    let system = message["Attributes"].take();
    let value = json!({
        "messageId": id,
        "receiptHandle": receipt_handle,
        "body": message["Body"].take(),
        "attributes": if system.is_null() { json!({}) } else { system },
        "messageAttributes": attributes,
        "md5OfBody": message["MD5OfBody"].take(),
        "eventSource": "aws:sqs",
        "eventSourceARN": run.intake.source_arn,
        "awsRegion": run.platform.scope.region,
    });
    Message { record: Record { id, value }, receipt_handle }
}

/// A message attribute under the names that events have: `stringValue`, `dataType`.
fn camel_case(attribute: Value) -> Value {
    let Value::Object(members) = attribute else { return attribute };
    let lower = |name: String| match name.split_at_checked(1) {
        Some((first, rest)) => format!("{}{rest}", first.to_lowercase()),
        None => name,
    };
    Value::Object(members.into_iter().map(|(name, value)| (lower(name), value)).collect())
}
