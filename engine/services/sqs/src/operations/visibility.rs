//! ChangeMessageVisibility and its batch.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::batch::{Batch, Outcome};
use super::{Integer, parse};
use crate::queue::Queue;
use crate::receipt::Receipt;
use crate::{Sqs, error};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    queue_url: Option<String>,
    receipt_handle: Option<String>,
    visibility_timeout: Option<Integer>,
}

impl Sqs {
    pub(crate) fn change_message_visibility(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let queue = self.by_url(input.queue_url.as_deref())?;
        self.hide(&queue, input)
    }

    pub(crate) fn change_message_visibility_batch(&self, input: Value) -> Result<Value, ServiceError> {
        let batch: Batch = parse(input)?;
        let queue = self.by_url(batch.queue_url.as_deref())?;
        let mut outcome = Outcome::default();
        for (id, entry) in batch.into_entries("ChangeMessageVisibilityBatchRequestEntry")? {
            outcome.add(&id, parse(entry).and_then(|entry| self.hide(&queue, entry)));
        }
        Ok(outcome.into_value())
    }

    fn hide(&self, queue: &Queue, input: Input) -> Result<Value, ServiceError> {
        let handle = input.receipt_handle.ok_or_else(|| error::missing("ReceiptHandle"))?;
        let Integer(seconds) = input.visibility_timeout.ok_or_else(|| error::missing("VisibilityTimeout"))?;
        let Ok(timeout @ 0..=43_200) = u64::try_from(seconds) else {
            let reason = "VisibilityTimeout must be between 0 and 43200 seconds.";
            return Err(error::invalid_parameter(seconds, "VisibilityTimeout", reason));
        };
        let receipt = Receipt::decode(&handle)?;
        let now = self.platform.clock.now();
        let changed = {
            let mut index = queue.index();
            let newest = index
                .get(receipt.sequence)
                .is_some_and(|entry| entry.id == receipt.message && entry.receive_count == receipt.receive_count);
            if !newest {
                let reason = "Message does not exist or is not available for visibility timeout change.";
                return Err(error::invalid_parameter(handle, "ReceiptHandle", reason));
            }
            index.hide_until(receipt.sequence, now, now.plus(Duration::from_secs(timeout)))
        };
        if !changed {
            return Err(error::not_in_flight());
        }
        self.write_soon(queue, [receipt.sequence]);
        // Receivers that wait do so for the moment that was the next one; there may be an earlier one now.
        self.platform.signals.notify(&queue.arn);
        Ok(json!({}))
    }
}
