//! Parts of multipart uploads: sent, copied, listed.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::copy::{self, Source};
use super::list::page_size;
use super::multipart::storage_class;
use super::{sent, set_sums};
use crate::bodies::Draft;
use crate::checksum::{Algorithm, Claimed};
use crate::rows::uploads::{self, Part as Row, Upload};
use crate::storage::{Storage, owner};
use crate::upload::{self, Expected, blocking, hex};
use crate::{error, time};

/// A copied part has at most this many bytes.
const LARGEST_COPY: u64 = 5 << 30;

impl Storage {
    pub(crate) async fn upload_part(
        &self,
        mut request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let sent = sent(&request.extensions);
        let mut claimed = Claimed::of(&request.headers)?;
        let input = &mut request.input;
        let number = part_number(input.part_number)?;
        let upload = self.upload(&input.bucket, &input.key, &input.upload_id).await?;
        claimed.algorithms.extend(upload.plan.algorithm);
        claimed.algorithms.sort_unstable();
        claimed.algorithms.dedup();
        let expected = Expected {
            length: input.content_length.and_then(|length| u64::try_from(length).ok()),
            md5: input.content_md5.take(),
            claimed,
            sent,
        };
        let received = upload::receive(&self.bodies, input.body.take(), expected).await?;
        let part = Row {
            number,
            size: received.size,
            etag: hex(&received.md5),
            modified_at: self.now(),
            body: received.draft.name.clone(),
            sums: received.sums,
        };
        let mut output = UploadPartOutput {
            e_tag: Some(ETag::Strong(part.etag.clone())),
            server_side_encryption: upload.plan.record.encryption.clone().map(Into::into),
            ..UploadPartOutput::default()
        };
        set_sums!(output, &part.sums);
        self.keep_part(upload, part, received.draft).await?;
        Ok(S3Response::new(output))
    }

    pub(crate) async fn upload_part_copy(
        &self,
        request: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        let details = sent(&request.extensions).details;
        let input = request.input;
        let number = part_number(input.part_number)?;
        let upload = self.upload(&input.bucket, &input.key, &input.upload_id).await?;
        let source = Source::of(&input.copy_source)?;
        let (object, versioned) = self.source(source, &details).await?;
        copy::conditions(
            input.copy_source_if_match,
            input.copy_source_if_none_match,
            input.copy_source_if_modified_since,
            input.copy_source_if_unmodified_since,
        )
        .check_source(&object)?;
        let (start, length) = match input.copy_source_range.as_deref() {
            None => (0, object.size),
            Some(text) => copy_range(text, object.size)?,
        };
        if length > LARGEST_COPY {
            return Err(s3_error!(
                InvalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
            ));
        }
        let mut algorithms = vec![Algorithm::Crc64nvme];
        algorithms.extend(upload.plan.algorithm);
        let (bodies, from) = (self.bodies.clone(), object.body.clone().unwrap_or_default());
        let (draft, md5, sums) = blocking(move || {
            let body = bodies.join(&[(from, start, length)]).map_err(error::io)?;
            let draft = Draft::of(&bodies, body);
            let md5 = bodies.md5(&draft.name).map_err(error::io)?;
            let sums = bodies.sum(&draft.name, &algorithms).map_err(error::io)?;
            Ok((draft, md5, sums))
        })
        .await?;
        let part =
            Row { number, size: length, etag: hex(&md5), modified_at: self.now(), body: draft.name.clone(), sums };
        let mut result = CopyPartResult {
            e_tag: Some(ETag::Strong(part.etag.clone())),
            last_modified: Some(time::to_dto_seconds(part.modified_at)),
            ..CopyPartResult::default()
        };
        if let Some(algorithm) = upload.plan.algorithm {
            let sums =
                part.sums.iter().filter(|(of, _)| **of == algorithm).map(|(of, sum)| (*of, sum.clone())).collect();
            set_sums!(result, &sums);
        }
        self.keep_part(upload, part, draft).await?;
        Ok(S3Response::new(UploadPartCopyOutput {
            copy_part_result: Some(result),
            copy_source_version_id: versioned.then_some(object.version),
            ..UploadPartCopyOutput::default()
        }))
    }

    pub(crate) async fn list_parts(&self, request: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        let input = request.input;
        let (max_parts, most) = page_size(input.max_parts)?;
        let marker = input.part_number_marker.unwrap_or(0);
        let upload = self.upload(&input.bucket, &input.key, &input.upload_id).await?;
        let id = upload.id.clone();
        let all = self.read(move |connection| uploads::parts(connection, &id)).await?;
        let mut left = all.into_iter().filter(|part| part.number > marker);
        let page: Vec<Row> = left.by_ref().take(most).collect();
        let is_truncated = left.next().is_some();
        let next = page.last().map_or(marker, |part| part.number);
        let algorithm = upload.plan.algorithm;
        let parts = page.into_iter().map(|part| {
            let mut described = Part {
                e_tag: Some(ETag::Strong(part.etag)),
                last_modified: Some(time::to_dto_seconds(part.modified_at)),
                part_number: Some(part.number),
                size: i64::try_from(part.size).ok(),
                ..Part::default()
            };
            let sums = part.sums.into_iter().filter(|(of, _)| algorithm.is_none_or(|wanted| wanted == *of)).collect();
            set_sums!(described, &sums);
            described
        });
        Ok(S3Response::new(ListPartsOutput {
            parts: Some(parts.collect()),
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            max_parts: Some(max_parts.min(1000)),
            part_number_marker: Some(marker),
            next_part_number_marker: Some(next),
            is_truncated: Some(is_truncated),
            checksum_algorithm: algorithm.map(|algorithm| ChecksumAlgorithm::from_static(algorithm.name())),
            checksum_type: upload.plan.checksum_type.clone().map(Into::into),
            initiator: Some(Initiator { display_name: None, id: owner().id }),
            owner: Some(owner()),
            storage_class: Some(storage_class(&upload)),
            ..ListPartsOutput::default()
        }))
    }

    async fn upload(&self, bucket: &str, key: &str, id: &str) -> S3Result<Upload> {
        let (bucket, key, id) = (bucket.to_owned(), key.to_owned(), id.to_owned());
        self.read(move |connection| uploads::find(connection, &bucket, &key, &id)).await
    }

    /// The part counts once its row is there; a part of the same number goes.
    async fn keep_part(&self, upload: Upload, part: Row, draft: Draft) -> S3Result<()> {
        let replaced = self
            .write(move |connection| {
                uploads::find(connection, &upload.bucket, &upload.key, &upload.id)?;
                uploads::put_part(connection, &upload.id, &part)
            })
            .await?;
        draft.keep();
        self.discard(replaced.as_slice());
        Ok(())
    }
}

fn part_number(number: i32) -> S3Result<i32> {
    if (1..=10_000).contains(&number) {
        return Ok(number);
    }
    Err(error::invalid_argument("Part number must be an integer between 1 and 10000, inclusive"))
}

/// `bytes=first-last`, both given and within the source.
fn copy_range(text: &str, size: u64) -> S3Result<(u64, u64)> {
    let range = text.strip_prefix("bytes=").and_then(|range| {
        let (first, last) = range.split_once('-')?;
        Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?))
    });
    match range {
        Some((first, last)) if first <= last && last < size => Ok((first, last - first + 1)),
        Some((first, last)) if first <= last => {
            Err(error::invalid_argument(format!("Range specified is not valid for source object of size: {size}")))
        }
        _ => Err(error::invalid_argument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
             zero-based offsets of the first and last bytes to copy",
        )),
    }
}
