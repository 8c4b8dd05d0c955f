//! DeleteObject and DeleteObjects.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::conditions::Writing;
use super::put::version_of;
use super::sent;
use crate::error::{Refused, precondition_failed};
use crate::events::{Cause, Occurrence};
use crate::http::Sent;
use crate::rows::buckets;
use crate::rows::objects::{self, Change, Object, Record};
use crate::storage::{Storage, new_id};
use crate::time;

/// One object to delete, and what must be so.
struct Doomed {
    key: String,
    version_id: Option<String>,
    conditions: Writing,
    size: Option<i64>,
    modified_at: Option<s3s::dto::Timestamp>,
}

impl Storage {
    pub(crate) async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let sent = sent(&request.extensions);
        let input = request.input;
        let doomed = Doomed {
            key: input.key,
            version_id: version_of(input.version_id)?,
            conditions: Writing { matches: input.if_match, none_matches: None },
            size: input.if_match_size,
            modified_at: input.if_match_last_modified_time,
        };
        let change = self.delete_one(input.bucket, doomed, sent, Cause::Delete).await?;
        let output = DeleteObjectOutput {
            delete_marker: change.marker.then_some(true),
            version_id: change.version_id,
            ..DeleteObjectOutput::default()
        };
        Ok(S3Response::with_status(output, http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let sent = sent(&request.extensions);
        let DeleteObjectsInput { bucket, delete, .. } = request.input;
        if delete.objects.is_empty() || delete.objects.len() > 1000 {
            return Err(s3_error!(
                MalformedXML,
                "The XML you provided was not well-formed or did not validate against our published schema"
            ));
        }
        self.check_bucket(&bucket).await?;
        let quiet = delete.quiet == Some(true);
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for object in delete.objects {
            let (key, version_id) = (object.key.clone(), object.version_id.clone());
            let doomed = Doomed {
                key: object.key,
                version_id: object.version_id,
                conditions: Writing { matches: object.e_tag.map(ETagCondition::ETag), none_matches: None },
                size: object.size,
                modified_at: object.last_modified_time,
            };
            match self.delete_one(bucket.clone(), doomed, sent.clone(), Cause::Delete).await {
                Ok(_) if quiet => {}
                Ok(change) => deleted.push(DeletedObject {
                    key: Some(key),
                    delete_marker: change.marker.then_some(true),
                    delete_marker_version_id: change.version_id.filter(|_| change.marker),
                    version_id,
                }),
                Err(refused) => errors.push(Error {
                    code: Some(refused.code().as_str().to_owned()),
                    key: Some(key),
                    message: refused.message().map(str::to_owned),
                    version_id,
                }),
            }
        }
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted: Some(deleted),
            errors: Some(errors),
            ..DeleteObjectsOutput::default()
        }))
    }

    async fn delete_one(&self, bucket: String, doomed: Doomed, sent: Sent, cause: Cause) -> S3Result<Change> {
        let (now, scope) = (self.now(), self.platform.scope.clone());
        let change = self
            .write(move |connection| {
                let versioning = buckets::get(connection, &bucket)?.versioning;
                check(connection, &bucket, &doomed)?;
                let change = match doomed.version_id.as_deref() {
                    Some(id) => objects::delete_version(connection, &bucket, &doomed.key, id)?,
                    None => objects::delete(connection, versioning, (&bucket, &doomed.key), now, new_id())?,
                };
                let by_version = doomed.version_id.is_some();
                let cause = if change.marker && !by_version { Cause::DeleteMarker } else { cause };
                if change.happened {
                    Occurrence::new(cause, &sent, &scope, now).record(
                        connection,
                        &gone(bucket, doomed.key),
                        &change,
                    )?;
                }
                Ok(change)
            })
            .await?;
        self.settle(&change);
        Ok(change)
    }
}

fn check(connection: &rusqlite::Connection, bucket: &str, doomed: &Doomed) -> Result<(), Refused> {
    if doomed.conditions.matches.is_none() && doomed.size.is_none() && doomed.modified_at.is_none() {
        return Ok(());
    }
    let current = match doomed.version_id.as_deref() {
        Some(id) => objects::version(connection, bucket, &doomed.key, id)?,
        None => objects::latest(connection, bucket, &doomed.key)?,
    };
    doomed.conditions.check(current.as_ref())?;
    let Some(object) = current else { return Ok(()) };
    let is_other_size = doomed.size.is_some_and(|size| u64::try_from(size).is_ok_and(|size| size != object.size));
    let seconds = |moment: clock::Timestamp| moment.as_millis().div_euclid(1000);
    let is_other_time = doomed
        .modified_at
        .as_ref()
        .is_some_and(|moment| seconds(time::from_dto(moment)) != seconds(object.modified_at));
    if is_other_size || is_other_time {
        return Err(precondition_failed().into());
    }
    Ok(())
}

/// What events tell of an object that is no longer there.
pub(crate) fn gone(bucket: String, key: String) -> Object {
    Object {
        bucket,
        key,
        sequence: 0,
        version: String::new(),
        is_latest: false,
        is_marker: false,
        size: 0,
        etag: String::new(),
        modified_at: clock::Timestamp::default(),
        body: None,
        record: Record::default(),
    }
}
