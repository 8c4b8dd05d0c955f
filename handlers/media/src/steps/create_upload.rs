//! `media-create-upload`: a media that awaits its upload, and where to send it.

use async_trait::async_trait;
use events::{MediaSnapshot, MediaStatus};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::buckets::Bucket;
use crate::domain::{NewUpload, Record, Transfer, media_id, request};
use crate::records::{Records, now};
use crate::upload_urls::{UploadUrls, begin_parts};

/// `{"idempotencyKey", "fileName", "contentType", "bytes", "checksum", "owner"?}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateUploadInput {
    /// Names the request; asked again, it answers the same media with fresh URLs, and which parts have arrived.
    pub idempotency_key: String,
    /// What is to be uploaded.
    #[serde(flatten)]
    pub upload: NewUpload,
}

/// `{"media": {…}, "upload"?: {…}}`
#[derive(Clone, Debug, Serialize)]
pub struct CreatedUpload {
    /// The media.
    pub media: MediaSnapshot,
    /// Where to send it; absent once it has arrived, or was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadUrls>,
}

/// Records a media and signs the URLs of its upload.
#[derive(Clone, Debug)]
pub struct CreateUpload {
    records: Records,
    uploads: Bucket,
}

impl CreateUpload {
    /// Works on the table and bucket that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, uploads: Bucket::uploads(context)? })
    }

    /// The record of this request: a new one, or the one that the same request made before.
    async fn record(&self, key: &str, new: &NewUpload) -> Result<Record, MediaError> {
        let id = media_id(&new.owner, key)?;
        let fresh = request(new, id.clone(), now())?;
        if self.records.insert(&fresh).await? {
            return Ok(fresh);
        }
        let known = self.records.find(&id).await?;
        let known = known.filter(|known| known.upload.request_hash == fresh.upload.request_hash);
        known.ok_or_else(|| MediaError::IdempotencyMismatch { key: key.to_owned() })
    }

    /// The record with S3's name for the upload in parts. Of two requests at once, one begins in vain: its parts are
    /// swept away by the bucket's lifecycle.
    async fn with_upload_id(&self, record: Record) -> Result<Record, MediaError> {
        if record.transfer() == Transfer::Single || record.upload.upload_id.is_some() {
            return Ok(record);
        }
        let upload_id = begin_parts(&self.uploads, &record).await?;
        let decide = |record: &Record, now| {
            if record.upload.upload_id.is_some() || record.media.status != MediaStatus::Pending {
                return Ok(None);
            }
            let mut after = record.clone().advanced(now);
            after.upload.upload_id = Some(upload_id.clone());
            Ok(Some(after))
        };
        self.records.change(&record.media.id, decide).await
    }
}

#[async_trait]
impl Step for CreateUpload {
    type Input = CreateUploadInput;
    type Output = CreatedUpload;

    async fn run(&self, input: CreateUploadInput) -> Result<CreatedUpload, Failure> {
        let record = self.record(&input.idempotency_key, &input.upload).await?;
        if record.media.status != MediaStatus::Pending {
            return Ok(CreatedUpload { media: record.media, upload: None });
        }
        let record = self.with_upload_id(record).await?;
        let upload = UploadUrls::sign(&self.uploads, &record, now()).await?;
        Ok(CreatedUpload { media: record.media, upload: Some(upload) })
    }
}
