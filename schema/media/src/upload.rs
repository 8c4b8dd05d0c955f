//! The type `Upload`: where to send a file, and how.

use async_graphql::{Enum, SimpleObject};
use events::Timestamp;
use serde::Deserialize;
use subgraph::datetime::DateTime;

use crate::byte_count::ByteCount;

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum UploadMethod {
    /// HTTP's `PUT`.
    Put,
}

/// Where to send a file, and how.
#[derive(Debug, SimpleObject)]
pub(crate) struct Upload {
    /// How to send it, in one request or part by part.
    method: UploadMethod,
    /// Where to send the whole of it, with exactly its length; null when it goes in parts.
    url: Option<String>,
    /// What to send beside the content, of the whole as of each part; the signature covers them.
    headers: Vec<UploadHeader>,
    /// Until when the URLs are good; the same request under the same idempotency key answers new ones.
    expires_at: DateTime,
    /// Where to send its parts; null when it goes in one request.
    multipart: Option<MultipartUpload>,
}

/// A header to send as it is.
#[derive(Debug, Deserialize, SimpleObject)]
pub(crate) struct UploadHeader {
    /// In lower case.
    name: String,
    /// To be sent as it is.
    value: String,
}

/// A file that goes in parts, in any order and any of them again; `completeUpload` ends it.
#[derive(Debug, SimpleObject)]
pub(crate) struct MultipartUpload {
    /// S3's name for it.
    upload_id: Option<String>,
    /// How long each part is but the last.
    part_bytes: ByteCount,
    /// The parts, in the order of the file.
    parts: Vec<UploadPart>,
}

/// A part of a file.
#[derive(Debug, Deserialize, SimpleObject)]
pub(crate) struct UploadPart {
    /// From 1.
    number: i32,
    /// Where in the file it begins.
    offset: ByteCount,
    /// How long it is.
    bytes: ByteCount,
    /// Whether it has arrived: then it needn't be sent again.
    received: bool,
    /// Where to send it.
    url: String,
}

/// The upload as the machine `create-upload` answers it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedUpload {
    expires_at: Timestamp,
    #[serde(default)]
    url: Option<String>,
    headers: Vec<UploadHeader>,
    #[serde(default)]
    upload_id: Option<String>,
    parts: Vec<UploadPart>,
}

impl From<SignedUpload> for Upload {
    fn from(signed: SignedUpload) -> Self {
        let SignedUpload { expires_at, url, headers, upload_id, parts } = signed;
        let part_bytes = parts.first().map(|part| part.bytes);
        Self {
            method: UploadMethod::Put,
            url,
            headers,
            expires_at: expires_at.into(),
            multipart: part_bytes.map(|part_bytes| MultipartUpload { upload_id, part_bytes, parts }),
        }
    }
}
