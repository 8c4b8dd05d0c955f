//! The SHA-256 of a content.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::MediaError;

/// The SHA-256 of a content; its text is base64, as S3's headers carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// Reads base64.
    ///
    /// # Errors
    /// [`MediaError::InvalidChecksum`].
    pub fn parse(text: &str) -> Result<Self, MediaError> {
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| MediaError::InvalidChecksum { checksum: text.to_owned() })
    }

    /// The checksum of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// What `hasher` has seen.
    pub fn finish(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }

    /// In hexadecimal digits, as content hashes are written.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&STANDARD.encode(self.0))
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_text_is_base64_and_its_digits_are_hexadecimal() {
        let checksum = Checksum::of(b"");
        assert_eq!(checksum.to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(checksum.hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(Checksum::parse(&checksum.to_string()), Ok(checksum));
    }

    #[test]
    fn what_is_no_sha_256_is_refused() {
        for text in ["", "abc", "47DEQpj8HBSa", &Checksum::of(b"").hex()] {
            assert!(Checksum::parse(text).is_err(), "{text}");
        }
    }
}
