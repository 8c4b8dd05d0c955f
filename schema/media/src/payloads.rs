//! What mutations answer.

use async_graphql::{ID, SimpleObject};
use events::MediaSnapshot;
use serde::Deserialize;
use subgraph::execution::{Execution, Outcome};
use subgraph::rejection::Rejection;

use crate::errors::MediaError;
use crate::media::Media;
use crate::upload::{SignedUpload, Upload};

/// What became of a request to upload.
#[derive(Debug, SimpleObject)]
pub(crate) struct CreateUploadPayload {
    /// The media, which awaits its upload.
    media: Option<Media>,
    /// Where to send it; null once it has arrived or was given up.
    upload: Option<Upload>,
    /// Why nothing was made; empty when all went well.
    errors: Vec<MediaError>,
    /// The execution that was started.
    execution: Execution,
}

/// What the machine `create-upload` answers.
#[derive(Debug, Deserialize)]
struct CreatedUpload {
    media: MediaSnapshot,
    #[serde(default)]
    upload: Option<SignedUpload>,
}

impl TryFrom<Outcome> for CreateUploadPayload {
    type Error = Rejection;

    fn try_from(outcome: Outcome) -> Result<Self, Rejection> {
        let answer: Result<CreatedUpload, _> = outcome.answer(MediaError::named)?;
        let execution = outcome.execution;
        Ok(match answer {
            Ok(CreatedUpload { media, upload }) => {
                let (media, upload) = (Some(media.into()), upload.map(Upload::from));
                Self { media, upload, errors: Vec::new(), execution }
            }
            Err(error) => Self { media: None, upload: None, errors: vec![error], execution },
        })
    }
}

macro_rules! payload {
    ($(#[doc = $about:literal])+ $name:ident, $(#[doc = $about_media:literal])+ media) => {
        $(#[doc = $about])+
        #[derive(Debug, SimpleObject)]
        pub(crate) struct $name {
            $(#[doc = $about_media])+
            media: Option<Media>,
            /// Why nothing was changed; empty when all went well.
            errors: Vec<MediaError>,
            /// The execution that was started.
            execution: Execution,
        }

        impl TryFrom<Outcome> for $name {
            type Error = Rejection;

            fn try_from(outcome: Outcome) -> Result<Self, Rejection> {
                let answer: Result<MediaSnapshot, _> = outcome.answer(MediaError::named)?;
                let (media, errors) = match answer {
                    Ok(media) => (Some(media.into()), Vec::new()),
                    Err(error) => (None, vec![error]),
                };
                Ok(Self { media, errors, execution: outcome.execution })
            }
        }
    };
}

payload! {
    /// What became of a request to complete an upload.
    CompleteUploadPayload,
    /// The media; its processing begins in a moment.
    media
}
payload! {
    /// What became of a request to process a media again.
    RetryProcessingPayload,
    /// The media, which is being processed.
    media
}

/// What became of a request to delete a media.
#[derive(Debug, SimpleObject)]
pub(crate) struct DeleteMediaPayload {
    /// The id of the media whose objects are gone.
    deleted_id: Option<ID>,
    /// What is left of it.
    media: Option<Media>,
    /// Why nothing was changed; empty when all went well.
    errors: Vec<MediaError>,
    /// The execution that was started.
    execution: Execution,
}

impl TryFrom<Outcome> for DeleteMediaPayload {
    type Error = Rejection;

    fn try_from(outcome: Outcome) -> Result<Self, Rejection> {
        let answer: Result<MediaSnapshot, _> = outcome.answer(MediaError::named)?;
        let (media, errors) = match answer {
            Ok(media) => (Some(media), Vec::new()),
            Err(error) => (None, vec![error]),
        };
        let deleted_id = media.as_ref().map(|media| ID::from(&media.id));
        Ok(Self { deleted_id, media: media.map(Media::from), errors, execution: outcome.execution })
    }
}
