//! `media-complete-upload`: all parts are there, and become one object.

use async_trait::async_trait;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use events::{MediaSnapshot, MediaStatus};
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::MediaError;
use crate::buckets::{Bucket, is_missing};
use crate::domain::{Part, Record};
use crate::records::Records;
use crate::upload_urls::received_parts;

/// `{"id", "parts"?}`
#[derive(Clone, Debug, Deserialize)]
pub struct CompleteUploadInput {
    /// The media.
    pub id: String,
    /// What the client was answered to each part, to be compared with what has arrived.
    #[serde(default)]
    pub parts: Vec<SentPart>,
}

/// A part as its sender knows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SentPart {
    /// From 1.
    pub number: i32,
    /// With or without quotation marks.
    pub etag: String,
}

/// Completes an upload in parts; one that came in one request is complete by itself.
#[derive(Clone, Debug)]
pub struct CompleteUpload {
    records: Records,
    uploads: Bucket,
}

impl CompleteUpload {
    /// Works on the table and bucket that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, uploads: Bucket::uploads(context)? })
    }

    async fn complete(&self, record: &Record, upload_id: &str, sent: &[SentPart]) -> Result<(), MediaError> {
        let key = &record.upload.key;
        let received = received_parts(&self.uploads, key, upload_id).await?;
        if received.is_empty() && self.has_arrived(key).await? {
            return Ok(());
        }
        let parts = record.transfer().parts(record.media.bytes);
        let is_missing_part = |part: &&Part| {
            received.get(&part.number).is_none_or(|received| {
                let is_other = |sent: &SentPart| {
                    sent.number == part.number && sent.etag.trim_matches('"') != received.etag.trim_matches('"')
                };
                received.bytes != part.bytes || sent.iter().any(is_other)
            })
        };
        let missing: Vec<_> = parts.iter().filter(is_missing_part).map(|part| part.number.to_string()).collect();
        if !missing.is_empty() {
            return Err(MediaError::Incomplete { missing: missing.join(", ") });
        }
        let parts = parts
            .iter()
            .map(|part| CompletedPart::builder().part_number(part.number).e_tag(&received[&part.number].etag).build());
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let complete = self.uploads.client.complete_multipart_upload().bucket(&self.uploads.name).key(key);
        match complete.upload_id(upload_id).multipart_upload(parts).send().await {
            Ok(_) => Ok(()),
            // Another request, or an earlier attempt of this one, was quicker.
            Err(error) if is_missing(&error) && self.has_arrived(key).await? => Ok(()),
            Err(error) => Err(self.uploads.unavailable(&error)),
        }
    }

    async fn has_arrived(&self, key: &str) -> Result<bool, MediaError> {
        match self.uploads.client.head_object().bucket(&self.uploads.name).key(key).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(self.uploads.unavailable(&error)),
        }
    }
}

#[async_trait]
impl Step for CompleteUpload {
    type Input = CompleteUploadInput;
    type Output = MediaSnapshot;

    async fn run(&self, input: CompleteUploadInput) -> Result<MediaSnapshot, Failure> {
        let record = self.records.get(&input.id).await?;
        match record.media.status {
            MediaStatus::Pending => {}
            MediaStatus::Canceled | MediaStatus::Deleted => {
                return Err(MediaError::NotPending { id: input.id }.into());
            }
            _ => return Ok(record.media),
        }
        match &record.upload.upload_id {
            Some(upload_id) => self.complete(&record, upload_id, &input.parts).await?,
            None if self.has_arrived(&record.upload.key).await? => {}
            None => return Err(MediaError::Incomplete { missing: "1".to_owned() }.into()),
        }
        Ok(record.media)
    }
}
