//! SendMessage and its batch.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::batch::{Batch, Outcome};
use super::{Integer, OfQueue, parse};
use crate::index::Entry;
use crate::message::{Attributes, Payload};
use crate::queue::Queue;
use crate::{Sqs, digest, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_body: Option<String>,
    delay_seconds: Option<Integer>,
    message_attributes: Option<Attributes>,
    message_system_attributes: Option<Attributes>,
    message_deduplication_id: Option<String>,
    message_group_id: Option<String>,
}

impl Sqs {
    pub(crate) async fn send_message(&self, input: Value) -> Result<Value, ServiceError> {
        let queue = self.by_url(input["QueueUrl"].as_str())?;
        let message = self.prepare(&queue, parse(input)?)?;
        let answer = answer(&message);
        self.accept(&queue, vec![(self.next_sequence(), message)]).await?;
        Ok(answer)
    }

    pub(crate) async fn send_message_batch(&self, input: Value) -> Result<Value, ServiceError> {
        let batch: Batch = parse(input)?;
        let queue = self.by_url(batch.queue_url.as_deref())?;
        let mut outcome = Outcome::default();
        let mut accepted = Vec::new();
        for (id, entry) in batch.into_entries("SendMessageBatchRequestEntry")? {
            match parse(entry).and_then(|message| self.prepare(&queue, message)) {
                Ok(message) => {
                    outcome.add(&id, Ok(answer(&message)));
                    accepted.push((self.next_sequence(), message));
                }
                Err(failure) => outcome.add(&id, Err(failure)),
            }
        }
        let bytes: usize = accepted.iter().filter_map(|(_, message)| message.payload.as_ref()).map(|p| p.size()).sum();
        let limit = 1_048_576;
        if bytes > limit {
            return Err(error::batch_too_long(limit, bytes));
        }
        self.accept(&queue, accepted).await?;
        Ok(outcome.into_value())
    }

    fn prepare(&self, queue: &Queue, message: Message) -> Result<Entry, ServiceError> {
        if message.message_deduplication_id.is_some() {
            let reason = "The request include parameter that is not valid for this queue type";
            let value = message.message_deduplication_id.unwrap_or_default();
            return Err(error::invalid_parameter(value, "MessageDeduplicationId", reason));
        }
        let payload = Payload {
            body: message.message_body.ok_or_else(|| error::missing("MessageBody"))?,
            attributes: message.message_attributes.unwrap_or_default(),
            system: message.message_system_attributes.unwrap_or_default(),
            group: message.message_group_id,
        };
        payload.check()?;
        let settings = queue.row().settings.clone();
        let limit = settings.number("MaximumMessageSize");
        if u64::try_from(payload.size()).unwrap_or(u64::MAX) > limit {
            let message =
                format!("One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes.");
            return Err(error::invalid_value(message));
        }
        let delay = match message.delay_seconds {
            None => settings.seconds("DelaySeconds"),
            Some(Integer(seconds)) => match u64::try_from(seconds) {
                Ok(seconds @ 0..=900) => Duration::from_secs(seconds),
                _ => {
                    let reason = "DelaySeconds must be >= 0 and <= 900.";
                    return Err(error::invalid_parameter(seconds, "DelaySeconds", reason));
                }
            },
        };
        let now = self.platform.clock.now();
        Ok(Entry {
            id: Uuid::new_v4(),
            sent_at: now,
            visible_at: now.plus(delay),
            receive_count: 0,
            first_received_at: None,
            dead_letter_source: None,
            payload: Some(Arc::new(payload)),
        })
    }

    /// Writes the messages and then lets receivers see them.
    async fn accept(&self, queue: &Arc<Queue>, messages: Vec<(i64, Entry)>) -> Result<(), ServiceError> {
        if messages.is_empty() {
            return Ok(());
        }
        let messages = Arc::new(messages);
        let (name, written) = (queue.name.clone(), Arc::clone(&messages));
        self.platform.store.write(move |connection| rows::insert_messages(connection, &name, &written)).await?;
        {
            let mut index = queue.index();
            for (sequence, entry) in messages.iter() {
                index.insert(*sequence, entry.clone());
            }
        }
        self.platform.signals.notify(&queue.arn);
        Ok(())
    }

    pub(crate) async fn purge_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let queue = self.by_url(parse::<OfQueue>(input)?.queue_url.as_deref())?;
        let name = queue.name.clone();
        self.platform.store.write(move |connection| rows::delete_messages_of(connection, &name)).await?;
        queue.index().clear();
        Ok(json!({}))
    }
}

fn answer(message: &Entry) -> Value {
    let payload = message.payload.as_deref().expect("a message that was just sent has its payload");
    let mut answer = json!({"MessageId": message.id.to_string(), "MD5OfMessageBody": digest::of_body(&payload.body)});
    if let Some(digest) = digest::of_attributes(&payload.attributes) {
        answer["MD5OfMessageAttributes"] = digest.into();
    }
    if let Some(digest) = digest::of_attributes(&payload.system) {
        answer["MD5OfMessageSystemAttributes"] = digest.into();
    }
    answer
}
