//! PutObject.

use std::collections::BTreeMap;

use rusqlite::Connection;
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::conditions::Writing;
use super::{checks, sent, set_sums};
use crate::checksum::Claimed;
use crate::error::Refused;
use crate::events::{Cause, Occurrence};
use crate::http::{Details, Sent};
use crate::rows::buckets;
use crate::rows::objects::{self, Change, Object, Record};
use crate::storage::{Storage, new_id};
use crate::upload::{self, Expected, hex};
use crate::{error, time};

impl Storage {
    pub(crate) async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let sent = sent(&request.extensions);
        let claimed = Claimed::of(&request.headers)?;
        let input = &mut request.input;
        let body = input.body.take();
        if input.write_offset_bytes.is_some() {
            return Err(s3_error!(NotImplemented, "sluice does not implement appending to objects of S3"));
        }
        let conditions = Writing::of(input.if_match.take(), input.if_none_match.take())?;
        let mut record = record_of(input, &sent.details)?;
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        self.check_bucket(&bucket).await?;
        self.check_acl(&bucket, &request.headers).await?;
        let expected = Expected {
            length: input.content_length.and_then(|length| u64::try_from(length).ok()),
            md5: input.content_md5.take(),
            claimed,
            sent: sent.clone(),
        };
        let received = upload::receive(&self.bodies, body, expected).await?;
        record.sums = received.sums;
        record.checksum_type = Some(ChecksumType::FULL_OBJECT.to_owned());
        let etag = hex(&received.md5);
        let object = Object {
            bucket,
            key,
            sequence: 0,
            version: String::new(),
            is_latest: true,
            is_marker: false,
            size: received.size,
            etag: etag.clone(),
            modified_at: self.now(),
            body: Some(received.draft.name.clone()),
            record: record.clone(),
        };
        // Forms come this way too.
        let cause = if sent.is_form { Cause::Post } else { Cause::Put };
        let change = self.commit(object, conditions, cause, sent).await?;
        received.draft.keep();
        let mut output = PutObjectOutput {
            e_tag: Some(ETag::Strong(etag)),
            checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
            server_side_encryption: record.encryption.map(Into::into),
            version_id: change.version_id,
            ..PutObjectOutput::default()
        };
        set_sums!(output, &record.sums);
        Ok(S3Response::new(output))
    }

    pub(crate) async fn check_bucket(&self, name: &str) -> S3Result<()> {
        let name = name.to_owned();
        self.read(move |connection| buckets::get(connection, &name).map(drop)).await
    }

    /// Makes an object current, with the events that tell of it, in one transaction.
    pub(super) async fn commit(
        &self,
        object: Object,
        conditions: Writing,
        cause: Cause,
        sent: Sent,
    ) -> S3Result<Change> {
        let scope = self.platform.scope.clone();
        let change = self
            .write(move |connection| {
                let occurrence = Occurrence::new(cause, &sent, &scope, object.modified_at);
                store(connection, object, &conditions, &occurrence)
            })
            .await?;
        self.settle(&change);
        Ok(change)
    }
}

/// Makes an object current unless a condition forbids it.
pub(super) fn store(
    connection: &Connection,
    object: Object,
    conditions: &Writing,
    occurrence: &Occurrence<'_>,
) -> Result<Change, Refused> {
    let bucket = buckets::get(connection, &object.bucket)?;
    conditions.check(objects::latest(connection, &object.bucket, &object.key)?.as_ref())?;
    let told = object.clone();
    let change = objects::put(connection, bucket.versioning, object, new_id())?;
    occurrence.record(connection, &told, &change)?;
    Ok(change)
}

/// What is kept with the object of a request.
fn record_of(input: &mut PutObjectInput, details: &Details) -> S3Result<Record> {
    refuse_customer_keys(input.sse_customer_algorithm.is_some())?;
    refuse_locks(input.object_lock_mode.is_some() || input.object_lock_legal_hold_status.is_some())?;
    let mut record = Record {
        metadata: input.metadata.take().unwrap_or_default().into_iter().collect(),
        tags: parse_tags(input.tagging.as_deref())?,
        storage_class: checks::storage_class(input.storage_class.take(), details)?,
        encryption: Some(checks::encryption(input.server_side_encryption.as_ref())?),
        ..Record::default()
    };
    let expires = input.expires.as_ref().map(|moment| time::http_date(time::from_dto(moment)));
    record.headers = headers([
        ("content-type", input.content_type.take()),
        ("cache-control", input.cache_control.take()),
        ("content-disposition", input.content_disposition.take()),
        ("content-encoding", input.content_encoding.take()),
        ("content-language", input.content_language.take()),
        ("expires", expires),
        ("x-amz-website-redirect-location", input.website_redirect_location.take()),
    ]);
    checks::metadata(&record, details)?;
    Ok(record)
}

/// Headers that are kept as they were sent.
pub(super) fn headers<const N: usize>(given: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> =
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    headers.entry("content-type".to_owned()).or_insert_with(|| "binary/octet-stream".to_owned());
    headers
}

pub(super) fn refuse_customer_keys(asked: bool) -> S3Result<()> {
    if asked {
        return Err(s3_error!(NotImplemented, "sluice does not implement encryption with customers' keys of S3"));
    }
    Ok(())
}

pub(super) fn refuse_locks(asked: bool) -> S3Result<()> {
    if asked {
        return Err(s3_error!(NotImplemented, "sluice does not implement object lock of S3 yet"));
    }
    Ok(())
}

/// Tags as a header has them: `a=1&b=2`.
pub(super) fn parse_tags(header: Option<&str>) -> S3Result<Vec<(String, String)>> {
    let tags: Vec<(String, String)> =
        form_urlencoded::parse(header.unwrap_or_default().as_bytes()).into_owned().collect();
    check_tags(&tags)?;
    Ok(tags)
}

pub(super) fn check_tags(tags: &[(String, String)]) -> S3Result<()> {
    if tags.len() > 10 {
        return Err(error::bad_request("Object tags cannot be greater than 10"));
    }
    for (at, (key, value)) in tags.iter().enumerate() {
        if key.is_empty() || key.chars().count() > 128 {
            return Err(s3_error!(InvalidTag, "The TagKey you have provided is invalid"));
        }
        if value.chars().count() > 256 {
            return Err(s3_error!(InvalidTag, "The TagValue you have provided is invalid"));
        }
        if tags[..at].iter().any(|(other, _)| other == key) {
            return Err(s3_error!(InvalidTag, "Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(())
}

/// For requests that name a version by an empty text.
pub(super) fn version_of(id: Option<String>) -> S3Result<Option<String>> {
    match id {
        Some(id) if id.is_empty() => Err(error::invalid_argument("Version id cannot be the empty string")),
        other => Ok(other),
    }
}
