//! Everything that goes wrong in the media context, under the stable names that state machines and clients go by.

use function::Failure;

/// Why something asked of the media context didn't happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// There is no such media, or no longer.
    #[error("there is no media with the id {id:?}")]
    NotFound {
        /// The id asked for.
        id: String,
    },
    /// A table or a bucket can't be read or written.
    #[error("{resource} can't be used: {reason}")]
    Unavailable {
        /// The table or bucket.
        resource: String,
        /// What AWS, or the way to it, says.
        reason: String,
    },
}

impl MediaError {
    /// Every name that [`MediaError::name`] answers.
    pub const NAMES: &'static [&'static str] = &["Media.NotFound", "Media.Unavailable"];

    /// The name that a state machine matches; it never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "Media.NotFound",
            Self::Unavailable { .. } => "Media.Unavailable",
        }
    }
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        Failure::new(error.name(), error.to_string())
    }
}
