//! What mutations take; as JSON, what their state machines take.

use async_graphql::{ID, InputObject};
use serde::Serialize;

use crate::byte_count::ByteCount;

/// An upload to come.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateUploadInput {
    /// Names the request: the same key with the same input answers the same media with fresh URLs, and which parts have
    /// arrived, as long as its upload is awaited. Without one, every request is a new one.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// What the file is called, in 1 to 255 characters; of a path, the last part counts.
    file_name: String,
    /// What it is declared as: `image/…` or `video/…`. The content decides.
    content_type: String,
    /// Its exact size.
    bytes: ByteCount,
    /// The content's SHA-256 in base64.
    checksum: String,
    /// Whose it becomes; `everyone` as long as there is no identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// What of a picture's metadata its variants keep; nothing unless asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    keep: Option<KeepInput>,
}

/// What of a picture's metadata its variants keep.
#[derive(Debug, InputObject, Serialize)]
pub(crate) struct KeepInput {
    /// The artist and the copyright notice.
    #[graphql(default)]
    attribution: bool,
    /// Where the picture was taken. Ask its owner first.
    #[graphql(default)]
    position: bool,
}

/// An upload in parts that have all been sent; one that goes in one request is complete by itself.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompleteUploadInput {
    /// Names the request.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// Which media.
    id: ID,
    /// What was answered to each part, to be compared with what has arrived; what isn't listed isn't compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<SentPartInput>>,
}

/// A part that was sent.
#[derive(Debug, InputObject, Serialize)]
pub(crate) struct SentPartInput {
    /// From 1.
    number: i32,
    /// The header `ETag` that its PUT was answered with, with or without quotation marks.
    etag: String,
}

/// A media to delete.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteMediaInput {
    /// Names the request.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// Which media.
    id: ID,
}

/// A media that failed, to be processed again.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetryProcessingInput {
    /// Names the request: the same key begins the processing once.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// Which media.
    id: ID,
}
