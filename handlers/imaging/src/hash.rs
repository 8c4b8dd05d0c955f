//! A hash that near-duplicates share most bits of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::pixels::Pixels;
use crate::resize::resize;

/// A difference hash: 64 answers to "is this spot lighter than its neighbour to the right?". The same picture in another
/// size, format or quality differs in few bits, another picture in about 32. As text and JSON 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerceptualHash(pub u64);

/// Two levels of light: what codecs make of an even ground is not a difference.
const NOISE: u32 = 2_000;

impl PerceptualHash {
    /// In how many bits two hashes differ: up to about 8 of 64 is the same picture.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }

    /// Of a small picture with alpha.
    pub(crate) fn of(pixels: Pixels) -> Self {
        let pixels = pixels.flattened([255; 3]);
        let spots = resize(&pixels, (9, 8));
        let light: Vec<u32> = spots.data.as_chunks::<3>().0.iter().map(light).collect();
        let bits =
            light.chunks_exact(9).flat_map(|row| row.windows(2)).map(|pair| u64::from(pair[0] > pair[1] + NOISE));
        Self(bits.fold(0, |hash, bit| hash << 1 | bit))
    }
}

/// Rec. 601 luma in integers, so that no platform rounds differently.
fn light(&[red, green, blue]: &[u8; 3]) -> u32 {
    299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)
}

impl fmt::Display for PerceptualHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// A text that is not 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a perceptual hash is 16 hexadecimal digits, not {0}")]
pub struct NotAHash(String);

impl FromStr for PerceptualHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let hash = (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten();
        hash.map(Self).ok_or_else(|| NotAHash(text.to_owned()))
    }
}

impl Serialize for PerceptualHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PerceptualHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Layout;

    #[test]
    fn falling_light_sets_every_bit_and_rising_light_none() {
        let gradient = |fall: bool| {
            let column = |x: u8| if fall { 250 - x * 2 } else { x * 2 };
            let data = (0..90 * 80_u32).flat_map(|place| [[column((place % 90) as u8); 3].as_slice(), &[255]].concat());
            PerceptualHash::of(Pixels { width: 90, height: 80, layout: Layout::Rgba, data: data.collect() })
        };
        assert_eq!(gradient(true), PerceptualHash(u64::MAX));
        assert_eq!(gradient(false), PerceptualHash(0));
        assert_eq!(gradient(true).distance(gradient(false)), 64);
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = PerceptualHash(0x00ab_cdef_0123_4567);
        assert_eq!(hash.to_string(), "00abcdef01234567");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("12".parse::<PerceptualHash>().is_err());
    }
}
