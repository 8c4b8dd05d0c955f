//! Formats that are decoded whole by the crates behind `image`.

use std::io::Cursor;

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder};
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder};

use super::{Rows, Whole};
use crate::format::Format;
use crate::limits::Limits;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;
use crate::structure::Structure;

pub(super) fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    structure: &Structure,
    limits: &Limits,
) -> Result<Box<dyn Rows + 'a>, Rejection> {
    let mut decoder = decoder(bytes, format, limits)?;
    if decoder.dimensions() != structure.size {
        return Err(Rejection::corrupt(format, "it has two sizes"));
    }
    let profile = decoder.icc_profile().map_err(|error| refusal(format, &error))?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(format, &error))?;
    let (width, height) = (image.width(), image.height());
    let pixels = if image.color().has_alpha() {
        Pixels { width, height, layout: Layout::Rgba, data: image.into_rgba8().into_raw() }
    } else {
        Pixels { width, height, layout: Layout::Rgb, data: image.into_rgb8().into_raw() }
    };
    Ok(Box::new(Whole::new(pixels, profile)))
}

/// A decoder that has read the header and will not hold more than the limits grant.
pub(crate) fn decoder<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &Limits,
) -> Result<Box<dyn ImageDecoder + 'a>, Rejection> {
    let source = Cursor::new(bytes);
    let opened: Result<Box<dyn ImageDecoder + 'a>, ImageError> = match format {
        Format::Png => PngDecoder::new(source).map(|decoder| Box::new(decoder) as Box<dyn ImageDecoder>),
        Format::Gif => GifDecoder::new(source).map(|decoder| Box::new(decoder) as Box<dyn ImageDecoder>),
        Format::Tiff => TiffDecoder::new(source).map(|decoder| Box::new(decoder) as Box<dyn ImageDecoder>),
        Format::Bmp => BmpDecoder::new(source).map(|decoder| Box::new(decoder) as Box<dyn ImageDecoder>),
        _ => WebPDecoder::new(source).map(|decoder| Box::new(decoder) as Box<dyn ImageDecoder>),
    };
    let mut decoder = opened.map_err(|error| refusal(format, &error))?;
    let mut bounds = image::Limits::no_limits();
    bounds.max_alloc = Some(limits.memory);
    decoder.set_limits(bounds).map_err(|error| refusal(format, &error))?;
    Ok(decoder)
}

/// What a decoder's error means here.
pub(crate) fn refusal(format: Format, error: &ImageError) -> Rejection {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Rejection::Truncated(format),
        ImageError::Unsupported(error) => Rejection::UnsupportedFeature { format, feature: error.to_string() },
        other => Rejection::corrupt(format, other.to_string()),
    }
}
