//! An SQS queue: messages are deleted once they are done, and otherwise come again by the queue's own rules.

use std::time::Duration;

use ::service::{Arn, ServiceError};
use serde_json::{Map, Value, json};

use super::{LOOK_AGAIN, Run, backoff};
use crate::stage::{Outcome, Record, pass, queue_url};

/// The most messages that SQS hands out or takes at once.
const MOST_AT_ONCE: usize = 10;

pub(super) async fn prepare(run: &Run) -> Result<(), ServiceError> {
    url(run).await.map(drop)
}

pub(super) async fn work(run: &Run) {
    let mut failures = 0;
    while !run.stop.is_cancelled() {
        match take_batch(run).await {
            Ok(()) => failures = 0,
            Err(error) => {
                tracing::warn!(pipe = run.plan.name, %error, "the pipe can't read its queue");
                run.pause(backoff(failures)).await;
                failures += 1;
            }
        }
    }
}

async fn url(run: &Run) -> Result<Value, ServiceError> {
    let arn: Arn = run.plan.source_arn.parse()?;
    queue_url(&run.platform, arn.resource_name()).await
}

/// A message, and what it takes to delete it.
struct Message {
    record: Record,
    receipt_handle: Value,
}

/// Collects a batch, takes it through the pipe, and deletes what is done.
async fn take_batch(run: &Run) -> Result<(), ServiceError> {
    let url = url(run).await?;
    let batch = collect(run, &url).await?;
    let records: Vec<Record> = batch.iter().map(|message| message.record.clone()).collect();
    if records.is_empty() {
        return Ok(());
    }
    let done: Vec<&Message> = match pass(&run.platform, &run.plan, &records).await {
        Outcome::Done => batch.iter().collect(),
        Outcome::Partial { failed, reason } => {
            tracing::warn!(pipe = run.plan.name, failed = failed.len(), reason, "a part of the pipe's batch failed");
            batch.iter().enumerate().filter(|(index, _)| !failed.contains(index)).map(|(_, message)| message).collect()
        }
        Outcome::Failed(failure) => {
            tracing::warn!(pipe = run.plan.name, reason = failure.reason, "a batch of the pipe failed");
            Vec::new()
        }
    };
    delete(run, &url, &done).await
}

/// Receives until the batch is full or its window is over, or the pipe stops. Messages that no filter lets through are
/// deleted at once.
async fn collect(run: &Run, url: &Value) -> Result<Vec<Message>, ServiceError> {
    let (plan, clock) = (&run.plan, &run.platform.clock);
    let nudges = run.platform.signals.listen(&plan.source_arn);
    let mut batch: Vec<Message> = Vec::new();
    let mut due = None;
    loop {
        let mut nudged = std::pin::pin!(nudges.notified());
        nudged.as_mut().enable();
        let received = receive(run, url, plan.batch_size - batch.len()).await?;
        let is_empty = received.is_empty();
        let (mut accepted, refused): (Vec<_>, Vec<_>) =
            received.into_iter().partition(|message| plan.filters.accept(&message.record.value));
        delete(run, url, &refused.iter().collect::<Vec<_>>()).await?;
        batch.append(&mut accepted);
        if !batch.is_empty() {
            due.get_or_insert(clock.now().plus(plan.window));
        }
        let is_over = due.is_some_and(|due| clock.now() >= due);
        if batch.len() >= plan.batch_size || (is_over && (is_empty || plan.window > Duration::ZERO)) {
            return Ok(batch);
        }
        if run.stop.is_cancelled() {
            return Ok(batch);
        }
        if is_empty {
            let look_again = clock.now().plus(LOOK_AGAIN);
            tokio::select! {
                () = run.stop.cancelled() => {}
                () = nudged => {}
                () = clock.sleep_until(due.map_or(look_again, |due| due.min(look_again))) => {}
            }
        }
    }
}

async fn receive(run: &Run, url: &Value, most: usize) -> Result<Vec<Message>, ServiceError> {
    let input = json!({
        "QueueUrl": url,
        "MaxNumberOfMessages": most.min(MOST_AT_ONCE),
        "WaitTimeSeconds": 0,
        "MessageSystemAttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    });
    let mut answer = run.platform.services.call("sqs", "ReceiveMessage", input).await?;
    let messages = match answer["Messages"].take() {
        Value::Array(messages) => messages,
        _ => Vec::new(),
    };
    Ok(messages.into_iter().map(|message| record(run, message)).collect())
}

async fn delete(run: &Run, url: &Value, messages: &[&Message]) -> Result<(), ServiceError> {
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

/// The message as a pipe hands it on.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html>
fn record(run: &Run, mut message: Value) -> Message {
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
        "eventSourceARN": run.plan.source_arn,
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
