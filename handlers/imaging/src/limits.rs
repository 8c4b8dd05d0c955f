//! How much of a stranger's file is put up with.

use crate::format::Format;
use crate::rejection::Rejection;

/// Bounds that hold before memory is spent. The defaults suit a function of 1 GB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Pixels along either side.
    pub side: u32,
    /// Pixels of one frame: width times height.
    pub pixels: u64,
    /// Frames of an animation. Variants show the first.
    pub frames: u32,
    /// Bytes that a decoder may hold at once. Formats that are decoded row by row need little of it; others their
    /// whole picture.
    pub memory: u64,
    /// Bytes of metadata (EXIF, colour profile).
    pub metadata: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 100 << 20, side: 30_000, pixels: 120_000_000, frames: 500, memory: 400 << 20, metadata: 4 << 20 }
    }
}

impl Limits {
    pub(crate) fn check_bytes(&self, bytes: &[u8]) -> Result<(), Rejection> {
        let length = bytes.len() as u64;
        if length > self.bytes { Err(Rejection::TooLarge { bytes: length, limit: self.bytes }) } else { Ok(()) }
    }

    pub(crate) fn check_size(&self, format: Format, width: u32, height: u32) -> Result<(), Rejection> {
        let refuse = |limit: String| Err(Rejection::TooManyPixels { width, height, limit });
        if width == 0 || height == 0 {
            return Err(Rejection::corrupt(format, format!("its size is {width} × {height}")));
        }
        if width.max(height) > self.side {
            return refuse(format!("{} on a side", self.side));
        }
        if u64::from(width) * u64::from(height) > self.pixels {
            return refuse(self.pixels.to_string());
        }
        Ok(())
    }

    pub(crate) fn check_frames(&self, frames: u32) -> Result<(), Rejection> {
        if frames > self.frames { Err(Rejection::TooManyFrames { frames, limit: self.frames }) } else { Ok(()) }
    }

    pub(crate) fn check_memory(&self, needed: u64) -> Result<(), Rejection> {
        if needed > self.memory { Err(Rejection::TooMuchMemory { needed, limit: self.memory }) } else { Ok(()) }
    }
}
