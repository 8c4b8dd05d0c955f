//! `media-index`: the object index follows what happens in the buckets.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::Serialize;

use crate::MediaError;
use crate::object_index::{Entry, ObjectIndex, order_of};
use crate::records::{Records, now};
use crate::s3_event::ObjectEvent;

/// `{"indexed": true}`, or `false` when the index knew something newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Indexed {
    /// Whether this event made the difference.
    pub indexed: bool,
}

/// Writes what S3 tells about an object into the index.
#[derive(Clone, Debug)]
pub struct IndexObject {
    records: Records,
    index: ObjectIndex,
}

impl IndexObject {
    /// Works on the tables that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, index: ObjectIndex::build(context)? })
    }

    async fn entry(&self, event: ObjectEvent) -> Result<Entry, MediaError> {
        let ObjectEvent { detail_type, detail, .. } = event;
        let (bucket, object) = (detail.bucket.name, detail.object);
        let sequencer = order_of(object.sequencer.as_deref().unwrap_or_default());
        if detail_type == "Object Deleted" {
            return Ok(Entry::tombstone(bucket, object.key, sequencer, now()));
        }
        let media_id = object.key.split('/').nth(1).map(str::to_owned);
        let record = match &media_id {
            Some(id) => self.records.find(id).await?,
            None => None,
        };
        let object_key = format!("{bucket}/{}", object.key);
        let kind = |record: &crate::domain::Record| {
            if record.upload.content_type.starts_with("video/") { "VIDEO" } else { "IMAGE" }
        };
        Ok(Entry {
            owner: record.as_ref().map(|record| record.media.owner.clone()),
            kind_and_key: record.as_ref().map(|record| format!("{}#{object_key}", kind(record))),
            media_id: record.map(|record| record.media.id),
            object_key,
            bucket,
            key: object.key,
            sequencer,
            bytes: object.size,
            etag: object.etag,
            deleted: false,
            expires_at: None,
        })
    }
}

#[async_trait]
impl Step for IndexObject {
    type Input = ObjectEvent;
    type Output = Indexed;

    async fn run(&self, event: ObjectEvent) -> Result<Indexed, Failure> {
        let entry = self.entry(event).await?;
        Ok(Indexed { indexed: self.index.put(&entry).await? })
    }
}
