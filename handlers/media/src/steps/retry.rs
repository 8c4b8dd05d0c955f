//! `media-retry`: what failed is processed again.

use async_trait::async_trait;
use events::MediaSnapshot;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::domain::retry;
use crate::machines::Machines;
use crate::records::Records;

/// `{"idempotencyKey", "id"}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetryInput {
    /// Names the request.
    pub idempotency_key: String,
    /// The media.
    pub id: String,
}

/// Begins the processing of a failed media again.
#[derive(Clone, Debug)]
pub struct RetryProcessing {
    records: Records,
    machines: Machines,
}

impl RetryProcessing {
    /// Works on the table and machines that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, machines: Machines::build(context)? })
    }
}

#[async_trait]
impl Step for RetryProcessing {
    type Input = RetryInput;
    type Output = MediaSnapshot;

    async fn run(&self, input: RetryInput) -> Result<MediaSnapshot, Failure> {
        let decide = |record: &_, now| retry(record, &input.idempotency_key, now);
        let record = self.records.change(&input.id, decide).await?;
        // Also when the record says so already: the attempt that wrote it may not have come this far.
        self.machines.process(&record).await?;
        Ok(record.media)
    }
}
