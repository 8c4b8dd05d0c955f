//! The markers of a JPEG, as ITU T.81 has them.

use super::{Cursor, Structure};
use crate::exif::Exif;
use crate::format::Format;
use crate::limits::Limits;
use crate::rejection::Rejection;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Structure, Rejection> {
    let mut cursor = Cursor::new(bytes, Format::Jpeg, 2);
    let mut structure = Structure { frames: 1, ..Structure::default() };
    let mut profile: Vec<(u8, &[u8])> = Vec::new();
    loop {
        let marker = marker(&mut cursor)?;
        match marker {
            0xd9 => return Err(Rejection::corrupt(Format::Jpeg, "it ends without a picture")),
            // Markers without content.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(cursor.array()?));
        let content = cursor.take(length.checked_sub(2).ok_or_else(|| damage("a segment has no length"))?)?;
        match (marker, content) {
            (0xda, _) => break,
            (0xe1, [b'E', b'x', b'i', b'f', 0, 0, ..]) if structure.exif == Exif::default() => {
                structure.exif = Exif::read(content);
            }
            (0xe2, _) if content.starts_with(b"ICC_PROFILE\0") && content.len() > 14 => {
                profile.push((content[12], &content[14..]));
            }
            (0xc0..=0xcf, _) if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => frame(marker, content, &mut structure)?,
            _ => {}
        }
    }
    if structure.size == (0, 0) {
        return Err(damage("pixels come before their size"));
    }
    profile.sort_by_key(|(place, _)| *place);
    let length: usize = profile.iter().map(|(_, part)| part.len()).sum();
    if length > 0 && length <= limits.metadata {
        structure.profile = Some(profile.into_iter().flat_map(|(_, part)| part).copied().collect());
    }
    structure.end = end(bytes, cursor.at).ok_or(Rejection::Truncated(Format::Jpeg))?;
    Ok(structure)
}

/// The next marker. Bytes between segments are skipped, as every decoder does.
fn marker(cursor: &mut Cursor<'_>) -> Result<u8, Rejection> {
    loop {
        while cursor.byte()? != 0xff {}
        let mut byte = cursor.byte()?;
        while byte == 0xff {
            byte = cursor.byte()?;
        }
        if byte != 0 {
            return Ok(byte);
        }
    }
}

/// Size and components, from the frame header.
fn frame(marker: u8, content: &[u8], structure: &mut Structure) -> Result<(), Rejection> {
    let unsupported =
        |feature: &str| Err(Rejection::UnsupportedFeature { format: Format::Jpeg, feature: feature.to_owned() });
    match marker {
        0xc3 | 0xc7 | 0xcb | 0xcf => return unsupported("lossless coding"),
        0xc5 | 0xc6 | 0xcd | 0xce => return unsupported("hierarchical coding"),
        0xc9 | 0xca => return unsupported("arithmetic coding"),
        _ => {}
    }
    let [precision, high, low, wide, narrow, components, sampling @ ..] = content else {
        return Err(damage("its frame header is too short"));
    };
    if *precision != 8 {
        return unsupported("more than 8 bits a sample");
    }
    let (width, height) = (u16::from_be_bytes([*wide, *narrow]), u16::from_be_bytes([*high, *low]));
    structure.size = (u32::from(width), u32::from(height));
    if marker == 0xc2 {
        structure.memory = coefficients(structure.size, *components, sampling);
    }
    Ok(())
}

/// A progressive file's coefficients are all held until the last scan: two bytes each.
fn coefficients((width, height): (u32, u32), components: u8, sampling: &[u8]) -> u64 {
    let factors = sampling.chunks_exact(3).take(usize::from(components)).map(|part| (part[1] >> 4, part[1] & 15));
    let factors: Vec<(u64, u64)> = factors.map(|(across, down)| (u64::from(across), u64::from(down))).collect();
    let across = factors.iter().map(|factor| factor.0).max().unwrap_or(1).max(1);
    let down = factors.iter().map(|factor| factor.1).max().unwrap_or(1).max(1);
    let (columns, rows) = (u64::from(width).div_ceil(across * 8), u64::from(height).div_ceil(down * 8));
    factors.iter().map(|factor| columns * rows * factor.0 * factor.1 * 128).sum()
}

/// Behind the marker that ends the picture. Inside entropy-coded bytes every 0xff is followed by 0 or a restart, so
/// only the segments between scans have to be stepped over.
fn end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(0xff, bytes.get(at..)?)? + 1;
        match *bytes.get(at)? {
            0xd9 => return Some(at + 1),
            0x00 | 0x01 | 0xd0..=0xd8 => at += 1,
            0xff => {}
            _ => at += 1 + usize::from(u16::from_be_bytes(*bytes.get(at + 1..)?.first_chunk()?)),
        }
    }
}

fn damage(detail: &str) -> Rejection {
    Rejection::corrupt(Format::Jpeg, detail)
}
