//! All objects of a media, in both buckets.

use function::{Context, MissingSetting};

use crate::MediaError;
use crate::buckets::{Bucket, is_missing};
use crate::domain::Record;

/// The objects of media.
#[derive(Clone, Debug)]
pub(crate) struct MediaObjects {
    uploads: Bucket,
    media: Bucket,
}

impl MediaObjects {
    /// In the buckets that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { uploads: Bucket::uploads(context)?, media: Bucket::media(context)? })
    }

    /// Deletes what there is of a media: the upload, also one on its way, and everything made of it.
    pub(crate) async fn delete(&self, record: &Record) -> Result<(), MediaError> {
        self.abandon_upload(record).await?;
        tokio::try_join!(self.delete_upload(&record.media.id), self.delete_made(&record.media.id))?;
        Ok(())
    }

    /// Deletes the upload of a media.
    pub(crate) async fn delete_upload(&self, id: &str) -> Result<(), MediaError> {
        self.uploads.delete_all(&upload_of(id)).await.map(drop)
    }

    /// Deletes everything made of a media's upload.
    pub(crate) async fn delete_made(&self, id: &str) -> Result<(), MediaError> {
        self.media.delete_all(&made_of(id)).await.map(drop)
    }

    /// How the names of a media's objects begin, bucket first: of the upload, and of what is made of it.
    pub(crate) fn beginnings(&self, id: &str) -> [String; 2] {
        [format!("{}/{}", self.uploads.name, upload_of(id)), format!("{}/{}", self.media.name, made_of(id))]
    }

    /// Deletes one object in either bucket; of another bucket nothing is ours to delete.
    pub(crate) async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), MediaError> {
        match [&self.uploads, &self.media].into_iter().find(|known| known.name == bucket) {
            Some(bucket) => bucket.delete(key).await,
            None => Ok(()),
        }
    }

    /// Takes back an upload in parts that is not complete.
    pub(crate) async fn abandon_upload(&self, record: &Record) -> Result<(), MediaError> {
        let Some(upload_id) = &record.upload.upload_id else { return Ok(()) };
        let abort = self.uploads.client.abort_multipart_upload().bucket(&self.uploads.name);
        match abort.key(&record.upload.key).upload_id(upload_id).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => Err(self.uploads.unavailable(&error)),
        }
    }
}

fn upload_of(id: &str) -> String {
    format!("uploads/{id}/")
}

fn made_of(id: &str) -> String {
    format!("media/{id}/")
}
