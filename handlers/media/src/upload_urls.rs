//! The signed URLs of an upload: each is good for one key, type, length and checksum, for a quarter of an hour.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use events::Timestamp;
use serde::Serialize;

use crate::MediaError;
use crate::buckets::{Bucket, is_missing};
use crate::domain::{Part, Record, Transfer};

/// How long a URL is good for.
const GOOD_FOR: Duration = Duration::from_secs(15 * 60);

/// Where to send an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadUrls {
    /// Until when the URLs are good; the same request under the same idempotency key signs new ones.
    pub expires_at: Timestamp,
    /// Where to PUT the whole of it; absent if it goes in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The headers that the PUT of the whole has to send as they are.
    pub headers: Vec<Header>,
    /// S3's name for the upload, if it goes in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_id: Option<String>,
    /// The parts, if it goes in parts.
    pub parts: Vec<PartUrl>,
}

/// A header to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Header {
    /// In lower case.
    pub name: String,
    /// To be sent as it is.
    pub value: String,
}

/// Where to send a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartUrl {
    /// From 1.
    pub number: i32,
    /// Where in the file it begins.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
    /// Whether it has arrived: then it needn't be sent again.
    pub received: bool,
    /// Where to PUT it.
    pub url: String,
}

/// A part that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedPart {
    pub(crate) bytes: u64,
    pub(crate) etag: String,
}

impl UploadUrls {
    /// Signs the URLs of the upload that `record` awaits.
    pub(crate) async fn sign(uploads: &Bucket, record: &Record, now: Timestamp) -> Result<Self, MediaError> {
        let expires_at = Timestamp::from_millis(now.as_millis() + 1000 * 15 * 60);
        let mut urls = Self {
            expires_at: expires_at.expect("a quarter of an hour more stays before the year 10000"),
            url: None,
            headers: Vec::new(),
            upload_id: None,
            parts: Vec::new(),
        };
        match (record.transfer(), &record.upload.upload_id) {
            (transfer @ Transfer::Parts { .. }, Some(upload_id)) => {
                urls.upload_id = Some(upload_id.clone());
                let received = received_parts(uploads, &record.upload.key, upload_id).await?;
                for part in transfer.parts(record.media.bytes) {
                    let url = sign_part(uploads, record, upload_id, part).await?;
                    let received = received.get(&part.number).is_some_and(|received| received.bytes == part.bytes);
                    let Part { number, offset, bytes } = part;
                    urls.parts.push(PartUrl { number, offset, bytes, received, url });
                }
            }
            _ => {
                let request = sign_whole(uploads, record).await?;
                urls.url = Some(request.uri().to_owned());
                urls.headers = headers(&request);
            }
        }
        Ok(urls)
    }
}

async fn sign_whole(uploads: &Bucket, record: &Record) -> Result<PresignedRequest, MediaError> {
    let put = uploads.client.put_object().bucket(&uploads.name).key(&record.upload.key);
    let put = put
        .content_type(&record.upload.content_type)
        .content_length(length(record.media.bytes))
        .checksum_sha256(record.upload.checksum.to_string());
    put.presigned(good_for_a_while()).await.map_err(|error| uploads.unavailable(&error))
}

async fn sign_part(uploads: &Bucket, record: &Record, upload_id: &str, part: Part) -> Result<String, MediaError> {
    let put = uploads.client.upload_part().bucket(&uploads.name).key(&record.upload.key);
    let put = put.upload_id(upload_id).part_number(part.number).content_length(length(part.bytes));
    let request = put.presigned(good_for_a_while()).await.map_err(|error| uploads.unavailable(&error))?;
    Ok(request.uri().to_owned())
}

/// Begins an upload in parts, and answers S3's name for it.
pub(crate) async fn begin_parts(uploads: &Bucket, record: &Record) -> Result<String, MediaError> {
    let create = uploads.client.create_multipart_upload().bucket(&uploads.name).key(&record.upload.key);
    let output = create.content_type(&record.upload.content_type).send().await;
    let output = output.map_err(|error| uploads.unavailable(&error))?;
    output.upload_id.ok_or_else(|| MediaError::Unavailable {
        resource: format!("the bucket {}", uploads.name),
        reason: "it began an upload without naming it".to_owned(),
    })
}

/// The parts that have arrived, by their numbers; none when the upload is over.
pub(crate) async fn received_parts(
    uploads: &Bucket,
    key: &str,
    upload_id: &str,
) -> Result<BTreeMap<i32, ReceivedPart>, MediaError> {
    // An upload has 64 parts at most, which is less than a page.
    let list = uploads.client.list_parts().bucket(&uploads.name).key(key).upload_id(upload_id);
    let output = match list.send().await {
        Ok(output) => output,
        Err(error) if is_missing(&error) => return Ok(BTreeMap::new()),
        Err(error) => return Err(uploads.unavailable(&error)),
    };
    let parts = output.parts.unwrap_or_default().into_iter();
    Ok(parts
        .filter_map(|part| {
            let bytes = part.size?.unsigned_abs();
            Some((part.part_number?, ReceivedPart { bytes, etag: part.e_tag? }))
        })
        .collect())
}

fn good_for_a_while() -> PresigningConfig {
    PresigningConfig::expires_in(GOOD_FOR).expect("S3 allows a week")
}

fn length(bytes: u64) -> i64 {
    i64::try_from(bytes).expect("an upload has 5 GiB at most")
}

/// What a client has to send beside what every HTTP client sends by itself.
fn headers(request: &PresignedRequest) -> Vec<Header> {
    let headers = request.headers().filter(|(name, _)| !matches!(*name, "host" | "content-length"));
    headers.map(|(name, value)| Header { name: name.to_ascii_lowercase(), value: value.to_owned() }).collect()
}
