//! The chunks of a PNG.

use super::{Cursor, Structure};
use crate::exif::Exif;
use crate::format::Format;
use crate::rejection::Rejection;

pub(super) fn read(bytes: &[u8]) -> Result<Structure, Rejection> {
    let mut cursor = Cursor::new(bytes, Format::Png, 8);
    let mut structure = Structure { frames: 1, ..Structure::default() };
    loop {
        let length = u32::from_be_bytes(cursor.array()?) as usize;
        let kind: [u8; 4] = cursor.array()?;
        let content = cursor.take(length)?;
        cursor.take(4)?;
        match (&kind, content) {
            (b"IHDR", _) => header(content, &mut structure)?,
            (_, _) if structure.size == (0, 0) => return Err(damage("it does not begin with its header")),
            (b"tRNS", _) => structure.alpha = true,
            (b"eXIf", _) => structure.exif = Exif::read(content),
            (b"acTL", [a, b, c, d, ..]) => {
                structure.frames = u32::from_be_bytes([*a, *b, *c, *d]).max(1);
                structure.animated = true;
            }
            (b"IEND", _) => break,
            _ => {}
        }
    }
    structure.end = cursor.at;
    Ok(structure)
}

fn header(content: &[u8], structure: &mut Structure) -> Result<(), Rejection> {
    let Some((&[a, b, c, d, e, f, g, h, depth, colour, _, _, interlaced], [])) = content.split_first_chunk() else {
        return Err(damage("its header has the wrong length"));
    };
    structure.size = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
    structure.alpha = matches!(colour, 4 | 6);
    structure.streams = interlaced == 0;
    if !structure.streams {
        // Interlaced rows come in seven passes over the whole picture, which then becomes one of eight bits.
        let channels = [1, 0, 3, 3, 2, 0, 4].get(usize::from(colour)).copied().unwrap_or(4);
        let (width, height) = (u64::from(structure.size.0), u64::from(structure.size.1));
        structure.memory = width.saturating_mul(height).saturating_mul(channels * u64::from(depth.div_ceil(8)) + 4);
    }
    Ok(())
}

fn damage(detail: &str) -> Rejection {
    Rejection::corrupt(Format::Png, detail)
}
