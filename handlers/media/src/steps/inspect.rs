//! `media-inspect`: what a picture really is, and what is to be made of it.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use imaging::Limits;
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::domain::Run;
use crate::recipe::SizeRecipes;
use crate::records::Records;
use crate::source::{SourceObject, Sources, off_the_reactor};

/// `{"run": {…}, "source": {…}}`
#[derive(Clone, Debug, Deserialize)]
pub struct InspectInput {
    /// Which processing asks.
    pub run: Run,
    /// The upload.
    pub source: SourceObject,
}

/// What a picture is, and what is to be made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspected {
    /// `image/jpeg`
    pub content_type: String,
    /// In hexadecimal digits.
    pub content_hash: String,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// The variants to make.
    pub sizes: Vec<SizeRecipes>,
}

/// Looks at a picture, and refuses what is none or what would harm.
#[derive(Clone, Debug)]
pub struct InspectImage {
    records: Records,
    sources: Sources,
}

impl InspectImage {
    /// Works on the table and bucket that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, sources: Sources::build(context)? })
    }
}

#[async_trait]
impl Step for InspectImage {
    type Input = InspectInput;
    type Output = Inspected;

    async fn run(&self, input: InspectInput) -> Result<Inspected, Failure> {
        let id = &input.run.media_id;
        let (record, content) = tokio::try_join!(self.records.get(id), self.sources.read(&input.source.key))?;
        if !input.run.is_awaited_by(&record) {
            return Err(MediaError::Superseded { id: id.clone() }.into());
        }
        let bytes = content.bytes.clone();
        let inspection = off_the_reactor(move || imaging::inspect(&bytes, &Limits::default())).await?;
        let inspection = inspection.map_err(MediaError::from)?;
        inspection.check_declared(&record.upload.content_type).map_err(MediaError::from)?;
        Ok(Inspected {
            content_type: inspection.format.media_type().to_owned(),
            content_hash: content.hash,
            width: inspection.width,
            height: inspection.height,
            sizes: SizeRecipes::all(id, record.upload.keep, (inspection.width, inspection.height)),
        })
    }
}
