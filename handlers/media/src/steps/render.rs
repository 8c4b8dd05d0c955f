//! `media-render`: one size of a picture, in each of its formats.

use async_trait::async_trait;
use events::MediaVariant;
use function::{Context, Failure, MissingSetting, Step};
use futures::future::try_join_all;
use serde::Deserialize;

use crate::buckets::Bucket;
use crate::recipe::{Recipe, SizeRecipes};
use crate::source::{SourceObject, Sources};

/// `{"source": {…}, "contentHash", "size": {"name", "recipes": […]}}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenderInput {
    /// The upload.
    pub source: SourceObject,
    /// Which content of it, in hexadecimal digits.
    pub content_hash: String,
    /// What to make.
    pub size: SizeRecipes,
}

/// Makes the variants of a size, except those into which the same content was made before.
#[derive(Clone, Debug)]
pub struct RenderSize {
    sources: Sources,
    media: Bucket,
}

impl RenderSize {
    /// Works on the buckets that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { sources: Sources::build(context)?, media: Bucket::media(context)? })
    }
}

#[async_trait]
impl Step for RenderSize {
    type Input = RenderInput;
    type Output = Vec<MediaVariant>;

    async fn run(&self, input: RenderInput) -> Result<Vec<MediaVariant>, Failure> {
        let RenderInput { source, content_hash, size } = input;
        let kept = try_join_all(size.recipes.iter().map(|recipe| recipe.kept(&self.media, &content_hash))).await?;
        let absent = |(recipe, kept): (&Recipe, &Option<MediaVariant>)| kept.is_none().then(|| recipe.clone());
        let missing: Vec<Recipe> = size.recipes.iter().zip(&kept).filter_map(absent).collect();
        let mut variants: Vec<MediaVariant> = kept.into_iter().flatten().collect();
        if !missing.is_empty() {
            let content = self.sources.read_version(&source.key, &content_hash).await?;
            variants.extend(Recipe::make(&missing, &self.media, &content).await?);
        }
        Ok(variants)
    }
}
