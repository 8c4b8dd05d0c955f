//! Decodes the picture row by row where its format allows that, as stored: not yet upright, in its own colours.

mod jpeg;
mod png;
pub(crate) mod raster;
mod webp;

use crate::format::Format;
use crate::limits::Limits;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;
use crate::structure::Structure;

/// A picture whose rows come one after the other.
pub(crate) trait Rows {
    /// Pixels in a row, and rows: the stored size, or less where the decoder scales.
    fn size(&self) -> (u32, u32);

    fn layout(&self) -> Layout;

    /// The colour profile of the pixels that come.
    fn profile(&self) -> Option<&[u8]>;

    /// Fills `out` with the next whole rows, of which there are as many.
    fn read(&mut self, out: &mut [u8]) -> Result<(), Rejection>;
}

/// Begins to decode, to at least `needed` pixels each way and at most the stored size.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    structure: &'a Structure,
    needed: (u32, u32),
    limits: &Limits,
) -> Result<Box<dyn Rows + 'a>, Rejection> {
    match format {
        Format::Jpeg => jpeg::open(bytes, structure, needed, limits),
        Format::Png if structure.streams => png::open(bytes, structure, limits),
        Format::WebP if structure.frames == 1 && !structure.animated => webp::open(bytes, structure, needed, limits),
        _ => raster::open(bytes, format, structure, limits),
    }
}

/// A picture that was decoded whole and is handed out in rows.
struct Whole {
    pixels: Pixels,
    profile: Option<Vec<u8>>,
    at: usize,
}

impl Whole {
    fn new(pixels: Pixels, profile: Option<Vec<u8>>) -> Self {
        Self { pixels, profile, at: 0 }
    }
}

impl Rows for Whole {
    fn size(&self) -> (u32, u32) {
        (self.pixels.width, self.pixels.height)
    }

    fn layout(&self) -> Layout {
        self.pixels.layout
    }

    fn profile(&self) -> Option<&[u8]> {
        self.profile.as_deref()
    }

    fn read(&mut self, out: &mut [u8]) -> Result<(), Rejection> {
        out.copy_from_slice(&self.pixels.data[self.at..self.at + out.len()]);
        self.at += out.len();
        Ok(())
    }
}
