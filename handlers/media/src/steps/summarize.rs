//! `media-summarize`: what a page shows before the picture is there, and which other pictures look the same.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use imaging::Limits;
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::records::Records;
use crate::source::{SourceObject, Sources, in_turn};

/// `{"mediaId", "owner", "source": {…}, "contentHash"}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummarizeInput {
    /// The media.
    pub media_id: String,
    /// Whose other pictures are compared.
    pub owner: String,
    /// The upload.
    pub source: SourceObject,
    /// Which content of it, in hexadecimal digits.
    pub content_hash: String,
}

/// What stands for a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summarized {
    /// A ThumbHash in base64.
    pub placeholder: String,
    /// `#rrggbb`
    pub dominant_colour: String,
    /// In hexadecimal digits.
    pub perceptual_hash: String,
    /// Media of the same owner that look the same.
    pub duplicates: Vec<String>,
}

/// Summarizes a picture.
#[derive(Clone, Debug)]
pub struct SummarizeImage {
    records: Records,
    sources: Sources,
}

impl SummarizeImage {
    /// Works on the table and bucket that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, sources: Sources::build(context)? })
    }
}

#[async_trait]
impl Step for SummarizeImage {
    type Input = SummarizeInput;
    type Output = Summarized;

    async fn run(&self, input: SummarizeInput) -> Result<Summarized, Failure> {
        let content = self.sources.read_version(&input.source.key, &input.content_hash).await?;
        let summary = in_turn(move || imaging::summarize(&content.bytes, &Limits::default())).await?;
        let summary = summary.map_err(MediaError::from)?;
        let mut duplicates = self.records.looking_like(&input.owner, summary.perceptual_hash).await?;
        duplicates.retain(|id| *id != input.media_id);
        Ok(Summarized {
            placeholder: summary.placeholder.to_string(),
            dominant_colour: summary.dominant_colour.to_string(),
            perceptual_hash: summary.perceptual_hash.to_string(),
            duplicates,
        })
    }
}
