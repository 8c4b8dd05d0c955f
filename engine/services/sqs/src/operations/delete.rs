//! DeleteMessage and its batch.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::batch::{Batch, Outcome};
use super::parse;
use crate::queue::Queue;
use crate::receipt::Receipt;
use crate::{Sqs, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    queue_url: Option<String>,
    receipt_handle: Option<String>,
}

fn receipt(handle: Option<&str>) -> Result<Receipt, ServiceError> {
    Receipt::decode(handle.ok_or_else(|| error::missing("ReceiptHandle"))?)
}

impl Sqs {
    pub(crate) async fn delete_message(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let queue = self.by_url(input.queue_url.as_deref())?;
        let receipt = receipt(input.receipt_handle.as_deref())?;
        self.check_expired(&queue, receipt)?;
        self.remove(&queue, vec![receipt]).await?;
        Ok(json!({}))
    }

    pub(crate) async fn delete_message_batch(&self, input: Value) -> Result<Value, ServiceError> {
        let batch: Batch = parse(input)?;
        let queue = self.by_url(batch.queue_url.as_deref())?;
        let mut outcome = Outcome::default();
        let mut receipts = Vec::new();
        for (id, entry) in batch.into_entries("DeleteMessageBatchRequestEntry")? {
            let receipt = receipt(entry["ReceiptHandle"].as_str());
            match receipt.and_then(|receipt| self.check_expired(&queue, receipt).map(|()| receipt)) {
                Ok(receipt) => {
                    receipts.push(receipt);
                    outcome.add(&id, Ok(json!({})));
                }
                Err(failure) => outcome.add(&id, Err(failure)),
            }
        }
        self.remove(&queue, receipts).await?;
        Ok(outcome.into_value())
    }

    /// A FIFO queue takes a handle only while its message is in flight: after that another receiver may have it.
    fn check_expired(&self, queue: &Queue, receipt: Receipt) -> Result<(), ServiceError> {
        let mut index = queue.index();
        if !queue.is_fifo() || index.get(receipt.sequence).is_none() {
            return Ok(());
        }
        let in_flight = index.is_in_flight(receipt.sequence, self.platform.clock.now());
        if in_flight && index.get(receipt.sequence).is_some_and(|entry| entry.receive_count == receipt.receive_count) {
            return Ok(());
        }
        Err(error::invalid_parameter(receipt.encode(), "ReceiptHandle", "The receipt handle has expired."))
    }

    /// Deletes messages: rows first, so that one that is answered as deleted never comes back. Any handle of a message
    /// deletes it, also when it is gone already.
    async fn remove(&self, queue: &Queue, receipts: Vec<Receipt>) -> Result<(), ServiceError> {
        // A message that was moved back from a dead-letter queue has another id: its older handles mean nothing.
        let sequences: Vec<i64> = receipts
            .into_iter()
            .filter(|receipt| queue.index().get(receipt.sequence).is_some_and(|entry| entry.id == receipt.message))
            .map(|receipt| receipt.sequence)
            .collect();
        let (name, rows) = (queue.name.clone(), sequences.clone());
        self.platform
            .store
            .write(move |connection| {
                rows.iter().try_for_each(|sequence| rows::delete_message(connection, &name, *sequence))
            })
            .await?;
        let mut index = queue.index();
        for sequence in sequences {
            index.remove(sequence);
        }
        Ok::<(), ServiceError>(())
    }
}
