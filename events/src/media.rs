//! The events of the media context.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Event, Timestamp};

/// How far a media is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaStatus {
    /// Waits for its upload.
    Pending,
    /// Its upload has arrived and is worked on.
    Processing,
    /// Every variant is there.
    Ready,
    /// Its upload is nothing that is taken; the reason says why.
    Rejected,
    /// Something broke; the reason says what, and it can be tried again.
    Failed,
    /// Its upload never came, or its processing was called off.
    Canceled,
    /// Its objects are gone.
    Deleted,
}

/// What a media is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
}

/// Why a media was rejected, or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaReason {
    /// The stable name, `Media.Truncated`.
    pub code: String,
    /// What is wrong and what to do, for people.
    pub message: String,
}

/// One result of processing, in the bucket `media`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaVariant {
    /// What it is for: `thumbnail`, `card`, `full`, `original`, `hls`, `mp4`, `poster`.
    pub name: String,
    /// `image/webp`
    pub content_type: String,
    /// Its key in the bucket.
    pub key: String,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Size of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// A media as it was when the event happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaSnapshot {
    /// UUID.
    pub id: String,
    /// Whose it is.
    pub owner: String,
    /// As the client named it.
    pub file_name: String,
    /// As the client declared it, and as it was found once it was looked at.
    pub content_type: String,
    /// Size of the upload.
    pub bytes: u64,
    /// How far it is.
    pub status: MediaStatus,
    /// What it is; absent until it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MediaKind>,
    /// How much of the processing is done, in per cent; absent where nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100))]
    pub progress: Option<u8>,
    /// Why it was rejected, or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<MediaReason>,
    /// In pixels, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// How long a film plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_milliseconds: Option<u64>,
    /// SHA-256 of the upload, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
    /// A few pixels' worth of picture to show while the rest loads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// `#rrggbb`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dominant_colour: Option<String>,
    /// Near for pictures that look alike, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perceptual_hash: Option<String>,
    /// Media of the same owner that look the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<String>,
    /// The results; empty until it is ready.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<MediaVariant>,
    /// 1 at creation, one more with each change.
    pub version: u64,
    /// When its upload was asked for.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What every event about a media says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaFact {
    /// Names the fact: the same when the fact is delivered, published or replayed again. Consumers count by it.
    pub event_id: String,
    /// When it happened, which is before it was published.
    pub occurred_at: Timestamp,
    /// The media it is about.
    pub media_id: String,
    /// Whose it is.
    pub owner: String,
    /// The media's version after it.
    pub version: u64,
    /// The media after it.
    pub media: MediaSnapshot,
}

macro_rules! media_event {
    ($(#[doc = $meaning:literal])+ $name:ident is $detail_type:literal { $($(#[$about:meta])+ $field:ident: $type:ty,)* }) => {
        $(#[doc = $meaning])+
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// What, whose, when, which version.
            #[serde(flatten)]
            pub fact: MediaFact,
            $($(#[$about])+ pub $field: $type,)*
        }

        impl Event for $name {
            const DETAIL_TYPE: &'static str = $detail_type;
            const SOURCE: &'static str = SOURCE;
            const MEANING: &'static str = concat!($($meaning),+).trim_ascii();
        }
    };
}

/// The `source` of these events.
const SOURCE: &str = "sluicegate.media";

media_event! {
    /// The upload of a media has arrived, and its processing begins.
    MediaUploaded is "media.uploaded" {}
}
media_event! {
    /// Every variant of a media is there.
    MediaProcessed is "media.processed" {}
}
media_event! {
    /// The upload of a media is nothing that is taken.
    MediaRejected is "media.rejected" {
        /// Why.
        reason: MediaReason,
    }
}

/// Everything kept of a person's media was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubjectErased {
    /// Names the fact: the same when the fact is delivered, published or replayed again.
    pub event_id: String,
    /// When the last of it was gone.
    pub occurred_at: Timestamp,
    /// Who: the owner that the media had.
    pub subject: String,
    /// Records of media that were deleted.
    pub media: u64,
    /// Entries of the object index that were deleted.
    pub objects: u64,
}

impl Event for SubjectErased {
    const DETAIL_TYPE: &'static str = "subject.erased";
    const SOURCE: &'static str = SOURCE;
    const MEANING: &'static str = "Everything kept of a person's media was deleted.";
}
