//! PNG that is not interlaced, row by row. Sixteen bits become eight, palettes and grays become colours.

use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, Limits as Bounds, Reader, Transformations};

use super::Rows;
use crate::format::Format;
use crate::limits::Limits;
use crate::pixels::Layout;
use crate::rejection::Rejection;
use crate::structure::Structure;

struct PngRows<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    size: (u32, u32),
    colour: ColorType,
    profile: Option<Vec<u8>>,
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    structure: &Structure,
    limits: &Limits,
) -> Result<Box<dyn Rows + 'a>, Rejection> {
    let bounds = Bounds { bytes: usize::try_from(limits.memory).unwrap_or(usize::MAX) };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), bounds);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let reader = decoder.read_info().map_err(|error| refusal(&error))?;
    let info = reader.info();
    if (info.width, info.height) != structure.size {
        return Err(Rejection::corrupt(Format::Png, "it has two sizes"));
    }
    let profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
    let (colour, _) = reader.output_color_type();
    Ok(Box::new(PngRows { size: structure.size, colour, profile, reader }))
}

impl Rows for PngRows<'_> {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn layout(&self) -> Layout {
        match self.colour {
            ColorType::Rgba | ColorType::GrayscaleAlpha => Layout::Rgba,
            _ => Layout::Rgb,
        }
    }

    fn profile(&self) -> Option<&[u8]> {
        self.profile.as_deref()
    }

    fn read(&mut self, out: &mut [u8]) -> Result<(), Rejection> {
        let stride = self.size.0 as usize * self.layout().channels();
        for line in out.chunks_exact_mut(stride) {
            let row = self.reader.next_row().map_err(|error| refusal(&error))?;
            let row = row.ok_or(Rejection::Truncated(Format::Png))?;
            let row = row.data();
            match self.colour {
                ColorType::Grayscale => spread::<1, 3>(row, line, |[gray]| [gray; 3]),
                ColorType::GrayscaleAlpha => spread::<2, 4>(row, line, |[gray, alpha]| [gray, gray, gray, alpha]),
                _ => line.copy_from_slice(row),
            }
        }
        Ok(())
    }
}

fn spread<const FROM: usize, const TO: usize>(row: &[u8], line: &mut [u8], pixel: fn([u8; FROM]) -> [u8; TO]) {
    for (to, from) in line.as_chunks_mut::<TO>().0.iter_mut().zip(row.as_chunks::<FROM>().0) {
        *to = pixel(*from);
    }
}

fn refusal(error: &DecodingError) -> Rejection {
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Rejection::Truncated(Format::Png)
        }
        other => Rejection::corrupt(Format::Png, other.to_string()),
    }
}
