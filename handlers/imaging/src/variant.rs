//! What a variant of a picture is to be.

use serde::{Deserialize, Serialize};

use crate::format::OutputFormat;
use crate::rejection::Rejection;

/// One rendition of a picture. The default is the whole picture as JPEG.
///
/// As JSON: `{"width": 800, "height": 600, "fit": "cover", "format": "webp", "quality": 80}`; everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Variant {
    /// Pixels to the right; none leaves it to the height and the picture's shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels down; none leaves it to the width and the picture's shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// What happens where the picture's shape is not that of the box.
    pub fit: Fit,
    /// The format to write.
    pub format: OutputFormat,
    /// 1 to 100; none takes the format's own default, see [`quality`](Variant::quality).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
    /// Whether a picture smaller than the box is enlarged.
    pub enlarge: bool,
    /// What of the metadata stays. Nothing unless asked.
    pub keep: Keep,
}

/// What happens where the picture's shape is not that of the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The whole picture, as large as the box allows. The result may be smaller than the box in one direction.
    #[default]
    Inside,
    /// The box is filled; what hangs over is cut off evenly on both sides.
    Cover,
    /// The whole picture in the middle of a box of exactly this size, on a transparent ground, or on white as JPEG.
    Contain,
}

/// Which metadata a variant carries. Everything else is stripped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Keep {
    /// The artist and the copyright notice.
    pub attribution: bool,
    /// Where the picture was taken. Ask its owner first.
    pub position: bool,
}

impl Variant {
    /// The quality that the encoder is given: 80 for JPEG and WebP, 62 for AVIF, which look about alike. PNG has none.
    pub fn quality(&self) -> u8 {
        self.quality.unwrap_or(match self.format {
            OutputFormat::Jpeg | OutputFormat::WebP => 80,
            OutputFormat::Avif => 62,
            OutputFormat::Png => 100,
        })
    }

    /// Refuses numbers that no picture could satisfy.
    pub(crate) fn check(&self) -> Result<(), Rejection> {
        let refuse = |reason: String| Err(Rejection::BadVariant(reason));
        // WebP's own limit, and as much as a page can use.
        const SIDE: u32 = 16_383;
        for (name, side) in [("width", self.width), ("height", self.height)] {
            if side.is_some_and(|side| side == 0 || side > SIDE) {
                return refuse(format!("{name} must be 1 to {SIDE}, not {}", side.unwrap_or_default()));
            }
        }
        match self.quality {
            Some(quality) if !(1..=100).contains(&quality) => {
                refuse(format!("quality must be 1 to 100, not {quality}"))
            }
            _ => Ok(()),
        }
    }
}
