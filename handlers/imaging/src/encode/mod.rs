//! Encodes a picture, with the metadata that stays and no other.

mod avif;
mod jpeg;
mod png;
mod webp;
mod ycbcr;

use crate::format::OutputFormat;
use crate::pixels::Pixels;
use crate::rejection::Rejection;
use crate::variant::Variant;

/// Encodes `pixels`, which have no alpha where the format has none, with `exif` as a TIFF structure.
pub(crate) fn encode(pixels: Pixels, variant: &Variant, exif: Option<Vec<u8>>) -> Result<Vec<u8>, Rejection> {
    let exif = exif.as_deref();
    match variant.format {
        OutputFormat::Jpeg => jpeg::encode(&pixels, variant.quality(), exif),
        OutputFormat::WebP => webp::encode(pixels, variant.quality(), exif),
        OutputFormat::Avif => avif::encode(pixels, variant.quality(), exif),
        OutputFormat::Png => png::encode(&pixels, exif),
    }
}

/// An encoder that refuses a sound picture: only its size can be the reason.
fn refusal((width, height): (u32, u32), reason: impl std::fmt::Display) -> Rejection {
    Rejection::BadVariant(format!("{width} × {height} pixels cannot be encoded: {reason}"))
}
