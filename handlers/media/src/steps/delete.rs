//! `media-delete`: a media goes, with all its objects.

use async_trait::async_trait;
use events::MediaSnapshot;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::MediaError;
use crate::domain::delete;
use crate::objects::MediaObjects;
use crate::records::Records;
use crate::video::WaitingTasks;

/// `{"id"}`
#[derive(Clone, Debug, Deserialize)]
pub struct DeleteInput {
    /// The media.
    pub id: String,
}

/// Deletes a media. The record says so first: whatever is still written of it goes as soon as the index hears of it.
#[derive(Clone, Debug)]
pub struct DeleteMedia {
    records: Records,
    objects: MediaObjects,
    tasks: WaitingTasks,
}

impl DeleteMedia {
    /// Works on the table and buckets that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            records: Records::build(context)?,
            objects: MediaObjects::build(context)?,
            tasks: WaitingTasks::build(context),
        })
    }
}

#[async_trait]
impl Step for DeleteMedia {
    type Input = DeleteInput;
    type Output = MediaSnapshot;

    async fn run(&self, input: DeleteInput) -> Result<MediaSnapshot, Failure> {
        let decide = |record: &_, now| Ok::<_, MediaError>(delete(record, now));
        let record = self.records.change(&input.id, decide).await?;
        // Also when the record says so already: the attempt that wrote it may not have come this far.
        self.tasks.release(&record).await?;
        self.objects.delete(&record).await?;
        Ok(record.media)
    }
}
