//! A media as this context keeps it.

use events::{MediaSnapshot, Timestamp};
use imaging::Keep;
use serde::{Deserialize, Serialize};

use crate::domain::{Checksum, Transfer};
use crate::video::Transcoding;

/// A media with what its processing needs; attribute by attribute, an item of the table `media`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What others see of it.
    #[serde(flatten)]
    pub media: MediaSnapshot,
    /// Sorts the index `byOwner` by creation.
    pub position: String,
    /// How it is uploaded.
    pub upload: UploadRecord,
    /// `UPLOAD` as long as the upload is awaited: the partition of the index `byExpiry`, which holds nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaiting: Option<String>,
    /// When the upload is given up, in the order of that index.
    pub upload_expires_at: Timestamp,
    /// The object that is, or was, processed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// How often processing was asked for again.
    #[serde(default)]
    pub attempt: u32,
    /// The request that asked for it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried_by: Option<String>,
    /// What is being made of a film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcoding: Option<Transcoding>,
    /// The second after which a deleted media's record goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// How a media is uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadRecord {
    /// Where to, in the bucket `uploads`.
    pub key: String,
    /// The type that the client declared and has to send.
    pub content_type: String,
    /// What the content's SHA-256 has to be.
    pub checksum: Checksum,
    /// By which another request under the same idempotency key is recognised.
    pub request_hash: String,
    /// What of the picture's metadata its owner keeps.
    #[serde(default)]
    pub keep: Keep,
    /// S3's name for the upload in parts, once it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_id: Option<String>,
}

/// The object that is processed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// `uploads`
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Orders what happened to the key.
    pub sequencer: String,
}

impl Record {
    /// How the upload's bytes travel.
    pub fn transfer(&self) -> Transfer {
        Transfer::of(self.media.bytes)
    }

    /// The record as it is `now`, after a change: one version on.
    #[must_use]
    pub fn advanced(mut self, now: Timestamp) -> Self {
        self.media.version += 1;
        self.media.updated_at = now;
        self
    }
}
