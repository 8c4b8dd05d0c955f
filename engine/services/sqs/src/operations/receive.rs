//! ReceiveMessage: long polling, redrive to the dead-letter queue, and what a message looks like to a receiver.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{Integer, parse};
use crate::index::Entry;
use crate::message::{Attributes, Payload};
use crate::queue::Queue;
use crate::receipt::Receipt;
use crate::{Sqs, digest, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    queue_url: Option<String>,
    #[serde(default)]
    attribute_names: Option<BTreeSet<String>>,
    #[serde(default)]
    message_system_attribute_names: Option<BTreeSet<String>>,
    #[serde(default)]
    message_attribute_names: Option<Vec<String>>,
    max_number_of_messages: Option<Integer>,
    visibility_timeout: Option<Integer>,
    wait_time_seconds: Option<Integer>,
}

impl Sqs {
    pub(crate) async fn receive_message(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let queue = self.by_url(input.queue_url.as_deref())?;
        let settings = queue.row().settings.clone();
        let most = ranged(input.max_number_of_messages, "MaxNumberOfMessages", 1, 10)?.unwrap_or(1);
        let hidden_for = ranged(input.visibility_timeout, "VisibilityTimeout", 0, 43_200)?
            .map_or_else(|| settings.seconds("VisibilityTimeout"), Duration::from_secs);
        let wait = ranged(input.wait_time_seconds, "WaitTimeSeconds", 0, 20)?
            .map_or_else(|| settings.seconds("ReceiveMessageWaitTimeSeconds"), Duration::from_secs);
        let most = usize::try_from(most).unwrap_or(1);
        let deadline = self.platform.clock.now().plus(wait);
        let taken = loop {
            let nudges = self.platform.signals.listen(&queue.arn);
            let mut nudged = std::pin::pin!(nudges.notified());
            nudged.as_mut().enable();
            // The queue may have been deleted while this waited.
            self.named(&queue.name)?;
            let now = self.platform.clock.now();
            let taken = self.take(&queue, now, most, hidden_for).await?;
            if !taken.is_empty() || now >= deadline || self.platform.shutdown.is_cancelled() {
                break taken;
            }
            let wake = queue.index().next_visible().map_or(deadline, |moment| moment.min(deadline));
            tokio::select! {
                () = nudged => {}
                () = self.platform.clock.sleep_until(wake) => {}
                () = self.platform.shutdown.cancelled() => {}
            }
        };
        let mut wanted = input.attribute_names.unwrap_or_default();
        wanted.extend(input.message_system_attribute_names.unwrap_or_default());
        let attribute_names = input.message_attribute_names.unwrap_or_default();
        let mut messages = Vec::with_capacity(taken.len());
        for (sequence, entry) in taken {
            // Deleted between being taken and being read: no longer there to be received.
            let Some(payload) = self.payload(sequence, &entry).await? else { continue };
            messages.push(self.present(sequence, &entry, &payload, &wanted, &attribute_names));
        }
        Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
    }

    async fn take(
        &self,
        queue: &Arc<Queue>,
        now: Timestamp,
        most: usize,
        hidden_for: Duration,
    ) -> Result<Vec<(i64, Entry)>, ServiceError> {
        self.drop_expired(queue, now).await?;
        let redrive = queue.row().settings.redrive();
        // Without its dead-letter queue a redrive policy keeps messages where they are.
        let redrive = redrive.and_then(|redrive| Some((self.by_arn(&redrive.target_arn)?, redrive.max_receive_count)));
        let most_receives = redrive.as_ref().map(|(_, most)| *most);
        let found = queue.index().receive(now, most, hidden_for, most_receives);
        if let Some((graveyard, _)) = redrive.filter(|_| !found.dead.is_empty()) {
            self.bury(queue, &graveyard, now, found.dead).await?;
        }
        self.write_soon(queue, found.taken.iter().map(|(sequence, _)| *sequence));
        Ok(found.taken)
    }

    /// Moves messages that were received too often to the dead-letter queue.
    async fn bury(
        &self,
        queue: &Arc<Queue>,
        graveyard: &Arc<Queue>,
        now: Timestamp,
        dead: Vec<(i64, Entry)>,
    ) -> Result<(), ServiceError> {
        let moved: Vec<_> = dead
            .iter()
            .map(|(sequence, entry)| {
                let source = Some(queue.arn.clone());
                (*sequence, Entry { visible_at: now, dead_letter_source: source, ..entry.clone() })
            })
            .collect();
        let moved = Arc::new(moved);
        let (name, rows) = (graveyard.name.clone(), Arc::clone(&moved));
        let written = self.platform.store.write(move |connection| {
            rows.iter().try_for_each(|(sequence, entry)| rows::update_message(connection, &name, *sequence, entry))
        });
        let written: Result<(), ServiceError> = written.await;
        let (home, entries) = match &written {
            Ok(()) => (graveyard, moved.as_slice()),
            Err(_) => (queue, dead.as_slice()),
        };
        {
            let mut index = home.index();
            for (sequence, entry) in entries {
                index.insert(*sequence, entry.clone());
            }
        }
        self.platform.signals.notify(&graveyard.arn);
        written
    }

    /// Deletes what is older than the queue keeps messages.
    pub(crate) async fn drop_expired(&self, queue: &Queue, now: Timestamp) -> Result<(), ServiceError> {
        let retention = queue.row().settings.seconds("MessageRetentionPeriod");
        let limit = now.as_millis() - i64::try_from(retention.as_millis()).unwrap_or(i64::MAX);
        let expired = queue.index().sent_until(Timestamp::from_millis(limit));
        if expired.is_empty() {
            return Ok(());
        }
        let (name, rows) = (queue.name.clone(), expired.clone());
        self.platform
            .store
            .write(move |connection| {
                rows.iter().try_for_each(|sequence| rows::delete_message(connection, &name, *sequence))
            })
            .await?;
        let mut index = queue.index();
        for sequence in expired {
            index.remove(sequence);
        }
        Ok(())
    }

    async fn payload(&self, sequence: i64, entry: &Entry) -> Result<Option<Arc<Payload>>, ServiceError> {
        if let Some(payload) = &entry.payload {
            return Ok(Some(Arc::clone(payload)));
        }
        let read = self.platform.store.read(move |connection| rows::payload(connection, sequence)).await?;
        Ok(read.map(Arc::new))
    }

    fn present(
        &self,
        sequence: i64,
        entry: &Entry,
        payload: &Payload,
        wanted: &BTreeSet<String>,
        attribute_names: &[String],
    ) -> Value {
        let receipt = Receipt { sequence, message: entry.id, receive_count: entry.receive_count };
        let mut message = json!({
            "MessageId": entry.id.to_string(),
            "ReceiptHandle": receipt.encode(),
            "MD5OfBody": digest::of_body(&payload.body),
            "Body": payload.body,
        });
        let system = self.system_attributes(sequence, entry, payload, wanted);
        if !system.is_empty() {
            message["Attributes"] = Value::Object(system);
        }
        let attributes: Attributes = payload
            .attributes
            .iter()
            .filter(|(name, _)| attribute_names.iter().any(|pattern| selects(pattern, name)))
            .map(|(name, attribute)| (name.clone(), attribute.clone()))
            .collect();
        if let Some(digest) = digest::of_attributes(&attributes) {
            message["MD5OfMessageAttributes"] = digest.into();
            message["MessageAttributes"] = serde_json::to_value(attributes).expect("attributes are JSON");
        }
        message
    }

    fn system_attributes(
        &self,
        sequence: i64,
        entry: &Entry,
        payload: &Payload,
        wanted: &BTreeSet<String>,
    ) -> Map<String, Value> {
        let millis = |moment: Timestamp| moment.as_millis().to_string();
        let trace = payload.system.get("AWSTraceHeader").and_then(|attribute| attribute.string_value.clone());
        let attributes = [
            ("SenderId", Some(self.platform.scope.account.clone())),
            ("SentTimestamp", Some(millis(entry.sent_at))),
            ("ApproximateReceiveCount", Some(entry.receive_count.to_string())),
            ("ApproximateFirstReceiveTimestamp", entry.first_received_at.map(millis)),
            ("AWSTraceHeader", trace),
            ("DeadLetterQueueSourceArn", entry.dead_letter_source.clone()),
            ("MessageGroupId", payload.group.clone()),
            ("MessageDeduplicationId", payload.deduplication_id.clone()),
            ("SequenceNumber", entry.group.as_ref().map(|_| print_sequence(sequence))),
        ];
        attributes
            .into_iter()
            .filter(|(name, _)| wanted.contains("All") || wanted.contains(*name))
            .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
            .collect()
    }
}

/// A sequence number as FIFO queues tell it: twenty digits.
pub(super) fn print_sequence(sequence: i64) -> String {
    format!("{sequence:020}")
}

/// Whether an item of `MessageAttributeNames` asks for the attribute: its name, `All`, `.*` or `prefix.*`.
fn selects(pattern: &str, name: &str) -> bool {
    pattern == "All" || pattern == name || pattern.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix))
}

fn ranged(value: Option<Integer>, name: &str, least: i64, most: i64) -> Result<Option<u64>, ServiceError> {
    match value {
        None => Ok(None),
        Some(Integer(number)) if (least..=most).contains(&number) => Ok(u64::try_from(number).ok()),
        Some(Integer(number)) => {
            let reason = format!("Must be >= {least} and <= {most}, if provided.");
            Err(error::invalid_parameter(number, name, &reason))
        }
    }
}
