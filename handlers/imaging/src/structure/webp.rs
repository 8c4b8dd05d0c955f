//! The chunks of a WebP, as RFC 9649 has them.

use super::{Cursor, Structure};
use crate::exif::Exif;
use crate::format::Format;
use crate::limits::Limits;
use crate::rejection::Rejection;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Structure, Rejection> {
    let mut cursor = Cursor::new(bytes, Format::WebP, 4);
    let end = 8 + u32::from_le_bytes(cursor.array()?) as usize;
    if end > bytes.len() {
        return Err(Rejection::Truncated(Format::WebP));
    }
    let mut cursor = Cursor::new(&bytes[..end], Format::WebP, 12);
    let mut structure = Structure { end, ..Structure::default() };
    while cursor.at < end {
        let kind: [u8; 4] = cursor.array()?;
        let length = u32::from_le_bytes(cursor.array()?) as usize;
        let content = cursor.take(length)?;
        if length % 2 == 1 && cursor.at < end {
            cursor.byte()?;
        }
        match (&kind, content) {
            (b"VP8X", [flags, _, _, _, a, b, c, d, e, f, ..]) => {
                structure.size = (1 + triple(*a, *b, *c), 1 + triple(*d, *e, *f));
                structure.alpha = flags & 0x10 != 0;
                structure.animated = flags & 0x02 != 0;
            }
            (b"VP8 ", [_, _, _, 0x9d, 0x01, 0x2a, a, b, c, d, ..]) => {
                let (width, height) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
                still(&mut structure, (u32::from(width & 0x3fff), u32::from(height & 0x3fff)))?;
            }
            (b"VP8L", [0x2f, a, b, c, d, ..]) => {
                let bits = u32::from_le_bytes([*a, *b, *c, *d]);
                still(&mut structure, (1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)))?;
                structure.alpha |= bits >> 28 & 1 == 1;
                // Lossless rows refer to any earlier pixel.
                structure.memory = u64::from(structure.size.0) * u64::from(structure.size.1) * 4;
            }
            (b"VP8 " | b"VP8L" | b"VP8X", _) => return Err(damage("a frame has no header")),
            (b"ANMF", _) => structure.frames = structure.frames.saturating_add(1),
            (b"ALPH", _) => structure.alpha = true,
            (b"EXIF", _) => structure.exif = Exif::read(content),
            (b"ICCP", _) if content.len() <= limits.metadata => structure.profile = Some(content.to_vec()),
            _ => {}
        }
    }
    if structure.size == (0, 0) || structure.frames == 0 {
        return Err(damage("it has no picture"));
    }
    if structure.animated {
        let pixels = u64::from(structure.size.0) * u64::from(structure.size.1);
        structure.memory = pixels.saturating_mul(8);
    }
    Ok(structure)
}

/// A picture outside of an animation: its size is the canvas's, and there is one.
fn still(structure: &mut Structure, size: (u32, u32)) -> Result<(), Rejection> {
    if structure.frames > 0 {
        return Err(damage("it has two pictures"));
    }
    if structure.size != (0, 0) && structure.size != size {
        return Err(damage("its canvas and its picture differ in size"));
    }
    structure.size = size;
    structure.frames = 1;
    Ok(())
}

fn triple(low: u8, middle: u8, high: u8) -> u32 {
    u32::from_le_bytes([low, middle, high, 0])
}

fn damage(detail: &str) -> Rejection {
    Rejection::corrupt(Format::WebP, detail)
}
