//! The variants that every picture gets.

use crate::format::OutputFormat;
use crate::variant::{Fit, Keep, Variant};

/// A named size, made in several formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What clients ask for, as in `/media/{id}/card`.
    pub name: &'static str,
    /// The box, where there is one.
    pub width: Option<u32>,
    /// The box, where there is one.
    pub height: Option<u32>,
    /// How the picture goes into the box.
    pub fit: Fit,
    /// The formats that are made of every upload.
    pub formats: &'static [OutputFormat],
    /// The formats that are made when somebody asks for them: those that take long at this size.
    pub on_request: &'static [OutputFormat],
}

/// The table. 1920 is just below half of what cameras make, so that half of the pixels need never be decoded.
const PRESETS: &[Preset] = &[
    Preset {
        name: "thumbnail",
        width: Some(200),
        height: Some(200),
        fit: Fit::Cover,
        formats: &[OutputFormat::Avif, OutputFormat::WebP, OutputFormat::Jpeg],
        on_request: &[],
    },
    Preset {
        name: "card",
        width: Some(800),
        height: Some(800),
        fit: Fit::Inside,
        formats: &[OutputFormat::Avif, OutputFormat::WebP, OutputFormat::Jpeg],
        on_request: &[],
    },
    Preset {
        name: "full",
        width: Some(1920),
        height: Some(1920),
        fit: Fit::Inside,
        formats: &[OutputFormat::Jpeg],
        on_request: &[OutputFormat::Avif, OutputFormat::WebP],
    },
    Preset {
        name: "original",
        width: None,
        height: None,
        fit: Fit::Inside,
        formats: &[OutputFormat::Jpeg],
        on_request: &[OutputFormat::WebP],
    },
];

/// Every preset, the smallest first.
pub fn presets() -> &'static [Preset] {
    PRESETS
}

impl Preset {
    /// The preset of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// Every format of this preset, the one with the smallest files first: a server takes the first that the client
    /// accepts.
    pub fn offers(&self) -> impl Iterator<Item = OutputFormat> + '_ {
        [OutputFormat::Avif, OutputFormat::WebP, OutputFormat::Jpeg, OutputFormat::Png]
            .into_iter()
            .filter(|format| self.formats.contains(format) || self.on_request.contains(format))
    }

    /// What is to be rendered for this preset in `format`, keeping of the metadata what `keep` says.
    pub fn variant(&self, format: OutputFormat, keep: Keep) -> Variant {
        Variant { width: self.width, height: self.height, fit: self.fit, format, keep, ..Variant::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_name_of_its_own_and_a_format_that_every_client_reads() {
        for preset in presets() {
            assert_eq!(Preset::named(preset.name), Some(preset));
            assert!(preset.formats.contains(&OutputFormat::Jpeg), "{}", preset.name);
            assert_eq!(preset.variant(OutputFormat::Jpeg, Keep::default()).check(), Ok(()));
        }
    }
}
