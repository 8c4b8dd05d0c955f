//! The type `Variant`.

use async_graphql::{Context, Enum, Object, Result};
use events::MediaVariant;
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
    Mp4,
    /// Another one; `contentType` names it.
    Other,
}

/// Something made of a media: a picture of a size, a stream, a poster.
#[derive(Clone, Debug)]
pub(crate) struct Variant(pub(crate) MediaVariant);

/// Something made of a media: a picture of a size, a stream, a poster.
#[Object]
impl Variant {
    /// The preset that it is made by, the same in each format: `thumbnail`, `card`, `full`, `original`, or of a film
    /// `hls`, `mp4`, `poster`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How it is encoded.
    async fn format(&self) -> Format {
        match self.0.content_type.as_str() {
            "image/jpeg" => Format::Jpeg,
            "image/webp" => Format::WebP,
            "image/avif" => Format::Avif,
            "image/png" => Format::Png,
            "application/vnd.apple.mpegurl" => Format::Hls,
            "video/mp4" => Format::Mp4,
            _ => Format::Other,
        }
    }

    /// `image/webp`
    async fn content_type(&self) -> &str {
        &self.0.content_type
    }

    /// In pixels.
    async fn width(&self) -> Option<u32> {
        self.0.width
    }

    /// In pixels.
    async fn height(&self) -> Option<u32> {
        self.0.height
    }

    /// Size of the object; null for a stream, which is many.
    async fn bytes(&self) -> Option<ByteCount> {
        self.0.bytes.map(ByteCount)
    }

    /// Where to GET it for an hour; ask again for another address.
    async fn url(&self, context: &Context<'_>) -> Result<String> {
        context.data::<Addresses>()?.of(&self.0.key).await.map_err(Rejection::told)
    }
}
