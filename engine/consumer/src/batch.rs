//! The messages of a queue that are gathered for one batch.

use std::collections::HashMap;

use serde_json::Value;

use crate::Record;

/// A message, and what it takes to delete it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) record: Record,
    pub(crate) receipt_handle: Value,
}

/// Messages in the order in which they first came, each of them once: where one is received again, only its newest
/// receipt deletes it.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    messages: Vec<Message>,
    places: HashMap<String, usize>,
}

impl Batch {
    /// Takes a message; answers whether it wasn't there before.
    pub(crate) fn push(&mut self, message: Message) -> bool {
        let known = self.places.get(&message.record.id).and_then(|place| self.messages.get_mut(*place));
        if let Some(known) = known {
            *known = message;
            return false;
        }
        self.places.insert(message.record.id.clone(), self.messages.len());
        self.messages.push(message);
        true
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(crate) fn into_messages(self) -> Vec<Message> {
        self.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_comes_again_keeps_its_place_under_its_newest_receipt() {
        let message = |id: &str, receipt: &str| Message {
            record: Record { id: id.to_owned(), value: Value::Null },
            receipt_handle: receipt.into(),
        };
        let mut batch = Batch::default();
        let is_new = [("a", "1"), ("b", "2"), ("a", "3")].map(|(id, receipt)| batch.push(message(id, receipt)));
        assert_eq!((is_new, batch.len()), ([true, true, false], 2));
        let receipts: Vec<Value> = batch.into_messages().into_iter().map(|message| message.receipt_handle).collect();
        assert_eq!(receipts, ["3", "2"]);
    }
}
