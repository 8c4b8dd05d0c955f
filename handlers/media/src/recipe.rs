//! How variants are made: what, of what, where they are kept, and by what one recognises that one is made already.

use std::cmp::Reverse;

use events::MediaVariant;
use futures::future::try_join_all;
use imaging::{Keep, Limits, OutputFormat, Preset, Rendered, Variant, presets};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::buckets::{Bucket, Made, NewObject};
use crate::domain::Checksum;
use crate::source::{Content, in_turn};

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

/// The variants of one size, which are made of one decoded picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeRecipes {
    /// What they are for: `card`.
    pub name: String,
    /// One for each format.
    pub recipes: Vec<Recipe>,
}

impl SizeRecipes {
    /// Every preset of a picture of so many pixels, in each of its formats. The size that takes longest comes first, so
    /// that nobody waits in the end for one that was begun last.
    pub(crate) fn all(media_id: &str, keep: Keep, picture: (u32, u32)) -> Vec<Self> {
        let mut presets: Vec<_> = presets().iter().collect();
        presets.sort_by_key(|preset| Reverse(effort(preset, picture)));
        let of_preset = |preset: &Preset| Self {
            name: preset.name.to_owned(),
            recipes: preset.formats.iter().map(|&format| Recipe::of(preset, media_id, format, keep)).collect(),
        };
        presets.into_iter().map(of_preset).collect()
    }
}

/// How long a preset takes, against others: by its pixels and formats, since decoding takes the same for all.
fn effort(preset: &Preset, (width, height): (u32, u32)) -> u64 {
    let side = |side: u32, most: Option<u32>| u64::from(most.map_or(side, |most| side.min(most)));
    let of_format = |format: &OutputFormat| match format {
        OutputFormat::Avif => 30,
        OutputFormat::WebP => 8,
        OutputFormat::Jpeg | OutputFormat::Png => 1,
    };
    side(width, preset.width) * side(height, preset.height) * preset.formats.iter().map(of_format).sum::<u64>()
}

impl Recipe {
    /// A preset in one of its formats.
    pub(crate) fn of(preset: &Preset, media_id: &str, format: OutputFormat, keep: Keep) -> Self {
        Self {
            name: preset.name.to_owned(),
            key: format!("media/{media_id}/{}.{}", preset.name, format.extension()),
            variant: preset.variant(format, keep),
        }
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

    /// Makes the variants of `recipes` and keeps them; those of one size together.
    pub(crate) async fn make(
        recipes: &[Self],
        media: &Bucket,
        content: &Content,
    ) -> Result<Vec<MediaVariant>, MediaError> {
        let variants: Vec<_> = recipes.iter().map(|recipe| recipe.variant.clone()).collect();
        let bytes = content.bytes.clone();
        let rendered = in_turn(move || imaging::render_all(&bytes, &variants, &Limits::default())).await??;
        try_join_all(recipes.iter().zip(rendered).map(|(recipe, made)| recipe.keep(made, media, &content.hash))).await
    }

    async fn keep(&self, rendered: Rendered, media: &Bucket, content_hash: &str) -> Result<MediaVariant, MediaError> {
        let made_of = self.made_of(content_hash);
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

    const PHOTO: (u32, u32) = (4000, 3000);

    #[test]
    fn every_preset_is_made_in_each_of_its_formats_under_a_key_of_its_own() {
        let sizes = SizeRecipes::all("1", Keep::default(), PHOTO);
        let recipes = || sizes.iter().flat_map(|size| &size.recipes);
        let keys: std::collections::BTreeSet<_> = recipes().map(|recipe| recipe.key.as_str()).collect();
        assert_eq!(keys.len(), presets().iter().map(|preset| preset.formats.len()).sum::<usize>());
        assert_eq!(keys.len(), recipes().count());
        assert!(keys.contains("media/1/card.webp") && keys.contains("media/1/original.jpg"), "{keys:?}");
    }

    #[test]
    fn the_size_that_takes_longest_is_made_first() {
        let names = |picture| {
            let sizes = SizeRecipes::all("1", Keep::default(), picture);
            sizes.into_iter().map(|size| size.name).collect::<Vec<_>>()
        };
        assert_eq!(names(PHOTO), ["card", "original", "full", "thumbnail"]);
        assert_eq!(names((11_600, 8_700))[0], "original");
    }

    #[test]
    fn another_content_or_another_recipe_is_recognised() {
        let sizes = SizeRecipes::all("1", Keep::default(), PHOTO);
        let [first, second, ..] = &sizes[0].recipes[..] else { panic!("two formats") };
        assert_eq!(first.made_of("a"), first.made_of("a"));
        assert_ne!(first.made_of("a"), first.made_of("b"));
        assert_ne!(first.made_of("a"), second.made_of("a"));
    }
}
