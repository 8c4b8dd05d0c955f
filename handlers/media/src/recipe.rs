//! How a variant is made: what, of what, where it is kept, and by what one recognises that it is made already.

use events::MediaVariant;
use imaging::{Keep, Limits, OutputFormat, Variant, presets};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::buckets::{Bucket, Made, NewObject};
use crate::domain::Checksum;
use crate::source::{Content, off_the_reactor};

/// Another number makes every variant anew: for when the imaging library makes better ones.
const EDITION: u32 = 1;

/// One variant to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// What it is for: `card`.
    pub name: String,
    /// Its key in the bucket `media`.
    pub key: String,
    /// What to make.
    pub variant: Variant,
}

impl Recipe {
    /// Every preset in each of its formats, the quickest made first.
    pub(crate) fn all(media_id: &str, keep: Keep) -> Vec<Self> {
        let of_preset = |preset: &'static imaging::Preset| {
            preset.formats.iter().map(move |&format| Self {
                name: preset.name.to_owned(),
                key: format!("media/{media_id}/{}.{}", preset.name, format.extension()),
                variant: preset.variant(format, keep),
            })
        };
        presets().iter().flat_map(of_preset).collect()
    }

    /// What the object says that it was made of: the same content by the same recipe is no work.
    pub(crate) fn made_of(&self, content_hash: &str) -> String {
        let variant = serde_json::to_string(&self.variant).expect("a variant is plain data with text keys");
        Checksum::of(format!("{EDITION}\n{content_hash}\n{variant}").as_bytes()).hex()
    }

    /// The format to write.
    pub(crate) fn format(&self) -> OutputFormat {
        self.variant.format
    }

    /// The variant as it is kept already, if it is made of that content by this recipe.
    pub(crate) async fn kept(&self, media: &Bucket, content_hash: &str) -> Result<Option<MediaVariant>, MediaError> {
        let made = media.made(&self.key).await?;
        Ok(made.filter(|made| made.made_of == self.made_of(content_hash)).map(|made| self.described(&made)))
    }

    /// Makes the variant and keeps it.
    pub(crate) async fn make(&self, media: &Bucket, content: &Content) -> Result<MediaVariant, MediaError> {
        let (bytes, variant) = (content.bytes.clone(), self.variant.clone());
        let rendered = off_the_reactor(move || imaging::render(&bytes, &variant, &Limits::default())).await??;
        let made_of = self.made_of(&content.hash);
        let made = Made {
            made_of: made_of.clone(),
            dimensions: (rendered.width, rendered.height),
            bytes: rendered.bytes.len() as u64,
        };
        let object = NewObject {
            key: &self.key,
            content_type: rendered.format.media_type(),
            body: rendered.bytes.into(),
            made_of: &made_of,
            dimensions: made.dimensions,
        };
        media.put(object).await?;
        Ok(self.described(&made))
    }

    fn described(&self, made: &Made) -> MediaVariant {
        let (width, height) = made.dimensions;
        MediaVariant {
            name: self.name.clone(),
            content_type: self.format().media_type().to_owned(),
            key: self.key.clone(),
            width: Some(width),
            height: Some(height),
            bytes: Some(made.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_made_in_each_of_its_formats_under_a_key_of_its_own() {
        let recipes = Recipe::all("1", Keep::default());
        let keys: std::collections::BTreeSet<_> = recipes.iter().map(|recipe| recipe.key.as_str()).collect();
        assert_eq!(keys.len(), recipes.len());
        assert!(keys.contains("media/1/card.webp") && keys.contains("media/1/original.jpg"), "{keys:?}");
    }

    #[test]
    fn another_content_or_another_recipe_is_recognised() {
        let [first, second, ..] = &Recipe::all("1", Keep::default())[..] else { panic!("two presets") };
        assert_eq!(first.made_of("a"), first.made_of("a"));
        assert_ne!(first.made_of("a"), first.made_of("b"));
        assert_ne!(first.made_of("a"), second.made_of("a"));
    }
}
