//! `media-index`: the object index follows what happens in the buckets, and what comes after its media was deleted goes.

use async_trait::async_trait;
use events::MediaStatus;
use function::{Context, Failure, MissingSetting, Step};
use serde::Serialize;

use crate::MediaError;
use crate::object_index::{Entry, ObjectIndex, kind_and_key, order_of};
use crate::objects::MediaObjects;
use crate::records::{Known, Records, now};
use crate::s3_event::ObjectEvent;

/// `{"indexed": true}`, or `false` when the index knew something newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Indexed {
    /// Whether this event made the difference.
    pub indexed: bool,
}

/// Writes what S3 tells about an object into the index.
///
/// S3 tells of every object, so this is where nothing slips through: whoever writes an object of a media that is deleted by
/// then, as late as it may be, is heard of here.
#[derive(Clone, Debug)]
pub struct IndexObject {
    records: Records,
    objects: MediaObjects,
    index: ObjectIndex,
}

impl IndexObject {
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

    async fn entry(&self, event: ObjectEvent) -> Result<Entry, MediaError> {
        let ObjectEvent { detail_type, detail, .. } = event;
        let (bucket, object) = (detail.bucket.name, detail.object);
        let sequencer = order_of(object.sequencer.as_deref().unwrap_or_default());
        if detail_type == "Object Deleted" {
            return Ok(Entry::tombstone(bucket, object.key, sequencer, now()));
        }
        let record = match self.records.look_up(object.key.split('/').nth(1).unwrap_or_default()).await? {
            Known::Media(record) if record.media.status != MediaStatus::Deleted => Some(record),
            Known::Media(_) | Known::Erased => {
                self.objects.delete_object(&bucket, &object.key).await?;
                return Ok(Entry::tombstone(bucket, object.key, sequencer, now()));
            }
            Known::Nothing => None,
        };
        let object_key = format!("{bucket}/{}", object.key);
        Ok(Entry {
            owner: record.as_ref().map(|record| record.media.owner.clone()),
            kind_and_key: record.as_ref().map(|record| kind_and_key(record, &object_key)),
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
