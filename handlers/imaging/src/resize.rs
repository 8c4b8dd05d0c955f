//! Resizes pictures with a Lanczos filter.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};

use crate::pixels::Pixels;

/// Resizes the part `crop` (left, top, width, height) of a picture to `size`.
pub(crate) fn resize(pixels: Pixels, crop: (f64, f64, f64, f64), size: (u32, u32)) -> Pixels {
    let (left, top, width, height) = crop;
    if (pixels.width, pixels.height) == size && crop == (0.0, 0.0, f64::from(size.0), f64::from(size.1)) {
        return pixels;
    }
    let kind = if pixels.channels == 4 { PixelType::U8x4 } else { PixelType::U8x3 };
    let from = ImageRef::new(pixels.width, pixels.height, &pixels.data, kind).expect("as many bytes as pixels need");
    let mut to = Image::new(size.0, size.1, kind);
    // Rounding must not carry the part over the edge.
    let width = width.min(f64::from(pixels.width) - left);
    let height = height.min(f64::from(pixels.height) - top);
    let options = ResizeOptions::new().crop(left, top, width, height);
    Resizer::new().resize(&from, &mut to, &options).expect("both pictures are of one kind and the part is inside");
    Pixels { width: size.0, height: size.1, channels: pixels.channels, data: to.into_vec() }
}
