//! Multipart uploads: begun, completed, given up, listed.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use base64::Engine as _;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::conditions::Writing;
use super::list::{Spelling, page_size};
use super::put::{headers, parse_tags, refuse_customer_keys, refuse_locks, store};
use super::{checks, sent, set_sums};
use crate::bodies::Draft;
use crate::checksum::{self, Algorithm, Sums};
use crate::events::{Cause, Occurrence};
use crate::rows::listing::{self, Wanted};
use crate::rows::objects::{Object, Record};
use crate::rows::uploads::{self, Part, Plan, Upload};
use crate::storage::{Storage, new_id, owner};
use crate::upload::{blocking, hex};
use crate::{error, time};

/// All parts but the last have at least this many bytes.
const SMALLEST_PART: u64 = 5 << 20;

impl Storage {
    pub(crate) async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let details = sent(&request.extensions).details;
        let input = request.input;
        refuse_customer_keys(input.sse_customer_algorithm.is_some())?;
        refuse_locks(input.object_lock_mode.is_some() || input.object_lock_legal_hold_status.is_some())?;
        let algorithm = input.checksum_algorithm.as_ref().and_then(|name| Algorithm::of_name(name.as_str()));
        let checksum_type = checksum_type(algorithm, input.checksum_type.as_ref())?;
        let expires = input.expires.as_ref().map(|moment| time::http_date(time::from_dto(moment)));
        let record = Record {
            headers: headers([
                ("content-type", input.content_type),
                ("cache-control", input.cache_control),
                ("content-disposition", input.content_disposition),
                ("content-encoding", input.content_encoding),
                ("content-language", input.content_language),
                ("expires", expires),
                ("x-amz-website-redirect-location", input.website_redirect_location),
            ]),
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            tags: parse_tags(input.tagging.as_deref())?,
            storage_class: checks::storage_class(input.storage_class, &details)?,
            encryption: Some(checks::encryption(input.server_side_encryption.as_ref())?),
            ..Record::default()
        };
        checks::metadata(&record, &details)?;
        self.check_acl(&input.bucket, &request.headers).await?;
        let encryption = record.encryption.clone();
        let upload = Upload {
            id: format!("{}{}", new_id(), new_id()),
            bucket: input.bucket.clone(),
            key: input.key.clone(),
            initiated_at: self.now(),
            plan: Plan { record, algorithm, checksum_type: checksum_type.map(str::to_owned) },
        };
        let id = upload.id.clone();
        self.write(move |connection| {
            crate::rows::buckets::get(connection, &upload.bucket)?;
            uploads::insert(connection, &upload)
        })
        .await?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            checksum_algorithm: input.checksum_algorithm,
            checksum_type: checksum_type.map(ChecksumType::from_static),
            server_side_encryption: encryption.map(Into::into),
            ..CreateMultipartUploadOutput::default()
        }))
    }

    pub(crate) async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let AbortMultipartUploadInput { bucket, key, upload_id, .. } = request.input;
        let bodies = self
            .write(move |connection| {
                uploads::find(connection, &bucket, &key, &upload_id)?;
                uploads::delete(connection, &upload_id)
            })
            .await?;
        self.discard(&bodies);
        Ok(S3Response::with_status(AbortMultipartUploadOutput::default(), http::StatusCode::NO_CONTENT))
    }

    /// Joins the parts into one body first, and then makes the object of it in one transaction: a crash in between leaves
    /// the upload as it was.
    pub(crate) async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let sent = sent(&request.extensions);
        let input = request.input;
        let conditions = Writing::of(input.if_match, input.if_none_match)?;
        let named = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let (bucket, key, id) = (input.bucket.clone(), input.key.clone(), input.upload_id.clone());
        let (upload, kept) = self
            .read(move |connection| {
                let upload = uploads::find(connection, &bucket, &key, &id)?;
                let parts = uploads::parts(connection, &id)?;
                Ok((upload, parts))
            })
            .await?;
        let chosen = choose(&named, &kept)?;
        let size = chosen.iter().map(|part| part.size).sum::<u64>();
        if input.mpu_object_size.is_some_and(|claimed| u64::try_from(claimed).ok() != Some(size)) {
            return Err(s3_error!(
                InvalidRequest,
                "The provided 'x-amz-mp-object-size' header value does not match what was computed."
            ));
        }
        let etag = etag_of(&chosen);
        let pieces: Vec<_> = chosen.iter().map(|part| (part.body.clone(), 0, part.size)).collect();
        let algorithm = upload.plan.algorithm.unwrap_or(Algorithm::Crc64nvme);
        let whole = upload.plan.checksum_type.as_deref() != Some(ChecksumType::COMPOSITE);
        let composite = (!whole).then(|| composite(algorithm, &chosen)).flatten();
        let bodies = self.bodies.clone();
        let (body, mut sums) = blocking(move || {
            let body = bodies.join(&pieces).map_err(error::io)?;
            let draft = Draft::of(&bodies, body);
            let sums = if whole { bodies.sum(&draft.name, &[algorithm]).map_err(error::io)? } else { Sums::new() };
            Ok((draft, sums))
        })
        .await?;
        sums.extend(composite.map(|sum| (algorithm, sum)));
        check_claims(
            &sums,
            [
                (Algorithm::Crc32, input.checksum_crc32),
                (Algorithm::Crc32c, input.checksum_crc32c),
                (Algorithm::Crc64nvme, input.checksum_crc64nvme),
                (Algorithm::Sha1, input.checksum_sha1),
                (Algorithm::Sha256, input.checksum_sha256),
            ],
        )?;
        let checksum_type = if whole { ChecksumType::FULL_OBJECT } else { ChecksumType::COMPOSITE };
        let record = Record {
            sums: sums.clone(),
            checksum_type: Some(checksum_type.to_owned()),
            parts: chosen.iter().map(|part| part.size).collect(),
            ..upload.plan.record
        };
        let object = Object {
            bucket: upload.bucket,
            key: upload.key,
            sequence: 0,
            version: String::new(),
            is_latest: true,
            is_marker: false,
            size,
            etag: etag.clone(),
            modified_at: self.now(),
            body: Some(body.name.clone()),
            record,
        };
        let (scope, id, encryption) = (self.platform.scope.clone(), upload.id, object.record.encryption.clone());
        let change = self
            .write(move |connection| {
                // Somebody else may have completed or aborted it in the meantime.
                uploads::find(connection, &object.bucket, &object.key, &id)?;
                let cause = Cause::CompleteMultipartUpload;
                let occurrence = Occurrence::new(cause, &sent, &scope, object.modified_at);
                let mut change = store(connection, object, &conditions, &occurrence)?;
                change.removed.extend(uploads::delete(connection, &id)?);
                Ok(change)
            })
            .await?;
        body.keep();
        self.settle(&change);
        let mut output = CompleteMultipartUploadOutput {
            location: Some(format!(
                "http://s3.{}.amazonaws.com/{}/{}",
                self.platform.scope.region, input.bucket, input.key
            )),
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(etag)),
            checksum_type: Some(ChecksumType::from_static(checksum_type)),
            server_side_encryption: encryption.map(Into::into),
            version_id: change.version_id,
            ..CompleteMultipartUploadOutput::default()
        };
        set_sums!(output, &sums);
        Ok(S3Response::new(output))
    }

    pub(crate) async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let input = request.input;
        let spelling = Spelling::of(input.encoding_type.as_ref())?;
        let (max_uploads, most) = page_size(input.max_uploads)?;
        let bucket = input.bucket.clone();
        let all = self
            .read(move |connection| {
                crate::rows::buckets::get(connection, &bucket)?;
                uploads::of_bucket(connection, &bucket)
            })
            .await?;
        let key_marker = input.key_marker.clone().unwrap_or_default();
        let id_marker = input.upload_id_marker.clone().unwrap_or_default();
        let seen = |upload: &Upload| match upload.key.as_str().cmp(key_marker.as_str()) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => !key_marker.is_empty() && (id_marker.is_empty() || upload.id <= id_marker),
            std::cmp::Ordering::Greater => false,
        };
        let wanted = Wanted {
            bucket: input.bucket.clone(),
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone(),
            after: None,
            most,
        };
        let left: Vec<Upload> = all.into_iter().filter(|upload| !seen(upload)).collect();
        let page = listing::roll_up(&wanted, left, |upload| &upload.key);
        let last = page.items.last().map(|upload| (upload.key.clone(), upload.id.clone()));
        let (next_key, next_id) = match (&page.next, last) {
            (Some(next), Some((key, id))) if *next == key => (Some(key), Some(id)),
            (Some(next), _) => (Some(next.clone()), None),
            (None, _) => (None, None),
        };
        Ok(S3Response::new(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: Some(spelling.key(&wanted.prefix)),
            key_marker: Some(spelling.key(&key_marker)),
            upload_id_marker: Some(id_marker),
            next_key_marker: next_key.as_deref().map(|key| spelling.key(key)),
            next_upload_id_marker: next_id,
            delimiter: input.delimiter.as_deref().map(|delimiter| spelling.key(delimiter)),
            max_uploads: Some(max_uploads.min(1000)),
            is_truncated: Some(page.next.is_some()),
            common_prefixes: spelling.prefixes(&page.common_prefixes),
            uploads: Some(page.items.iter().map(|upload| described(upload, &spelling)).collect()),
            encoding_type: input.encoding_type,
            ..ListMultipartUploadsOutput::default()
        }))
    }
}

fn described(upload: &Upload, spelling: &Spelling) -> MultipartUpload {
    MultipartUpload {
        checksum_algorithm: upload.plan.algorithm.map(|algorithm| ChecksumAlgorithm::from_static(algorithm.name())),
        checksum_type: upload.plan.checksum_type.clone().map(Into::into),
        initiated: Some(time::to_dto_seconds(upload.initiated_at)),
        initiator: Some(Initiator { display_name: None, id: owner().id }),
        key: Some(spelling.key(&upload.key)),
        owner: Some(owner()),
        storage_class: Some(storage_class(upload)),
        upload_id: Some(upload.id.clone()),
    }
}

pub(super) fn storage_class(upload: &Upload) -> StorageClass {
    upload.plan.record.storage_class.clone().unwrap_or_else(|| StorageClass::STANDARD.to_owned()).into()
}

/// What kind of checksum the object will have: AWS's default by algorithm, or what was asked where that is possible.
fn checksum_type(algorithm: Option<Algorithm>, asked: Option<&ChecksumType>) -> S3Result<Option<&'static str>> {
    let asked = asked.map(ChecksumType::as_str);
    let refused = |kind: &str, algorithm: Algorithm| {
        let name = algorithm.name().to_ascii_lowercase();
        s3_error!(InvalidRequest, "The {kind} checksum type cannot be used with the {name} checksum algorithm.")
    };
    match (algorithm, asked) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(s3_error!(
            InvalidRequest,
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
        )),
        (Some(Algorithm::Crc64nvme), Some(ChecksumType::COMPOSITE)) => {
            Err(refused(ChecksumType::COMPOSITE, Algorithm::Crc64nvme))
        }
        (Some(sha @ (Algorithm::Sha1 | Algorithm::Sha256)), Some(ChecksumType::FULL_OBJECT)) => {
            Err(refused(ChecksumType::FULL_OBJECT, sha))
        }
        (Some(Algorithm::Crc64nvme), _) | (Some(_), Some(ChecksumType::FULL_OBJECT)) => {
            Ok(Some(ChecksumType::FULL_OBJECT))
        }
        (Some(_), _) => Ok(Some(ChecksumType::COMPOSITE)),
    }
}

/// The parts that a request names, in its order, which must be that of their numbers.
fn choose<'a>(named: &[CompletedPart], kept: &'a [Part]) -> S3Result<Vec<&'a Part>> {
    if named.is_empty() {
        return Err(s3_error!(
            MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema"
        ));
    }
    if named.windows(2).any(|pair| pair[0].part_number >= pair[1].part_number) {
        return Err(s3_error!(
            InvalidPartOrder,
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        ));
    }
    let missing = || {
        s3_error!(
            InvalidPart,
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified \
             entity tag may not match the part's entity tag."
        )
    };
    let mut chosen = Vec::with_capacity(named.len());
    for part in named {
        let found = kept.iter().find(|kept| Some(kept.number) == part.part_number).ok_or_else(missing)?;
        if part.e_tag.as_ref().is_none_or(|etag| etag.value() != found.etag) {
            return Err(missing());
        }
        let claims = [
            (Algorithm::Crc32, &part.checksum_crc32),
            (Algorithm::Crc32c, &part.checksum_crc32c),
            (Algorithm::Crc64nvme, &part.checksum_crc64nvme),
            (Algorithm::Sha1, &part.checksum_sha1),
            (Algorithm::Sha256, &part.checksum_sha256),
        ];
        if claims.iter().any(|(algorithm, sum)| sum.is_some() && found.sums.get(algorithm) != sum.as_ref()) {
            return Err(missing());
        }
        chosen.push(found);
    }
    let all_but_last = &chosen[..chosen.len() - 1];
    if all_but_last.iter().any(|part| part.size < SMALLEST_PART) {
        return Err(s3_error!(EntityTooSmall, "Your proposed upload is smaller than the minimum allowed size"));
    }
    Ok(chosen)
}

/// The digest of the parts' digests, and how many there are.
fn etag_of(parts: &[&Part]) -> String {
    let mut digest = Md5::new();
    for part in parts {
        let bytes: Vec<u8> = part
            .etag
            .as_bytes()
            .chunks(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        digest.update(&bytes);
    }
    format!("{}-{}", hex(&digest.finalize()), parts.len())
}

fn composite(algorithm: Algorithm, parts: &[&Part]) -> Option<String> {
    let sums: Vec<&str> =
        parts.iter().map(|part| part.sums.get(&algorithm).map(String::as_str)).collect::<Option<_>>()?;
    checksum::composite(algorithm, &sums)
}

fn check_claims(sums: &Sums, claims: [(Algorithm, Option<String>); 5]) -> S3Result<()> {
    for (algorithm, claimed) in claims {
        let Some(claimed) = claimed else { continue };
        let computed = sums.get(&algorithm).map(|sum| sum.split('-').next().unwrap_or_default());
        let plain = claimed.split('-').next().unwrap_or_default();
        let is_base64 = base64::engine::general_purpose::STANDARD.decode(plain).is_ok();
        if !is_base64 || computed != Some(plain) {
            return Err(s3_error!(
                BadDigest,
                "The {} you specified did not match the calculated checksum.",
                algorithm.name()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: i32, size: u64) -> Part {
        Part {
            number,
            size,
            etag: "d41d8cd98f00b204e9800998ecf8427e".to_owned(),
            modified_at: clock::Timestamp::default(),
            body: String::new(),
            sums: Sums::new(),
        }
    }

    fn named(number: i32) -> CompletedPart {
        CompletedPart {
            part_number: Some(number),
            e_tag: Some(ETag::Strong("d41d8cd98f00b204e9800998ecf8427e".to_owned())),
            ..CompletedPart::default()
        }
    }

    #[test]
    fn parts_must_be_there_in_order_and_large_enough() {
        let kept = [part(1, SMALLEST_PART), part(2, 1), part(3, 1)];
        let code = |names: &[i32]| {
            let names: Vec<_> = names.iter().map(|number| named(*number)).collect();
            choose(&names, &kept).map(|parts| parts.len()).map_err(|error| error.code().as_str().to_owned())
        };
        assert_eq!(code(&[1, 2]), Ok(2));
        assert_eq!(code(&[2, 1]), Err("InvalidPartOrder".to_owned()));
        assert_eq!(code(&[1, 4]), Err("InvalidPart".to_owned()));
        assert_eq!(code(&[1, 2, 3]), Err("EntityTooSmall".to_owned()));
        assert_eq!(code(&[]), Err("MalformedXML".to_owned()));
    }
}
