//! Deliveries to queues of this engine: the message is written in the transaction that accepts the event, so that there is
//! nothing to deliver, and nothing twice, after a crash.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::{Enlisted, ServiceError};
use store::rusqlite::Connection;

use super::Delivery;
use crate::rows;
use crate::rule::Rule;
use crate::service::EventBridge;
use crate::target::Target;

/// An event on its way to a queue, with what the queue gets of it.
pub(crate) struct Letter {
    queue: String,
    body: String,
    delivery: Delivery,
}

/// Letters to one queue.
pub(crate) struct Bundle {
    messages: Enlisted,
    deliveries: Vec<Delivery>,
}

/// What became of a bundle.
pub(crate) enum Sent {
    /// Its messages are in the queue; receivers see them once this was called.
    Messages(Box<dyn FnOnce() + Send>),
    /// The queue refused them, so they are deliveries as any others, and fail as those do.
    Deliveries,
}

impl Bundle {
    /// Writes the messages, or the deliveries where the queue is gone meanwhile.
    pub(crate) fn write(self, connection: &Connection) -> Result<Sent, ServiceError> {
        let (write, written) = self.messages.into_parts();
        if write(connection).is_ok() {
            return Ok(Sent::Messages(written));
        }
        rows::deliveries::insert(connection, &self.deliveries)?;
        Ok(Sent::Deliveries)
    }
}

impl EventBridge {
    /// What a queue gets of an event; nothing where the target's template makes no JSON of it.
    pub(crate) fn letter(&self, rule: &Rule, target: &Target, queue: &str, delivery: Delivery) -> Option<Letter> {
        let body = Self::input(rule, target, &delivery)?;
        Some(Letter { queue: queue.to_owned(), body, delivery })
    }

    /// Bundles letters by queue; those that can't be sent within a transaction are deliveries as any others.
    pub(crate) fn enlist(&self, letters: Vec<Letter>) -> (Vec<Bundle>, Vec<Delivery>) {
        if letters.is_empty() {
            return Default::default();
        }
        let mut queues: BTreeMap<String, (Vec<Value>, Vec<Delivery>)> = BTreeMap::new();
        for Letter { queue, body, delivery } in letters {
            let message = json!({"QueueUrl": self.queue_url(&queue), "MessageBody": body});
            let (messages, deliveries) = queues.entry(queue).or_default();
            messages.push(message);
            deliveries.push(delivery);
        }
        let sqs = self.platform.services.get("sqs");
        let (mut bundles, mut others) = (Vec::new(), Vec::new());
        for (messages, deliveries) in queues.into_values() {
            match sqs.as_ref().and_then(|sqs| sqs.enlist("SendMessage", &messages)) {
                Some(messages) => bundles.push(Bundle { messages, deliveries }),
                None => others.extend(deliveries),
            }
        }
        (bundles, others)
    }

    /// Goes on once a bundle is on disk.
    pub(crate) fn sent(&self, sent: Sent) {
        match sent {
            Sent::Messages(written) => written(),
            Sent::Deliveries => self.deliveries.due.notify_one(),
        }
    }
}
