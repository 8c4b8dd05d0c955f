//! A blurred preview in some 25 bytes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::pixels::Pixels;

/// A [ThumbHash](https://evanw.github.io/thumbhash/) in base64: a blurred preview with shape and transparency, which a
/// page turns into a picture without a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Placeholder(String);

impl Placeholder {
    /// Of a picture with alpha of at most 100 pixels a side.
    pub(crate) fn of(pixels: &Pixels) -> Self {
        Self(STANDARD.encode(thumbhash::rgba_to_thumb_hash(
            pixels.width as usize,
            pixels.height as usize,
            &pixels.data,
        )))
    }

    /// The base64 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
