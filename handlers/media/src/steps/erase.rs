//! `media-erase`: everything of a person goes, some at a time.

use async_trait::async_trait;
use events::SubjectErased;
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

use crate::MediaError;
use crate::domain::{Record, check_owner, delete};
use crate::object_index::ObjectIndex;
use crate::objects::MediaObjects;
use crate::records::{Records, now};
use crate::video::WaitingTasks;

/// How many media one call deletes.
const MEDIA: i32 = 10;

/// How many objects of a media one call counts, in each bucket.
const OBJECTS: i32 = 100;

/// The namespace of event ids made from erasures; a fact's id never changes, so neither does this.
const ERASURES: Uuid = uuid!("5f2d7d0a-1b7e-4e7c-a2f6-3f0f6c8de0b4");

/// `{"subject", "erasure"}`
#[derive(Clone, Debug, Deserialize)]
pub struct EraseInput {
    /// The owner.
    pub subject: String,
    /// Names the erasure, which counts what it deletes: the execution's ARN.
    pub erasure: String,
}

/// `{"goesOn": true}` or `{"goesOn": false, "event": {…}}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Erased {
    /// Whether there may be more.
    pub goes_on: bool,
    /// The detail of `subject.erased`, once nothing is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<SubjectErased>,
}

/// Deletes a page of what an owner has. A call that was cut off is made again: what is gone is not counted twice.
///
/// A media is marked as deleted first, and is its owner's until all of it is gone, so that it is found again. From the mark
/// on, `media-index` deletes whatever is still written of it, and the mark stays, without the person, for a month: a film's
/// job, a picture's last variant and an upload to a URL that was signed before come later than the erasure.
#[derive(Clone, Debug)]
pub struct EraseSubject {
    records: Records,
    objects: MediaObjects,
    index: ObjectIndex,
    tasks: WaitingTasks,
}

impl EraseSubject {
    /// Works on the tables and buckets that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            records: Records::build(context)?,
            objects: MediaObjects::build(context)?,
            index: ObjectIndex::build(context)?,
            tasks: WaitingTasks::build(context),
        })
    }

    /// Erases a media; `false` when there is more of it.
    async fn erase(&self, id: &str, erasure: &str) -> Result<bool, MediaError> {
        let record = match self.records.change(id, |record, now| Ok(delete(record, now))).await {
            Ok(record) => record,
            // The index by owner tells of a moment ago.
            Err(MediaError::NotFound { .. }) => return Ok(true),
            Err(error) => return Err(error),
        };
        self.tasks.release(&record).await?;
        if !self.count_objects(&record, erasure).await? {
            return Ok(false);
        }
        self.objects.delete(&record).await?;
        self.index.erase_media(self.records.table(), &record, erasure, now()).await
    }

    /// Takes a media's objects out of the index, which counts them, before they go: with its object an entry loses its owner
    /// by itself, and is found no more. `false` when there are more.
    async fn count_objects(&self, record: &Record, erasure: &str) -> Result<bool, MediaError> {
        let mut are_all = true;
        for beginning in self.objects.beginnings(&record.media.id) {
            let entries = self.index.of_media(record, &beginning, OBJECTS).await?;
            are_all &= entries.len() < OBJECTS as usize;
            for entry in entries {
                self.index.erase(entry, erasure, now()).await?;
            }
        }
        Ok(are_all)
    }
}

#[async_trait]
impl Step for EraseSubject {
    type Input = EraseInput;
    type Output = Erased;

    async fn run(&self, input: EraseInput) -> Result<Erased, Failure> {
        let EraseInput { subject, erasure } = &input;
        check_owner(subject)?;
        let page = self.records.of_owner(subject, MEDIA).await?;
        for record in &page.records {
            if !self.erase(&record.media.id, erasure).await? {
                break;
            }
        }
        if !page.records.is_empty() {
            return Ok(Erased { goes_on: true, event: None });
        }
        // What is left belongs to media that nobody remembers.
        let entries = self.index.of_owner(subject, OBJECTS).await?;
        let goes_on = !entries.is_empty();
        for entry in entries {
            self.objects.delete_object(&entry.bucket, &entry.key).await?;
            self.index.erase(entry, erasure, now()).await?;
        }
        if goes_on {
            return Ok(Erased { goes_on, event: None });
        }
        let tally = self.index.tally(erasure).await?;
        let event = SubjectErased {
            event_id: Uuid::new_v5(&ERASURES, erasure.as_bytes()).to_string(),
            occurred_at: now(),
            subject: input.subject,
            media: tally.media,
            objects: tally.objects,
        };
        Ok(Erased { goes_on: false, event: Some(event) })
    }
}
