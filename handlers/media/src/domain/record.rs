//! A media as this context keeps it.

use events::{MediaReason, MediaSnapshot, MediaStatus, Timestamp};
use imaging::Keep;
use serde::{Deserialize, Serialize};

use crate::domain::{Checksum, Transfer};
use crate::video::Transcoding;

/// How long a rejected upload is kept, for whoever wants to see what it was.
const REJECTED_KEPT_MILLISECONDS: i64 = 7 * 24 * 60 * 60 * 1000;

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
    /// What comes by the clock alone: the partition of the index `byExpiry`, which holds nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaiting: Option<Awaited>,
    /// When that comes, in the order of the index: the upload is given up, or a rejected one is removed.
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

/// What `clean-uploads` does about an upload when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Awaited {
    /// It has not arrived: it is given up.
    Upload,
    /// It was rejected: it is removed.
    Removal,
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
    /// Differs when the content does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

impl Source {
    /// Whether both are of one content; of what says nothing of its content, that isn't supposed.
    pub fn has_the_content_of(&self, other: &Self) -> bool {
        self.etag.is_some() && self.etag == other.etag
    }
}

impl Awaited {
    /// As the index has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "UPLOAD",
            Self::Removal => "REMOVAL",
        }
    }
}

impl Record {
    /// How the upload's bytes travel.
    pub fn transfer(&self) -> Transfer {
        Transfer::of(self.media.bytes)
    }

    /// Refuses the upload for `reason`, `now`.
    pub(super) fn reject(&mut self, reason: MediaReason, now: Timestamp) {
        let removed_at = Timestamp::from_millis(now.as_millis() + REJECTED_KEPT_MILLISECONDS);
        self.upload_expires_at = removed_at.expect("a week more stays before the year 10000");
        self.awaiting = Some(Awaited::Removal);
        self.media.status = MediaStatus::Rejected;
        self.media.progress = None;
        self.media.reason = Some(reason);
    }

    /// The record as it is `now`, after a change: one version on.
    #[must_use]
    pub fn advanced(mut self, now: Timestamp) -> Self {
        self.media.version += 1;
        self.media.updated_at = now;
        self
    }
}
