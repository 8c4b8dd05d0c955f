//! What a file is, told from its first bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
    Tiff,
    Bmp,
    Avif,
}

impl Format {
    /// The format that the first bytes are of. Names and declared types are not asked: anybody can write them.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Self::Bmp),
            _ => brands(bytes).any(|brand| brand == b"avif" || brand == b"avis").then_some(Self::Avif),
        }
    }

    /// The media type, such as `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Tiff => "image/tiff",
            Self::Bmp => "image/bmp",
            Self::Avif => "image/avif",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Avif => "AVIF",
        })
    }
}

/// A format that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum OutputFormat {
    #[default]
    Jpeg,
    WebP,
    Avif,
    Png,
}

impl OutputFormat {
    /// Every format that is written.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::WebP, Self::Avif, Self::Png];

    /// The media type, such as `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
            Self::Png => "image/png",
        }
    }

    /// What file names end with, such as `jpg`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Avif => "avif",
            Self::Png => "png",
        }
    }

    /// Whether the format keeps transparency. JPEG does not: it is laid on white.
    pub fn has_alpha(self) -> bool {
        self != Self::Jpeg
    }
}

/// What the first bytes look like, in words for a refusal: `an MP4 video`, `a PDF`, `a file of an unknown format`.
pub fn describe(bytes: &[u8]) -> &'static str {
    if let Some(format) = Format::sniff(bytes) {
        return format.media_type();
    }
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let text = bytes.get(..bytes.len().min(512)).unwrap_or_default().trim_ascii_start();
    match () {
        () if bytes.is_empty() => "an empty file",
        () if brands(bytes).any(|brand| matches!(brand, b"heic" | b"heix" | b"heif" | b"mif1" | b"msf1")) => "HEIC",
        () if brands(bytes).any(|brand| brand == b"qt  ") => "a QuickTime video",
        () if brands(bytes).next().is_some() => "an MP4 video",
        () if starts(&[0x1a, 0x45, 0xdf, 0xa3]) => "a Matroska or WebM video",
        () if starts(b"%PDF") => "a PDF",
        () if starts(b"8BPS") => "a Photoshop document",
        () if starts(&[0xff, 0x0a]) || starts(b"\0\0\0\x0cJXL ") => "JPEG XL",
        () if starts(b"\0\0\0\x0cjP  ") => "JPEG 2000",
        () if starts(b"II\x2b\0") || starts(b"MM\0\x2b") => "BigTIFF",
        () if starts(b"PK\x03\x04") => "a ZIP archive",
        () if starts(&[0, 0, 1, 0]) => "a Windows icon",
        () if text.starts_with(b"<svg") || text.starts_with(b"<?xml") => "SVG or XML",
        () if text.starts_with(b"<") => "HTML",
        () => "a file of an unknown format",
    }
}

/// The brands of an ISO base media file: the major one, then the compatible ones.
fn brands(bytes: &[u8]) -> impl Iterator<Item = &[u8; 4]> {
    let length = match bytes {
        [0, 0, high, low, b'f', b't', b'y', b'p', ..] => usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    let content = bytes.get(8..length.min(bytes.len())).unwrap_or_default();
    let (words, _) = content.as_chunks::<4>();
    // The second word is the major brand's version.
    words.iter().enumerate().filter(|(place, _)| *place != 1).map(|(_, brand)| brand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_from_the_first_bytes() {
        assert_eq!(Format::sniff(b"\xff\xd8\xff\xe0"), Some(Format::Jpeg));
        assert_eq!(Format::sniff(b"RIFF\0\0\0\0WEBPVP8 "), Some(Format::WebP));
        assert_eq!(Format::sniff(b"RIFF\0\0\0\0WAVEfmt "), None);
        assert_eq!(Format::sniff(b"\0\0\0\x1cftypavif\0\0\0\0mif1avif"), Some(Format::Avif));
        assert_eq!(Format::sniff(b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1"), Some(Format::Avif));
        assert_eq!(Format::sniff(b""), None);
    }

    #[test]
    fn a_refusal_can_name_what_came() {
        assert_eq!(describe(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "HEIC");
        assert_eq!(describe(b"\0\0\0\x18ftypisom\0\0\0\0isommp42"), "an MP4 video");
        assert_eq!(describe(b"%PDF-1.7"), "a PDF");
        assert_eq!(describe(b"  <svg xmlns="), "SVG or XML");
        assert_eq!(describe(b""), "an empty file");
        assert_eq!(describe(b"hello"), "a file of an unknown format");
    }
}
