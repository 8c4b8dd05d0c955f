//! PNG, for what has to stay exact.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::refusal;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;

pub(super) fn encode(pixels: &Pixels, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif.to_vec()).map_err(|error| refusal(pixels.size(), error))?;
    }
    let colour = if pixels.layout == Layout::Rgba { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
    encoder
        .write_image(&pixels.data, pixels.width, pixels.height, colour)
        .map_err(|error| refusal(pixels.size(), error))?;
    Ok(bytes)
}
