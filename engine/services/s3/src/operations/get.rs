//! GetObject and HeadObject.

use http::{HeaderMap, HeaderValue, StatusCode};
use s3s::dto::*;
use s3s::{S3Error, S3Request, S3Response, S3Result};

use super::conditions::Reading;
use super::put::version_of;
use super::set_sums;
use crate::error;
use crate::rows::buckets::{self, Versioning};
use crate::rows::objects::{self, NULL_VERSION, Object};
use crate::storage::Storage;
use crate::time;

/// The bytes of an object that a request wants.
struct Slice {
    start: u64,
    length: u64,
    is_part: bool,
    is_whole: bool,
}

impl Storage {
    pub(crate) async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        let conditions = Reading {
            matches: input.if_match,
            none_matches: input.if_none_match,
            modified_since: input.if_modified_since,
            unmodified_since: input.if_unmodified_since,
        };
        let (object, versioned) = self.current(input.bucket, input.key, input.version_id).await?;
        conditions.check(&object)?;
        let slice = slice(&object, input.range.as_ref(), input.part_number)?;
        let body = object.body.as_deref().unwrap_or_default();
        let stream = self.bodies.read(body, slice.start, slice.length).await.map_err(error::io)?;
        let with_sums =
            input.checksum_mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED) && slice.is_whole;
        let mut output = described(&object, versioned, &slice);
        if with_sums {
            set_sums!(output, &object.record.sums);
            output.checksum_type = object.record.checksum_type.clone().map(Into::into);
        }
        output.body = Some(StreamingBlob::wrap(stream));
        output.tag_count = i32::try_from(object.record.tags.len()).ok().filter(|count| *count > 0);
        let status = if slice.is_whole && !slice.is_part { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
        Ok(S3Response::with_status(output, status))
    }

    pub(crate) async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = request.input;
        let conditions = Reading {
            matches: input.if_match,
            none_matches: input.if_none_match,
            modified_since: input.if_modified_since,
            unmodified_since: input.if_unmodified_since,
        };
        let (object, versioned) = self.current(input.bucket, input.key, input.version_id).await?;
        conditions.check(&object)?;
        let slice = slice(&object, input.range.as_ref(), input.part_number)?;
        let get = described(&object, versioned, &slice);
        let mut output = HeadObjectOutput {
            accept_ranges: get.accept_ranges,
            cache_control: get.cache_control,
            content_disposition: get.content_disposition,
            content_encoding: get.content_encoding,
            content_language: get.content_language,
            content_length: get.content_length,
            content_range: get.content_range,
            content_type: get.content_type,
            e_tag: get.e_tag,
            expires: get.expires,
            last_modified: get.last_modified,
            metadata: get.metadata,
            parts_count: get.parts_count,
            server_side_encryption: get.server_side_encryption,
            storage_class: get.storage_class,
            version_id: get.version_id,
            website_redirect_location: get.website_redirect_location,
            ..HeadObjectOutput::default()
        };
        if input.checksum_mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED) && slice.is_whole {
            set_sums!(output, &object.record.sums);
            output.checksum_type = object.record.checksum_type.clone().map(Into::into);
        }
        let status = if slice.is_whole && !slice.is_part { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
        Ok(S3Response::with_status(output, status))
    }

    /// The object that a request names, and whether its bucket ever kept versions.
    pub(super) async fn current(
        &self,
        bucket: String,
        key: String,
        version_id: Option<String>,
    ) -> S3Result<(Object, bool)> {
        let version_id = version_of(version_id)?;
        self.read(move |connection| {
            let versioning = buckets::get(connection, &bucket)?.versioning;
            match objects::find(connection, &bucket, &key, version_id.as_deref()) {
                Ok(object) => Ok((object, versioning != Versioning::Off)),
                Err(mut refused) => {
                    let marker = match version_id.as_deref() {
                        None => objects::latest(connection, &bucket, &key)?,
                        Some(id) => objects::version(connection, &bucket, &key, id)?,
                    };
                    if let Some(marker) = marker.filter(|object| object.is_marker) {
                        say_deleted(&mut refused.0, &marker);
                    }
                    Err(refused)
                }
            }
        })
        .await
    }
}

/// An error about a deleted object tells of its delete marker.
fn say_deleted(error: &mut S3Error, marker: &Object) {
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-delete-marker", HeaderValue::from_static("true"));
    if let Ok(version) = HeaderValue::from_str(&marker.version) {
        headers.insert("x-amz-version-id", version);
    }
    if let Ok(modified) = HeaderValue::from_str(&time::http_date(marker.modified_at)) {
        headers.insert(http::header::LAST_MODIFIED, modified);
    }
    error.set_headers(headers);
}

fn slice(object: &Object, range: Option<&Range>, part: Option<i32>) -> S3Result<Slice> {
    let whole = Slice { start: 0, length: object.size, is_part: false, is_whole: true };
    match (range, part) {
        (Some(_), Some(_)) => {
            Err(s3s::s3_error!(InvalidRequest, "Cannot specify both Range header and partNumber query parameter"))
        }
        (None, None) => Ok(whole),
        (Some(range), None) => {
            let range = range
                .check(object.size)
                .map_err(|_| s3s::s3_error!(InvalidRange, "The requested range is not satisfiable"))?;
            Ok(Slice { start: range.start, length: range.end - range.start, is_part: true, is_whole: false })
        }
        (None, Some(number)) => {
            let unsatisfiable = || {
                let message = "The requested partnumber is not satisfiable";
                let mut error = S3Error::with_message(s3s::S3ErrorCode::Custom("InvalidPartNumber".into()), message);
                error.set_status_code(StatusCode::RANGE_NOT_SATISFIABLE);
                error
            };
            let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)).ok_or_else(|| {
                error::invalid_argument("Part number must be an integer between 1 and 10000, inclusive")
            })?;
            let parts = &object.record.parts;
            if parts.is_empty() {
                return if at == 0 { Ok(Slice { is_part: true, ..whole }) } else { Err(unsatisfiable()) };
            }
            let length = *parts.get(at).ok_or_else(unsatisfiable)?;
            Ok(Slice { start: parts[..at].iter().sum(), length, is_part: true, is_whole: parts.len() == 1 })
        }
    }
}

fn described(object: &Object, versioned: bool, slice: &Slice) -> GetObjectOutput {
    let record = &object.record;
    let header = |name: &str| record.headers.get(name).cloned();
    let last = (slice.start + slice.length).saturating_sub(1);
    GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        cache_control: header("cache-control"),
        content_disposition: header("content-disposition"),
        content_encoding: header("content-encoding"),
        content_language: header("content-language"),
        content_length: i64::try_from(slice.length).ok(),
        content_range: (slice.is_part && slice.length > 0)
            .then(|| format!("bytes {}-{last}/{}", slice.start, object.size)),
        content_type: header("content-type"),
        e_tag: Some(ETag::Strong(object.etag.clone())),
        expires: header("expires").and_then(|text| time::from_http_date(&text)).map(time::to_dto),
        last_modified: Some(time::to_dto_seconds(object.modified_at)),
        metadata: Some(record.metadata.clone().into_iter().collect()),
        parts_count: (slice.is_part && !record.parts.is_empty() && slice.length < object.size)
            .then(|| i32::try_from(record.parts.len()).unwrap_or(i32::MAX)),
        server_side_encryption: record.encryption.clone().map(Into::into),
        storage_class: record.storage_class.clone().filter(|class| class != StorageClass::STANDARD).map(Into::into),
        version_id: (versioned || object.version != NULL_VERSION).then(|| object.version.clone()),
        website_redirect_location: header("x-amz-website-redirect-location"),
        ..GetObjectOutput::default()
    }
}
