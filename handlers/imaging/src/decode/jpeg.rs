//! JPEG, scaled while its blocks are transformed: a picture that is needed at a quarter is never made larger.

use crate::format::Format;
use crate::jpeg::Reader;
use crate::limits::Limits;
use crate::pixels::Pixels;
use crate::profile;
use crate::rejection::Rejection;
use crate::structure::Structure;

pub(super) fn decode(
    bytes: &[u8],
    structure: &Structure,
    needed: (u32, u32),
    limits: &Limits,
) -> Result<Pixels, Rejection> {
    let mut reader = Reader::open(bytes, usize::try_from(limits.memory).unwrap_or(usize::MAX))?;
    // What was held against the limits must be what is decoded.
    if (reader.width(), reader.height()) != structure.size {
        return Err(Rejection::corrupt(Format::Jpeg, "it has two sizes"));
    }
    let (width, height) = reader.start(eighths(structure.size, needed))?;
    let channels = if reader.is_cmyk() { 4 } else { 3 };
    limits.check_memory(u64::from(width) * u64::from(height) * channels as u64)?;
    let mut pixels = Pixels::new(width, height, channels);
    let stride = pixels.stride().get();
    reader.read(&mut pixels.data, stride)?;
    if !reader.is_cmyk() {
        return profile::to_srgb(pixels, structure.profile.as_deref(), Format::Jpeg);
    }
    if reader.is_inverted() {
        pixels.data.iter_mut().for_each(|ink| *ink = !*ink);
    }
    profile::inks_to_srgb(pixels, structure.profile.as_deref(), Format::Jpeg)
}

/// The smallest of the scales that libjpeg has fast transforms for which still covers what is needed.
fn eighths(size: (u32, u32), needed: (u32, u32)) -> u32 {
    let covers = |eighths: &u32| {
        let scaled = |side: u32| (u64::from(side) * u64::from(*eighths)).div_ceil(8);
        scaled(size.0) >= u64::from(needed.0) && scaled(size.1) >= u64::from(needed.1)
    };
    [1, 2, 4].into_iter().find(covers).unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_scale_that_covers_the_need_is_taken() {
        assert_eq!(eighths((4000, 3000), (800, 600)), 2);
        assert_eq!(eighths((4000, 3000), (500, 375)), 1);
        assert_eq!(eighths((4000, 3000), (501, 375)), 2);
        assert_eq!(eighths((4000, 3000), (1001, 100)), 4);
        assert_eq!(eighths((4000, 3000), (3000, 2250)), 8);
    }
}
