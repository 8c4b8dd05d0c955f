//! What a file is, without decoding it.

use serde::{Deserialize, Serialize};

use crate::format::Format;
use crate::guard::contained;
use crate::limits::Limits;
use crate::profile;
use crate::rejection::Rejection;
use crate::structure;

/// What a file says of its picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// What the file is, by its bytes.
    pub format: Format,
    /// Pixels to the right, once the picture stands upright.
    pub width: u32,
    /// Pixels down, once the picture stands upright.
    pub height: u32,
    /// 1, or how many frames the animation has.
    pub frames: u32,
    /// Whether pixels may be transparent.
    pub has_alpha: bool,
    /// Whether colours are in a space that the file describes itself.
    pub has_colour_profile: bool,
    /// Whether the file says where the picture was taken.
    pub has_position: bool,
    /// Who made the picture, as the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist: Option<String>,
    /// The copyright notice in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copyright: Option<String>,
    /// Bytes behind the end of the picture: padding, or another file. No variant has them.
    pub trailing_bytes: u64,
}

impl Inspection {
    /// Refuses a file that was declared as something else than it is.
    ///
    /// # Errors
    /// `Media.TypeMismatch` unless `declared` (a media type, parameters ignored) is the one of the format.
    pub fn check_declared(&self, declared: &str) -> Result<(), Rejection> {
        let found = self.format.media_type();
        let plain = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let same = match plain.as_str() {
            "image/jpg" | "image/pjpeg" => Format::Jpeg.media_type(),
            "image/x-ms-bmp" | "image/x-bmp" => Format::Bmp.media_type(),
            "image/apng" | "image/vnd.mozilla.apng" => Format::Png.media_type(),
            other => other,
        };
        if same == found { Ok(()) } else { Err(Rejection::TypeMismatch { declared: declared.to_owned(), found }) }
    }
}

/// Reads what a file says of its picture and holds it against `limits`, without decoding the picture: a damaged picture
/// in a sound structure is found by [`render`](crate::render) and [`summarize`](crate::summarize) only.
///
/// # Errors
/// The file is of no readable format, breaks `limits`, is truncated, or its structure or colour profile is damaged.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Inspection, Rejection> {
    let (format, structure) = structure::read(bytes, limits)?;
    if let Some(profile) = &structure.profile {
        contained(format, || profile::read(profile, format))?;
    }
    let (width, height) = structure.orientation.turn(structure.size);
    Ok(Inspection {
        format,
        width,
        height,
        frames: structure.frames,
        has_alpha: structure.alpha,
        has_colour_profile: structure.profile.is_some(),
        has_position: structure.exif.has_position(),
        artist: structure.exif.artist(),
        copyright: structure.exif.copyright(),
        trailing_bytes: (bytes.len() - structure.end) as u64,
    })
}
