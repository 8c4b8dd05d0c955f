//! What a file says of its picture, read from its structure without decoding anything.

mod gif;
mod jpeg;
mod png;
mod raster;
mod webp;

use crate::exif::Exif;
use crate::format::{Format, describe};
use crate::limits::Limits;
use crate::orientation::Orientation;
use crate::rejection::Rejection;

/// What every format says in its own way.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// Pixels in a stored row, and rows.
    pub(crate) size: (u32, u32),
    /// 1, or the frames of an animation.
    pub(crate) frames: u32,
    pub(crate) animated: bool,
    pub(crate) alpha: bool,
    /// Whether rows can be decoded one by one, where that depends on the file.
    pub(crate) streams: bool,
    pub(crate) orientation: Orientation,
    pub(crate) exif: Exif,
    /// The colour profile, where the structure holds it uncompressed.
    pub(crate) profile: Option<Vec<u8>>,
    /// Bytes that decoding holds beside the rows that it gives.
    pub(crate) memory: u64,
    /// Where the picture ends in the file.
    pub(crate) end: usize,
}

/// Reads a file's structure and holds it against `limits`.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<(Format, Structure), Rejection> {
    limits.check_bytes(bytes)?;
    let format = Format::sniff(bytes).ok_or_else(|| Rejection::UnsupportedFormat(describe(bytes).to_owned()))?;
    let mut structure = match format {
        Format::Jpeg => jpeg::read(bytes, limits),
        Format::Png => png::read(bytes),
        Format::WebP => webp::read(bytes, limits),
        Format::Gif => gif::read(bytes),
        Format::Tiff | Format::Bmp => raster::read(bytes, format, limits),
        Format::Avif => Err(Rejection::UnsupportedFormat("AVIF".to_owned())),
    }?;
    let (width, height) = structure.size;
    limits.check_size(format, width, height)?;
    limits.check_frames(structure.frames)?;
    limits.check_memory(structure.memory)?;
    if structure.orientation == Orientation::default() {
        structure.orientation = structure.exif.orientation;
    }
    Ok((format, structure))
}

/// A cursor over a file's bytes; whatever is not there is a truncated file.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    format: Format,
}

impl<'a> Cursor<'a> {
    fn new(bytes: &'a [u8], format: Format, at: usize) -> Self {
        Self { bytes, at, format }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Rejection> {
        let end = self.at.checked_add(length).ok_or(Rejection::Truncated(self.format))?;
        let taken = self.bytes.get(self.at..end).ok_or(Rejection::Truncated(self.format))?;
        self.at = end;
        Ok(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Rejection> {
        Ok(*self.take(LENGTH)?.first_chunk().expect("as many bytes as were taken"))
    }

    fn byte(&mut self) -> Result<u8, Rejection> {
        Ok(self.array::<1>()?[0])
    }
}
