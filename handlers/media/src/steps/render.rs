//! `media-render`: one variant of a picture.

use async_trait::async_trait;
use events::MediaVariant;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::buckets::Bucket;
use crate::recipe::Recipe;
use crate::source::{SourceObject, Sources};

/// `{"source": {…}, "contentHash", "recipe": {…}}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenderInput {
    /// The upload.
    pub source: SourceObject,
    /// Which content of it, in hexadecimal digits.
    pub content_hash: String,
    /// What to make.
    pub recipe: Recipe,
}

/// Makes a variant, unless the same content was made into it before.
#[derive(Clone, Debug)]
pub struct RenderVariant {
    sources: Sources,
    media: Bucket,
}

impl RenderVariant {
    /// Works on the buckets that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { sources: Sources::build(context)?, media: Bucket::media(context)? })
    }
}

#[async_trait]
impl Step for RenderVariant {
    type Input = RenderInput;
    type Output = MediaVariant;

    async fn run(&self, input: RenderInput) -> Result<MediaVariant, Failure> {
        let RenderInput { source, content_hash, recipe } = input;
        if let Some(kept) = recipe.kept(&self.media, &content_hash).await? {
            return Ok(kept);
        }
        let content = self.sources.read_version(&source.key, &content_hash).await?;
        Ok(recipe.make(&self.media, &content).await?)
    }
}
