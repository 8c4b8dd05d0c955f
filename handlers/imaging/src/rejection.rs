//! Why a file is refused: stable codes for programs, messages for people.

use crate::format::Format;

/// A file that is refused, or a variant that cannot be made. [`code`](Rejection::code) never changes its words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The first bytes are of no format that is read here.
    #[error("{0} cannot be read; send JPEG, PNG, WebP, GIF, TIFF or BMP")]
    UnsupportedFormat(String),
    /// The file is of a readable format, but uses a part of it that is not read.
    #[error("{format} with {feature} cannot be read; save it without")]
    UnsupportedFeature {
        /// The format of the file.
        format: Format,
        /// What of it is not read.
        feature: String,
    },
    /// The file is not what the uploader said it is.
    #[error("the file was declared as {declared} and is {found}")]
    TypeMismatch {
        /// The declared media type.
        declared: String,
        /// The media type of what came.
        found: &'static str,
    },
    /// The file has too many bytes.
    #[error("the file has {bytes} bytes; at most {limit} are taken")]
    TooLarge {
        /// Bytes of the file.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The picture is too wide or too high, or has too many pixels.
    #[error("the picture has {width} × {height} pixels; at most {limit} are taken")]
    TooManyPixels {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// What is taken, in words.
        limit: String,
    },
    /// To decode the picture takes more memory than is granted.
    #[error("the picture needs {needed} bytes of memory to decode; at most {limit} are granted")]
    TooMuchMemory {
        /// Bytes that decoding needs.
        needed: u64,
        /// The limit.
        limit: u64,
    },
    /// The animation has too many frames.
    #[error("the animation has {frames} frames; at most {limit} are taken")]
    TooManyFrames {
        /// Frames of the animation.
        frames: u32,
        /// The limit.
        limit: u32,
    },
    /// The file ends before the picture does.
    #[error("the {0} ends before its picture does; upload it again")]
    Truncated(Format),
    /// The file breaks the rules of its format.
    #[error("the {format} is damaged: {detail}")]
    Corrupt {
        /// The format of the file.
        format: Format,
        /// What is wrong.
        detail: String,
    },
    /// The embedded colour profile cannot be read, so nobody knows what the colours are.
    #[error("the colour profile of the {format} is damaged: {detail}; save the picture as sRGB")]
    BadColourProfile {
        /// The format of the file.
        format: Format,
        /// What is wrong.
        detail: String,
    },
    /// The variant that was asked for cannot be made of any picture.
    #[error("the variant cannot be made: {0}")]
    BadVariant(String),
}

impl Rejection {
    /// The stable name of this kind of refusal, as state machines catch it and clients read it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedFormat(_) => "Media.UnsupportedFormat",
            Self::UnsupportedFeature { .. } => "Media.UnsupportedFeature",
            Self::TypeMismatch { .. } => "Media.TypeMismatch",
            Self::TooLarge { .. } => "Media.TooLarge",
            Self::TooManyPixels { .. } => "Media.TooManyPixels",
            Self::TooMuchMemory { .. } => "Media.TooMuchMemory",
            Self::TooManyFrames { .. } => "Media.TooManyFrames",
            Self::Truncated(_) => "Media.Truncated",
            Self::Corrupt { .. } => "Media.Corrupt",
            Self::BadColourProfile { .. } => "Media.BadColourProfile",
            Self::BadVariant(_) => "Media.BadVariant",
        }
    }

    pub(crate) fn corrupt(format: Format, detail: impl Into<String>) -> Self {
        Self::Corrupt { format, detail: detail.into() }
    }
}
