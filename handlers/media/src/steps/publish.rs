//! `media-publish`: what each change of the table `media` means to others.

use async_trait::async_trait;
use events::{Event, MediaFact, MediaProcessed, MediaReason, MediaRejected, MediaStatus, MediaUploaded};
use function::{Failure, Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::{Uuid, uuid};

use crate::MediaError;
use crate::domain::Record;
use crate::records::is_erased;

/// The namespace of event ids made from stream records; a fact's id never changes, so neither does this.
const STREAM_RECORDS: Uuid = uuid!("9d4f4f4e-0b0e-4d0c-9b06-6a2f8f9f4c31");

/// A DynamoDB stream record, as a pipe hands it over.
///
/// Shape: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html>
#[derive(Clone, Debug, Deserialize)]
pub struct StreamRecord {
    /// Names the record, the same each time it is read.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// What was changed.
    pub dynamodb: StreamImages,
}

/// A DynamoDB item before and after a change.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamImages {
    /// Absent when the item is new.
    pub old_image: Option<serde_dynamo::Item>,
    /// Absent when the item is gone.
    pub new_image: Option<serde_dynamo::Item>,
}

/// An event on its way to the bus.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// `media.processed`
    pub detail_type: &'static str,
    /// `sluicegate.media`
    pub source: &'static str,
    /// The event's detail.
    pub detail: Value,
}

/// Turns stream records into events, in their order: one for each change of status that others care for.
#[derive(Clone, Copy, Debug)]
pub struct PublishChanges;

#[async_trait]
impl Step for PublishChanges {
    type Input = Vec<StreamRecord>;
    type Output = Vec<Publication>;

    async fn run(&self, records: Vec<StreamRecord>) -> Result<Vec<Publication>, Failure> {
        let publications: Result<Vec<_>, MediaError> = records.iter().map(publications).collect();
        Ok(publications?.into_iter().flatten().collect())
    }
}

fn publications(record: &StreamRecord) -> Result<Vec<Publication>, MediaError> {
    let before = image(record, record.dynamodb.old_image.as_ref())?;
    let Some(after) = image(record, record.dynamodb.new_image.as_ref())? else { return Ok(Vec::new()) };
    let was = before.as_ref().map(|before| (before.media.status, before.source.clone()));
    if was == Some((after.media.status, after.source.clone())) {
        return Ok(Vec::new());
    }
    let arrived_now = before.is_none_or(|before| before.source != after.source) && after.source.is_some();
    let mut publications = Vec::new();
    if arrived_now {
        publications.push(publish(MediaUploaded { fact: fact(record, &after, MediaUploaded::DETAIL_TYPE) }));
    }
    match after.media.status {
        MediaStatus::Ready => {
            publications.push(publish(MediaProcessed { fact: fact(record, &after, MediaProcessed::DETAIL_TYPE) }));
        }
        MediaStatus::Rejected => {
            let unknown = || MediaReason { code: "Media.Unknown".to_owned(), message: "no reason is kept".to_owned() };
            let reason = after.media.reason.clone().unwrap_or_else(unknown);
            let fact = fact(record, &after, MediaRejected::DETAIL_TYPE);
            publications.push(publish(MediaRejected { fact, reason }));
        }
        _ => {}
    }
    Ok(publications)
}

fn image(record: &StreamRecord, item: Option<&serde_dynamo::Item>) -> Result<Option<Record>, MediaError> {
    let read = |item: &serde_dynamo::Item| serde_dynamo::from_item(item.clone());
    let invalid = |error| MediaError::InvalidRecord(format!("stream record {}: {error}", record.event_id));
    item.filter(|item| !is_erased(item)).map(read).transpose().map_err(invalid)
}

fn fact(record: &StreamRecord, after: &Record, detail_type: &str) -> MediaFact {
    MediaFact {
        event_id: Uuid::new_v5(&STREAM_RECORDS, format!("{}/{detail_type}", record.event_id).as_bytes()).to_string(),
        occurred_at: after.media.updated_at,
        media_id: after.media.id.clone(),
        owner: after.media.owner.clone(),
        version: after.media.version,
        media: after.media.clone(),
    }
}

fn publish<Detail: Event>(detail: Detail) -> Publication {
    Publication {
        detail_type: Detail::DETAIL_TYPE,
        source: Detail::SOURCE,
        detail: serde_json::to_value(detail).expect("details are plain data with text keys"),
    }
}
