//! Whether an upload is a film, by its first bytes.

/// Whether `head`, the first bytes of an upload, begin a film. Everything else goes the way of pictures, where what is
/// none is refused.
pub fn is_video(head: &[u8]) -> bool {
    is_iso_film(head)
        || head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
        || (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"AVI "))
        || head.starts_with(b"FLV\x01")
        || head.starts_with(b"OggS")
        || head.starts_with(&[0x00, 0x00, 0x01, 0xba])
        || head.starts_with(&[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11])
        || is_transport_stream(head)
}

/// ISO base media, unless its brand is that of a still picture.
fn is_iso_film(head: &[u8]) -> bool {
    match (head.get(4..8), head.get(8..12)) {
        (Some(b"ftyp"), Some(brand)) => {
            !matches!(brand, b"avif" | b"avis" | b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"jxl ")
        }
        (Some(b"moov" | b"mdat" | b"wide" | b"free"), _) => true,
        _ => false,
    }
}

/// MPEG-TS begins each of its packets of 188 bytes with the same byte.
fn is_transport_stream(head: &[u8]) -> bool {
    const SYNC: u8 = 0x47;
    head.len() > 376 && [0, 188, 376].into_iter().all(|at| head[at] == SYNC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_told_from_pictures() {
        let mut transport = vec![0; 400];
        for at in [0, 188, 376] {
            transport[at] = 0x47;
        }
        for head in [
            &b"\0\0\0\x20ftypisom"[..],
            b"\0\0\0\x14ftypqt  ",
            b"\x1a\x45\xdf\xa3\x01",
            b"RIFF\0\0\0\0AVI ",
            &transport,
        ] {
            assert!(is_video(head), "{head:?}");
        }
        for head in
            [&b"\xff\xd8\xff\xe0"[..], b"\0\0\0\x20ftypavif", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"<html>", b"", b"ftyp"]
        {
            assert!(!is_video(head), "{head:?}");
        }
    }
}
