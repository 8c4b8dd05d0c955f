//! The blocks of a GIF.

use super::{Cursor, Structure};
use crate::format::Format;
use crate::rejection::Rejection;

pub(super) fn read(bytes: &[u8]) -> Result<Structure, Rejection> {
    let mut cursor = Cursor::new(bytes, Format::Gif, 6);
    let [a, b, c, d, flags, _, _] = cursor.array()?;
    let size = (u32::from(u16::from_le_bytes([a, b])), u32::from(u16::from_le_bytes([c, d])));
    palette(&mut cursor, flags)?;
    let mut structure = Structure { size, alpha: true, ..Structure::default() };
    loop {
        match cursor.byte()? {
            0x2c => {
                let [.., flags] = cursor.array::<9>()?;
                palette(&mut cursor, flags)?;
                cursor.byte()?;
                blocks(&mut cursor)?;
                structure.frames = structure.frames.saturating_add(1);
            }
            0x21 => {
                cursor.byte()?;
                blocks(&mut cursor)?;
            }
            0x3b => break,
            other => return Err(damage(format!("a block begins with {other:#04x}"))),
        }
    }
    if structure.frames == 0 {
        return Err(damage("it has no picture".to_owned()));
    }
    structure.end = cursor.at;
    // The canvas, and a frame that may be as large.
    structure.memory = u64::from(size.0) * u64::from(size.1) * 8;
    Ok(structure)
}

fn palette(cursor: &mut Cursor<'_>, flags: u8) -> Result<(), Rejection> {
    if flags & 0x80 != 0 {
        cursor.take(3 << ((flags & 7) + 1))?;
    }
    Ok(())
}

fn blocks(cursor: &mut Cursor<'_>) -> Result<(), Rejection> {
    loop {
        match cursor.byte()? {
            0 => return Ok(()),
            length => cursor.take(usize::from(length))?,
        };
    }
}

fn damage(detail: String) -> Rejection {
    Rejection::corrupt(Format::Gif, detail)
}
