//! Tags of objects.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::put::{check_tags, version_of};
use super::sent;
use crate::events::{Cause, Occurrence};
use crate::http::Sent;
use crate::rows::buckets::{self, Versioning};
use crate::rows::objects::{self, Change};
use crate::storage::Storage;

impl Storage {
    pub(crate) async fn get_object_tagging(
        &self,
        request: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<S3Response<GetObjectTaggingOutput>> {
        let input = request.input;
        let (object, versioned) = self.current(input.bucket, input.key, input.version_id).await?;
        Ok(S3Response::new(GetObjectTaggingOutput {
            tag_set: tag_set(object.record.tags),
            version_id: versioned.then_some(object.version),
        }))
    }

    pub(crate) async fn put_object_tagging(
        &self,
        request: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<S3Response<PutObjectTaggingOutput>> {
        let sent = sent(&request.extensions);
        let input = request.input;
        let tags = pairs(input.tagging.tag_set);
        check_tags(&tags)?;
        let version_id = version_of(input.version_id)?;
        let version_id = self.set_tags((input.bucket, input.key, version_id), tags, Cause::TagsPut, sent).await?;
        Ok(S3Response::new(PutObjectTaggingOutput { version_id }))
    }

    pub(crate) async fn delete_object_tagging(
        &self,
        request: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
        let sent = sent(&request.extensions);
        let input = request.input;
        let version_id = version_of(input.version_id)?;
        let version_id =
            self.set_tags((input.bucket, input.key, version_id), Vec::new(), Cause::TagsDelete, sent).await?;
        Ok(S3Response::with_status(DeleteObjectTaggingOutput { version_id }, http::StatusCode::NO_CONTENT))
    }

    async fn set_tags(
        &self,
        (bucket, key, version_id): (String, String, Option<String>),
        tags: Vec<(String, String)>,
        cause: Cause,
        sent: Sent,
    ) -> S3Result<Option<String>> {
        let (now, scope) = (self.now(), self.platform.scope.clone());
        let change = self
            .write(move |connection| {
                let versioning = buckets::get(connection, &bucket)?.versioning;
                let mut object = objects::find(connection, &bucket, &key, version_id.as_deref())?;
                object.record.tags = tags;
                objects::set_record(connection, &object)?;
                let change = Change {
                    sequence: object.sequence,
                    version_id: (versioning != Versioning::Off).then(|| object.version.clone()),
                    happened: true,
                    ..Change::default()
                };
                Occurrence::new(cause, &sent, &scope, now).record(connection, &object, &change)?;
                Ok(change)
            })
            .await?;
        self.settle(&change);
        Ok(change.version_id)
    }
}

pub(super) fn tag_set(tags: Vec<(String, String)>) -> TagSet {
    tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect()
}

pub(super) fn pairs(tags: TagSet) -> Vec<(String, String)> {
    tags.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect()
}
