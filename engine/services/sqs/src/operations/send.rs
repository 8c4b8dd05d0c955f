//! SendMessage and its batch.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use service::{Enlisted, ServiceError, Signals};
use uuid::Uuid;

use super::batch::{Batch, Outcome};
use super::receive::print_sequence;
use super::{Integer, OfQueue, parse};
use crate::deduplication::{self, Sent};
use crate::index::Entry;
use crate::message::{Attributes, Payload};
use crate::queue::Queue;
use crate::{Sqs, digest, error, rows};

/// How soon a queue can be purged again.
const BETWEEN_PURGES: Duration = Duration::from_secs(60);

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
        let mut answers = self.accept(&queue, vec![message]).await?;
        Ok(answers.pop().expect("there is an answer for each message"))
    }

    pub(crate) async fn send_message_batch(&self, input: Value) -> Result<Value, ServiceError> {
        let batch: Batch = parse(input)?;
        let queue = self.by_url(batch.queue_url.as_deref())?;
        let (mut ids, mut messages, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for (id, entry) in batch.into_entries("SendMessageBatchRequestEntry")? {
            match parse(entry).and_then(|message| self.prepare(&queue, message)) {
                Ok(message) => {
                    ids.push(id);
                    messages.push(message);
                }
                Err(failure) => refused.push((id, failure)),
            }
        }
        let bytes: usize = messages.iter().map(|message| message.payload().size()).sum();
        let limit = 1_048_576;
        if bytes > limit {
            return Err(error::batch_too_long(limit, bytes));
        }
        let mut outcome = Outcome::default();
        for (id, answer) in ids.iter().zip(self.accept(&queue, messages).await?) {
            outcome.add(id, Ok(answer));
        }
        for (id, failure) in refused {
            outcome.add(&id, Err(failure));
        }
        Ok(outcome.into_value())
    }

    fn prepare(&self, queue: &Queue, message: Message) -> Result<Entry, ServiceError> {
        let settings = queue.row().settings.clone();
        let mut payload = Payload {
            body: message.message_body.ok_or_else(|| error::missing("MessageBody"))?,
            attributes: message.message_attributes.unwrap_or_default(),
            system: message.message_system_attributes.unwrap_or_default(),
            group: message.message_group_id,
            deduplication_id: message.message_deduplication_id,
        };
        payload.check()?;
        let limit = settings.number("MaximumMessageSize");
        if u64::try_from(payload.size()).unwrap_or(u64::MAX) > limit {
            let message =
                format!("One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes.");
            return Err(error::invalid_value(message));
        }
        let delay = match message.delay_seconds {
            None => settings.seconds("DelaySeconds"),
            Some(Integer(seconds)) if queue.is_fifo() && seconds != 0 => {
                return Err(error::wrong_kind(seconds, "DelaySeconds"));
            }
            Some(Integer(seconds)) => match u64::try_from(seconds) {
                Ok(seconds @ 0..=900) => Duration::from_secs(seconds),
                _ => {
                    let reason = "DelaySeconds must be >= 0 and <= 900.";
                    return Err(error::invalid_parameter(seconds, "DelaySeconds", reason));
                }
            },
        };
        let group = if queue.is_fifo() {
            complete_fifo(&mut payload, settings.get("ContentBasedDeduplication").is_some_and(|on| on == "true"))?
        } else if let Some(id) = &payload.deduplication_id {
            return Err(error::wrong_kind(id, "MessageDeduplicationId"));
        } else {
            None
        };
        let now = self.platform.clock.now();
        Ok(Entry {
            id: Uuid::new_v4(),
            sent_at: now,
            visible_at: now.plus(delay),
            receive_count: 0,
            first_received_at: None,
            dead_letter_source: None,
            group,
            payload: Some(Arc::new(payload)),
        })
    }

    /// Writes the messages, lets receivers see them, and answers each.
    async fn accept(&self, queue: &Arc<Queue>, messages: Vec<Entry>) -> Result<Vec<Value>, ServiceError> {
        if queue.is_fifo() {
            return self.accept_in_order(queue, messages).await;
        }
        let answers = messages.iter().map(|message| answer(message, None)).collect();
        let messages = messages.into_iter().map(|message| (self.next_sequence(), message)).collect();
        self.keep(queue, messages, Vec::new()).await?;
        Ok(answers)
    }

    /// The same for a FIFO queue, one sender at a time: a message that it was sent lately is not kept again, but answered
    /// as it was then.
    async fn accept_in_order(&self, queue: &Arc<Queue>, messages: Vec<Entry>) -> Result<Vec<Value>, ServiceError> {
        let per_group = queue.row().settings.get("DeduplicationScope").is_some_and(|scope| scope == "messageGroup");
        let mut recent = queue.recent.lock().await;
        let (mut answers, mut kept) = (Vec::with_capacity(messages.len()), Vec::new());
        let mut sent: Vec<(String, Sent)> = Vec::new();
        for mut message in messages {
            let payload = message.payload();
            let id = payload.deduplication_id.as_deref().unwrap_or_default();
            let key = match &message.group {
                Some(group) if per_group => format!("{group} {id}"),
                _ => id.to_owned(),
            };
            let in_batch = sent.iter().find(|(other, _)| *other == key).map(|(_, sent)| *sent);
            if let Some(known) = in_batch.or_else(|| recent.find(&key, message.sent_at)) {
                message.id = known.message;
                answers.push(answer(&message, Some(known.sequence)));
                continue;
            }
            let sequence = self.next_sequence();
            answers.push(answer(&message, Some(sequence)));
            sent.push((key, Sent { message: message.id, sequence, at: message.sent_at }));
            kept.push((sequence, message));
        }
        self.keep(queue, kept, sent.clone()).await?;
        for (key, sent) in sent {
            recent.remember(key, sent);
        }
        Ok(answers)
    }

    async fn keep(
        &self,
        queue: &Arc<Queue>,
        messages: Vec<(i64, Entry)>,
        sent: Vec<(String, Sent)>,
    ) -> Result<(), ServiceError> {
        if messages.is_empty() {
            return Ok(());
        }
        let (name, messages) = (queue.name.clone(), Arc::new(messages));
        let rows = Arc::clone(&messages);
        let write = move |connection: &_| {
            rows::insert_messages(connection, &name, &rows)?;
            deduplication::write(connection, &name, &sent)
        };
        self.platform.store.write(write).await?;
        show(queue, &messages, &self.platform.signals);
        Ok(())
    }

    /// Messages that another service sends as part of its own transaction, all to one standard queue.
    pub(crate) fn enlist_messages(&self, inputs: &[Value]) -> Option<Enlisted> {
        let queue = self.by_url(inputs.first()?["QueueUrl"].as_str()).ok().filter(|queue| !queue.is_fifo())?;
        let mut messages = Vec::with_capacity(inputs.len());
        for input in inputs {
            if input["QueueUrl"] != inputs[0]["QueueUrl"] {
                return None;
            }
            let message = self.prepare(&queue, Message::deserialize(input).ok()?).ok()?;
            messages.push((self.next_sequence(), message));
        }
        let (name, messages, signals) = (queue.name.clone(), Arc::new(messages), self.platform.signals.clone());
        let rows = Arc::clone(&messages);
        let write = move |connection: &_| rows::insert_messages(connection, &name, &rows);
        Some(Enlisted::new(write, move || show(&queue, &messages, &signals)))
    }

    pub(crate) async fn purge_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let queue = self.by_url(parse::<OfQueue>(input)?.queue_url.as_deref())?;
        let name = queue.name.clone();
        {
            let now = self.platform.clock.now();
            let mut purged_at = queue.purged_at.lock().unwrap_or_else(PoisonError::into_inner);
            if purged_at.is_some_and(|before| now < before.plus(BETWEEN_PURGES)) {
                return Err(error::purge_in_progress(&name));
            }
            *purged_at = Some(now);
        }
        self.platform.store.write(move |connection| rows::delete_messages_of(connection, &name)).await?;
        queue.index().clear();
        Ok(json!({}))
    }
}

/// Lets receivers see messages that were written.
fn show(queue: &Queue, messages: &[(i64, Entry)], signals: &Signals) {
    {
        let mut index = queue.index();
        for (sequence, entry) in messages {
            index.insert(*sequence, entry.clone());
        }
    }
    signals.notify(&queue.arn);
}

/// Checks and fills in what a message of a FIFO queue needs; its group.
fn complete_fifo(payload: &mut Payload, by_content: bool) -> Result<Option<Arc<str>>, ServiceError> {
    let group = payload.group.as_deref().ok_or_else(|| error::missing("MessageGroupId"))?.into();
    if payload.deduplication_id.is_none() {
        if !by_content {
            let message = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId \
                           provided explicitly";
            return Err(error::invalid_value(message));
        }
        payload.deduplication_id = Some(digest::of_content(&payload.body));
    }
    Ok(Some(group))
}

fn answer(message: &Entry, sequence: Option<i64>) -> Value {
    let payload = message.payload();
    let mut answer = json!({"MessageId": message.id.to_string(), "MD5OfMessageBody": digest::of_body(&payload.body)});
    if let Some(digest) = digest::of_attributes(&payload.attributes) {
        answer["MD5OfMessageAttributes"] = digest.into();
    }
    if let Some(digest) = digest::of_attributes(&payload.system) {
        answer["MD5OfMessageSystemAttributes"] = digest.into();
    }
    if let Some(sequence) = sequence {
        answer["SequenceNumber"] = print_sequence(sequence).into();
    }
    answer
}
