//! CopyObject.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::conditions::{Reading, Writing};
use super::put::{headers, parse_tags, refuse_customer_keys};
use super::{checks, sent, set_sums};
use crate::bodies::Draft;
use crate::checksum::Algorithm;
use crate::events::Cause;
use crate::http::Details;
use crate::rows::objects::Object as Row;
use crate::storage::Storage;
use crate::upload::blocking;
use crate::{error, time};

/// What a copy is made of.
pub(super) struct Source {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) version_id: Option<String>,
}

impl Source {
    pub(super) fn of(source: &CopySource) -> S3Result<Self> {
        match source {
            CopySource::Bucket { bucket, key, version_id } => Ok(Self {
                bucket: bucket.to_string(),
                key: key.to_string(),
                version_id: version_id.as_deref().map(str::to_owned),
            }),
            _ => Err(s3_error!(NotImplemented, "sluice does not implement access points of S3 yet")),
        }
    }
}

pub(super) fn conditions(
    matches: Option<ETagCondition>,
    none_matches: Option<ETagCondition>,
    modified_since: Option<Timestamp>,
    unmodified_since: Option<Timestamp>,
) -> Reading {
    Reading { matches, none_matches, modified_since, unmodified_since }
}

impl Storage {
    /// The object that is copied, and whether its bucket ever kept versions. An error names what is missing: not what it
    /// is copied to.
    pub(super) async fn source(&self, source: Source, details: &Details) -> S3Result<(Row, bool)> {
        let (bucket, key) = (source.bucket.clone(), source.key.clone());
        self.current(source.bucket, source.key, source.version_id).await.inspect_err(|error| match error.code() {
            S3ErrorCode::NoSuchKey | S3ErrorCode::NoSuchVersion => details.add("Key", key),
            S3ErrorCode::NoSuchBucket => details.add("BucketName", bucket),
            _ => {}
        })
    }

    pub(crate) async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let sent = sent(&request.extensions);
        let input = request.input;
        refuse_customer_keys(
            input.sse_customer_algorithm.is_some() || input.copy_source_sse_customer_algorithm.is_some(),
        )?;
        let source = Source::of(&input.copy_source)?;
        let replaces =
            input.metadata_directive.as_ref().is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE);
        let retags =
            input.tagging_directive.as_ref().is_some_and(|directive| directive.as_str() == TaggingDirective::REPLACE);
        let changes_nothing = !replaces
            && !retags
            && source.version_id.is_none()
            && input.storage_class.is_none()
            && input.server_side_encryption.is_none()
            && input.website_redirect_location.is_none();
        if changes_nothing && source.bucket == input.bucket && source.key == input.key {
            return Err(s3_error!(
                InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's \
                 metadata, storage class, website redirect location or encryption attributes."
            ));
        }
        self.check_bucket(&input.bucket).await?;
        self.check_acl(&input.bucket, &request.headers).await?;
        let (object, source_versioned) = self.source(source, &sent.details).await?;
        conditions(
            input.copy_source_if_match,
            input.copy_source_if_none_match,
            input.copy_source_if_modified_since,
            input.copy_source_if_unmodified_since,
        )
        .check_source(&object)?;
        if object.size > 5 << 30 {
            return Err(s3_error!(
                InvalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
            ));
        }
        let mut record = object.record.clone();
        if replaces {
            let expires = input.expires.as_ref().map(|moment| time::http_date(time::from_dto(moment)));
            record.metadata = input.metadata.unwrap_or_default().into_iter().collect();
            record.headers = headers([
                ("content-type", input.content_type),
                ("cache-control", input.cache_control),
                ("content-disposition", input.content_disposition),
                ("content-encoding", input.content_encoding),
                ("content-language", input.content_language),
                ("expires", expires),
                ("x-amz-website-redirect-location", input.website_redirect_location),
            ]);
        }
        if retags {
            record.tags = parse_tags(input.tagging.as_deref())?;
        }
        record.storage_class = checks::storage_class(input.storage_class, &sent.details)?;
        record.encryption = Some(checks::encryption(input.server_side_encryption.as_ref())?);
        checks::metadata(&record, &sent.details)?;
        let asked = input.checksum_algorithm.as_ref().and_then(|name| Algorithm::of_name(name.as_str()));
        let bodies = self.bodies.clone();
        let from = object.body.clone().unwrap_or_default();
        let was_joined = !record.parts.is_empty();
        let (draft, etag, sums) = blocking(move || {
            let draft = Draft::of(&bodies, bodies.duplicate(&from).map_err(error::io)?);
            // A copy is one object, whatever its source was made of.
            let etag = match was_joined {
                true => Some(crate::upload::hex(&bodies.md5(&draft.name).map_err(error::io)?)),
                false => None,
            };
            let sums = match (asked, was_joined) {
                (None, false) => None,
                (asked, _) => {
                    Some(bodies.sum(&draft.name, &[asked.unwrap_or(Algorithm::Crc64nvme)]).map_err(error::io)?)
                }
            };
            Ok((draft, etag, sums))
        })
        .await?;
        record.parts.clear();
        record.checksum_type = Some(ChecksumType::FULL_OBJECT.to_owned());
        if let Some(sums) = sums {
            record.sums = sums;
        }
        let now = self.now();
        let copy = Row {
            bucket: input.bucket,
            key: input.key,
            sequence: 0,
            version: String::new(),
            is_latest: true,
            is_marker: false,
            size: object.size,
            etag: etag.unwrap_or(object.etag),
            modified_at: now,
            body: Some(draft.name.clone()),
            record: record.clone(),
        };
        let etag = copy.etag.clone();
        let change = self.commit(copy, Writing::default(), Cause::Copy, sent).await?;
        draft.keep();
        let mut result = CopyObjectResult {
            e_tag: Some(ETag::Strong(etag)),
            last_modified: Some(time::to_dto_seconds(now)),
            checksum_type: record.checksum_type.clone().map(Into::into),
            ..CopyObjectResult::default()
        };
        set_sums!(result, &record.sums);
        Ok(S3Response::new(CopyObjectOutput {
            copy_object_result: Some(result),
            copy_source_version_id: source_versioned.then_some(object.version),
            server_side_encryption: record.encryption.map(Into::into),
            version_id: change.version_id,
            ..CopyObjectOutput::default()
        }))
    }
}
