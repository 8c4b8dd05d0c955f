//! What a page shows before the picture is there, and what finds duplicates.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer, de};

use crate::hash::PerceptualHash;
use crate::limits::Limits;
use crate::pixels::Pixels;
use crate::placeholder::Placeholder;
use crate::rejection::Rejection;
use crate::render::scaled;
use crate::resize::Part;
use crate::structure;

/// The longer side of what is looked at.
const SIDE: u32 = 100;

/// A picture in a few bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// A blurred preview.
    pub placeholder: Placeholder,
    /// The colour that covers the most of the picture.
    pub dominant_colour: Colour,
    /// What near-duplicates have in common.
    pub perceptual_hash: PerceptualHash,
}

/// A colour in sRGB; as text and JSON `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub [u8; 3]);

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] =
            number.ok_or_else(|| de::Error::custom(format!("a colour is #rrggbb, not {text}")))?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

/// Decodes the picture at a small scale and sums it up.
///
/// # Errors
/// As [`render`](crate::render).
pub fn summarize(bytes: &[u8], limits: &Limits) -> Result<Summary, Rejection> {
    let (format, structure) = structure::read(bytes, limits)?;
    let (width, height) = structure.orientation.turn(structure.size);
    let scale = (f64::from(SIDE) / f64::from(width.max(height))).min(1.0);
    let small = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let part = Part::whole((width, height));
    let pixels = scaled(bytes, format, &structure, part, (small(width), small(height)), limits)?.with_alpha();
    Ok(Summary {
        placeholder: Placeholder::of(&pixels),
        dominant_colour: dominant_colour(&pixels),
        perceptual_hash: PerceptualHash::of(pixels),
    })
}

/// The mean of the most frequent of 4,096 colours. Transparent pixels count for as much as they show.
fn dominant_colour(pixels: &Pixels) -> Colour {
    let mut bins = vec![[0_u64; 4]; 4096];
    for &[red, green, blue, alpha] in pixels.data.as_chunks::<4>().0 {
        let bin = usize::from(red >> 4) << 8 | usize::from(green >> 4) << 4 | usize::from(blue >> 4);
        let weight = u64::from(alpha);
        for (sum, value) in bins[bin].iter_mut().zip([red, green, blue, 1]) {
            *sum += u64::from(value) * weight;
        }
    }
    // The first of equals, so that the answer does not depend on the order of anything.
    let [red, green, blue, weight] =
        bins.into_iter().reduce(|most, bin| if bin[3] > most[3] { bin } else { most }).unwrap_or_default();
    let mean = |sum: u64| (sum + weight / 2).checked_div(weight).map_or(255, |mean| mean as u8);
    Colour([mean(red), mean(green), mean(blue)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Layout;

    #[test]
    fn the_dominant_colour_covers_the_most_and_ignores_what_is_transparent() {
        let mut data = [200, 10, 10, 255].repeat(5);
        data.extend([10, 200, 10, 255].repeat(3));
        data.extend([0, 0, 0, 0].repeat(9));
        let pixels = Pixels { width: 17, height: 1, layout: Layout::Rgba, data };
        assert_eq!(dominant_colour(&pixels).to_string(), "#c80a0a");
    }

    #[test]
    fn a_colour_is_read_as_it_is_written() {
        let json = serde_json::to_string(&Colour([1, 171, 255])).expect("a string");
        assert_eq!(json, "\"#01abff\"");
        assert_eq!(serde_json::from_str::<Colour>(&json).ok(), Some(Colour([1, 171, 255])));
        assert!(serde_json::from_str::<Colour>("\"red\"").is_err());
    }
}
