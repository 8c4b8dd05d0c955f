//! `media-erase`: everything of a person goes, some at a time.

use async_trait::async_trait;
use events::SubjectErased;
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

use crate::object_index::ObjectIndex;
use crate::objects::MediaObjects;
use crate::records::{Records, now};

/// How many media, and how many objects, one call deletes.
const PAGE: i32 = 10;

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
#[derive(Clone, Debug)]
pub struct EraseSubject {
    records: Records,
    objects: MediaObjects,
    index: ObjectIndex,
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
        })
    }
}

#[async_trait]
impl Step for EraseSubject {
    type Input = EraseInput;
    type Output = Erased;

    async fn run(&self, input: EraseInput) -> Result<Erased, Failure> {
        let EraseInput { subject, erasure } = &input;
        // What the index knows goes first, and is counted: once an object is gone, its entry loses the owner by itself.
        let entries = self.index.of_owner(subject, PAGE).await?;
        for entry in &entries {
            self.objects.delete_object(&entry.bucket, &entry.key).await?;
            self.index.erase(&entry.object_key, erasure).await?;
        }
        if !entries.is_empty() {
            return Ok(Erased { goes_on: true, event: None });
        }
        let page = self.records.of_owner(subject, PAGE).await?;
        for record in &page.records {
            // What the index has not heard of yet goes with the record, and the record last: as long as it is there, a call
            // that was cut off finds the objects again.
            self.objects.delete(record).await?;
            self.index.erase_media(self.records.table(), &record.media.id, erasure).await?;
        }
        if !page.records.is_empty() {
            return Ok(Erased { goes_on: true, event: None });
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
