//! The type `Variant`.

use async_graphql::{Context, Enum, Object, Result};
use events::MediaVariant;
use subgraph::http::Origin;
use subgraph::rejection::Rejection;

use crate::addresses::Addresses;
use crate::byte_count::ByteCount;

/// How a variant is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "VariantFormat")]
pub(crate) enum Format {
    /// `image/jpeg`
    Jpeg,
    /// `image/webp`
    #[graphql(name = "WEBP")]
    WebP,
    /// `image/avif`
    Avif,
    /// `image/png`
    Png,
    /// The playlist of a stream: `application/vnd.apple.mpegurl`
    Hls,
    /// `video/mp4`
    #[graphql(name = "MP4")]
    Mp4,
    /// Another one; `contentType` names it.
    Other,
}

impl Format {
    fn of(content_type: &str) -> Self {
        match content_type {
            "image/jpeg" => Self::Jpeg,
            "image/webp" => Self::WebP,
            "image/avif" => Self::Avif,
            "image/png" => Self::Png,
            "application/vnd.apple.mpegurl" => Self::Hls,
            "video/mp4" => Self::Mp4,
            _ => Self::Other,
        }
    }
}

/// Something made of a media: a picture of a size, a stream, a poster.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) media_id: String,
    pub(crate) variant: MediaVariant,
}

/// Something made of a media: a picture of a size, a stream, a poster.
#[Object]
impl Variant {
    /// The preset that it is made by, the same in each format: `thumbnail`, `card`, `full`, `original`, or of a film
    /// `hls`, `mp4`, `poster`.
    async fn name(&self) -> &str {
        &self.variant.name
    }

    /// How it is encoded.
    async fn format(&self) -> Format {
        Format::of(&self.variant.content_type)
    }

    /// `image/webp`
    async fn content_type(&self) -> &str {
        &self.variant.content_type
    }

    /// In pixels.
    async fn width(&self) -> Option<u32> {
        self.variant.width
    }

    /// In pixels.
    async fn height(&self) -> Option<u32> {
        self.variant.height
    }

    /// Size of the object; null for a stream, which is many.
    async fn bytes(&self) -> Option<ByteCount> {
        self.variant.bytes.map(ByteCount)
    }

    /// Where to GET it: for an hour, then ask for another address. That of a stream leads to a playlist, and lasts.
    async fn url(&self, context: &Context<'_>) -> Result<String> {
        let key = &self.variant.key;
        if Format::of(&self.variant.content_type) == Format::Hls {
            // The objects of a stream are many, and a signature is over one: `media-playlist` signs what a playlist names.
            let Origin(origin) = context.data::<Origin>()?;
            let playlist = key.rsplit('/').next().unwrap_or_default();
            return Ok(format!("{origin}/media/{}/stream/{playlist}", self.media_id));
        }
        context.data::<Addresses>()?.of(key).await.map_err(Rejection::told)
    }
}
