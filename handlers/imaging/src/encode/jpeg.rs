//! JPEG by libjpeg, baseline, 4:2:0.

use super::refusal;
use crate::jpeg::write;
use crate::pixels::Pixels;
use crate::rejection::Rejection;

/// Tables of the picture's own need all its coefficients in memory; above this many pixels the standard ones do.
const LARGE: u64 = 1 << 23;
/// A segment's length counts itself.
const LARGEST_SEGMENT: usize = 65_533;

pub(super) fn encode(pixels: &Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    let optimised = u64::from(pixels.width) * u64::from(pixels.height) <= LARGE;
    let mut bytes = write(&pixels.data, pixels.width, pixels.height, quality, optimised)
        .ok_or_else(|| refusal(pixels.size(), "JPEG ends at 65500"))?;
    let content = exif.map(|exif| [b"Exif\0\0", exif].concat());
    if let Some(content) = content.filter(|content| content.len() <= LARGEST_SEGMENT) {
        let length = (content.len() as u16 + 2).to_be_bytes();
        // Behind the start marker, where EXIF wants to be.
        bytes.splice(2..2, [0xff, 0xe1].into_iter().chain(length).chain(content));
    }
    Ok(bytes)
}
