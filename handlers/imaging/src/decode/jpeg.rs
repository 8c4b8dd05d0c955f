//! JPEG, scaled while its blocks are transformed: a picture that is needed at a quarter is never made larger.

use super::Rows;
use crate::format::Format;
use crate::jpeg::Reader;
use crate::limits::Limits;
use crate::pixels::Layout;
use crate::rejection::Rejection;
use crate::structure::Structure;

struct JpegRows<'a> {
    reader: Reader<'a>,
    size: (u32, u32),
    profile: Option<&'a [u8]>,
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    structure: &'a Structure,
    needed: (u32, u32),
    limits: &Limits,
) -> Result<Box<dyn Rows + 'a>, Rejection> {
    let mut reader = Reader::open(bytes, usize::try_from(limits.memory).unwrap_or(usize::MAX))?;
    // What was held against the limits must be what is decoded.
    if (reader.width(), reader.height()) != structure.size {
        return Err(Rejection::corrupt(Format::Jpeg, "it has two sizes"));
    }
    let size = reader.start(eighths(structure.size, needed))?;
    Ok(Box::new(JpegRows { reader, size, profile: structure.profile.as_deref() }))
}

impl Rows for JpegRows<'_> {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn layout(&self) -> Layout {
        if self.reader.is_cmyk() { Layout::Cmyk } else { Layout::Rgb }
    }

    fn profile(&self) -> Option<&[u8]> {
        self.profile
    }

    fn read(&mut self, out: &mut [u8]) -> Result<(), Rejection> {
        self.reader.read(out, self.size.0 as usize * self.layout().channels())?;
        if self.reader.is_cmyk() && self.reader.is_inverted() {
            out.iter_mut().for_each(|ink| *ink = !*ink);
        }
        Ok(())
    }
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
