//! The type `Media`.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use events::{MediaKind, MediaReason, MediaSnapshot, MediaStatus};
use subgraph::datetime::DateTime;
use subgraph::rejection::Rejection;

use crate::byte_count::ByteCount;
use crate::table::{Item, MediaTable};
use crate::variant::Variant;

/// How far a media is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "MediaStatus", remote = "MediaStatus")]
pub(crate) enum Status {
    /// Waits for its upload.
    Pending,
    /// Its upload has arrived and is worked on.
    Processing,
    /// Every variant is there.
    Ready,
    /// Its upload is nothing that is taken; `rejection` says why.
    Rejected,
    /// Something broke; `rejection` says what, and `retryProcessing` tries it again.
    Failed,
    /// Its upload never came, or its processing was called off.
    Canceled,
    /// Its objects are gone.
    Deleted,
}

/// What a media is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "MediaKind")]
pub(crate) enum Kind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Its upload has not been looked at.
    Unknown,
}

impl From<Option<MediaKind>> for Kind {
    fn from(kind: Option<MediaKind>) -> Self {
        match kind {
            Some(MediaKind::Image) => Self::Image,
            Some(MediaKind::Video) => Self::Video,
            None => Self::Unknown,
        }
    }
}

/// Why a media was rejected, failed or was canceled.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "MediaRejection")]
pub(crate) struct MediaRejection {
    /// For programs: it never changes, such as `Media.Truncated`.
    code: String,
    /// What is wrong and what to do, for people.
    message: String,
}

impl From<MediaReason> for MediaRejection {
    fn from(MediaReason { code, message }: MediaReason) -> Self {
        Self { code, message }
    }
}

/// A picture or a film, from the moment that its upload is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    media: MediaSnapshot,
    /// Absent from what a machine answers.
    checksum: Option<String>,
}

impl From<Item> for Media {
    fn from(item: Item) -> Self {
        Self { media: item.media, checksum: Some(item.upload.checksum) }
    }
}

impl From<MediaSnapshot> for Media {
    fn from(media: MediaSnapshot) -> Self {
        Self { media, checksum: None }
    }
}

/// A picture or a film, from the moment that its upload is asked for.
#[Object]
impl Media {
    /// Names it for ever.
    async fn id(&self) -> ID {
        ID::from(&self.media.id)
    }

    /// Whose it is.
    async fn owner(&self) -> &str {
        &self.media.owner
    }

    /// How far it is.
    async fn status(&self) -> Status {
        self.media.status.into()
    }

    /// What it is, by its first bytes.
    async fn kind(&self) -> Kind {
        self.media.kind.into()
    }

    /// As its owner named it, without folders.
    async fn file_name(&self) -> &str {
        &self.media.file_name
    }

    /// As it was declared, and once it was looked at, as it was found: `image/jpeg`.
    async fn content_type(&self) -> &str {
        &self.media.content_type
    }

    /// Size of the upload.
    async fn bytes(&self) -> ByteCount {
        ByteCount(self.media.bytes)
    }

    /// SHA-256 of the upload in base64, as it was announced.
    async fn checksum(&self, context: &Context<'_>) -> Result<Option<String>> {
        if self.checksum.is_some() {
            return Ok(self.checksum.clone());
        }
        let item = context.data::<MediaTable>()?.get(&self.media.id).await.map_err(Rejection::told)?;
        Ok(item.map(|item| item.upload.checksum))
    }

    /// In pixels, upright.
    async fn width(&self) -> Option<u32> {
        self.media.width
    }

    /// In pixels, upright.
    async fn height(&self) -> Option<u32> {
        self.media.height
    }

    /// How long a film plays.
    async fn duration_milliseconds(&self) -> Option<u64> {
        self.media.duration_milliseconds
    }

    /// How much of the processing is done, in per cent; null while there is none.
    async fn progress(&self) -> Option<u8> {
        self.media.progress
    }

    /// A ThumbHash in base64: a few pixels' worth of picture to show while the rest loads.
    async fn placeholder(&self) -> Option<&str> {
        self.media.placeholder.as_deref()
    }

    /// `#rrggbb`
    async fn dominant_color(&self) -> Option<&str> {
        self.media.dominant_colour.as_deref()
    }

    /// Near for pictures that look alike: 64 bits in hexadecimal digits.
    async fn perceptual_hash(&self) -> Option<&str> {
        self.media.perceptual_hash.as_deref()
    }

    /// The media of the same owner that looked the same when this one was processed.
    async fn duplicate_of(&self) -> Vec<ID> {
        self.media.duplicates.iter().map(ID::from).collect()
    }

    /// Everything made of it; empty until it is ready.
    async fn variants(&self) -> Vec<Variant> {
        let media_id = || self.media.id.clone();
        self.media.variants.iter().map(|variant| Variant { media_id: media_id(), variant: variant.clone() }).collect()
    }

    /// Why it was rejected, failed or was canceled.
    async fn rejection(&self) -> Option<MediaRejection> {
        self.media.reason.clone().map(MediaRejection::from)
    }

    /// 1 at creation, one more with each change.
    async fn version(&self) -> u64 {
        self.media.version
    }

    /// When its upload was asked for.
    async fn created_at(&self) -> DateTime {
        self.media.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.media.updated_at.into()
    }
}
