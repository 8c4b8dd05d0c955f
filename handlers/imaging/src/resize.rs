//! Resizes pictures with a Lanczos filter, in bands, so that of the larger one only a few rows are held at a time.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};

use crate::decode::Rows;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;
use crate::window::Window;

/// Rows of the result that are made at once. More rows are held then, fewer are filtered twice.
const BAND: u32 = 128;
/// How far the filter looks, in pixels of the smaller picture.
const REACH: f64 = 3.0;

/// A part of a picture: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Part {
    pub(crate) fn whole((width, height): (u32, u32)) -> Self {
        Self { left: 0.0, top: 0.0, width: f64::from(width), height: f64::from(height) }
    }

    /// How many pixels a picture of `whole` must be decoded to at least, so that `self` need not be enlarged to `size`.
    pub(crate) fn needed(self, whole: (u32, u32), size: (u32, u32)) -> (u32, u32) {
        let need =
            |whole: u32, part: f64, size: u32| ((f64::from(whole) * f64::from(size) / part).ceil() as u32).min(whole);
        (need(whole.0, self.width, size.0), need(whole.1, self.height, size.1))
    }

    /// The same part of a picture that is larger or smaller by these factors.
    pub(crate) fn scaled(self, across: f64, down: f64) -> Self {
        Self { left: self.left * across, top: self.top * down, width: self.width * across, height: self.height * down }
    }
}

/// Resizes `part` of the picture whose rows come to `size`. Every row is read, so that damage is found wherever it is.
pub(crate) fn resize_rows(rows: &mut dyn Rows, part: Part, size: (u32, u32)) -> Result<Pixels, Rejection> {
    let mut result = Pixels::new(size.0, size.1, rows.layout());
    if rows.size() == size && part == Part::whole(size) {
        rows.read(&mut result.data)?;
        return Ok(result);
    }
    let layout = rows.layout();
    let mut window = Window::new(rows);
    let mut resizer = Resizer::new();
    let step = part.height / f64::from(size.1);
    let margin = REACH * step.max(1.0) + 1.0;
    let band_length = result.stride().get() * BAND as usize;
    for (band, out) in result.data.chunks_mut(band_length).enumerate() {
        let first = band as u32 * BAND;
        let count = (size.1 - first).min(BAND);
        let (top, height) = (part.top + f64::from(first) * step, f64::from(count) * step);
        window.show((top - margin).max(0.0) as u32, (top + height + margin).ceil() as u32)?;
        let part = Part { top: top - f64::from(window.first()), height, ..part };
        filter(&mut resizer, window.image(), layout, part, out, (size.0, count));
    }
    window.skip_rest()?;
    Ok(result)
}

/// Resizes a whole picture that is in memory.
pub(crate) fn resize(pixels: &Pixels, size: (u32, u32)) -> Pixels {
    let mut result = Pixels::new(size.0, size.1, pixels.layout);
    let part = Part::whole((pixels.width, pixels.height));
    let from = (pixels.width, pixels.height, pixels.data.as_slice());
    filter(&mut Resizer::new(), from, pixels.layout, part, &mut result.data, size);
    result
}

fn filter(
    resizer: &mut Resizer,
    (width, height, data): (u32, u32, &[u8]),
    layout: Layout,
    part: Part,
    out: &mut [u8],
    size: (u32, u32),
) {
    let kind = if layout == Layout::Rgb { PixelType::U8x3 } else { PixelType::U8x4 };
    let from = ImageRef::new(width, height, data, kind).expect("as many bytes as pixels need");
    let mut to = Image::from_slice_u8(size.0, size.1, out, kind).expect("as many bytes as pixels need");
    // Rounding must not carry the part over an edge.
    let (left, top) = (part.left.max(0.0), part.top.max(0.0));
    let (width, height) = (part.width.min(f64::from(width) - left), part.height.min(f64::from(height) - top));
    let options = ResizeOptions::new().crop(left, top, width, height).use_alpha(layout == Layout::Rgba);
    resizer.resize(&from, &mut to, &options).expect("both pictures are of one kind and the part is inside");
}
