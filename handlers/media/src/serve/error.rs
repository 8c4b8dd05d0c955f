//! Why a picture isn't served, as HTTP says it.

use crate::MediaError;

/// Why a picture isn't served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServeError {
    /// Pictures are read.
    #[error("pictures are read with GET or HEAD, not with {0}")]
    Method(String),
    /// The path is of another form.
    #[error("pictures are at /media/{{id}}/{{preset or size}}, not at {0}")]
    NoSuchAddress(String),
    /// What the address asks for makes no sense.
    #[error("{0}")]
    InvalidSpecification(String),
    /// A size that not everybody may ask for.
    #[error("only presets are made for everybody ({presets}); any other size needs an address that was signed")]
    Unsigned {
        /// Their names.
        presets: String,
    },
    /// The signature is of another address, or of another key.
    #[error("the signature is not the one of this address; sign exactly what stands before `,s=`")]
    BadSignature,
    /// There is no such media.
    #[error("there is no media with the id {0:?}")]
    NotFound(String),
    /// It is uploaded or worked on.
    #[error("the media is {0} and has no pictures yet; ask again in a moment")]
    NotReady(&'static str),
    /// Its upload is no picture that we take.
    #[error("the upload was refused, so that there are no pictures of it: {0}")]
    Rejected(String),
    /// It is a film.
    #[error("the media is a film; its renditions are among its variants")]
    NotAPicture,
    /// It was there.
    #[error("the media was deleted")]
    Deleted,
    /// Somebody else makes the picture and isn't done.
    #[error("the picture is being made; ask again in a moment")]
    Busy,
    /// The picture can't be made so, or what it needs can't be used.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl ServeError {
    /// Its status and its stable name.
    pub fn status_and_code(&self) -> (u16, &'static str) {
        match self {
            Self::Method(_) => (405, "Media.MethodNotAllowed"),
            Self::NoSuchAddress(_) => (404, "Media.NoSuchAddress"),
            Self::InvalidSpecification(_) => (400, "Media.InvalidSpecification"),
            Self::Unsigned { .. } => (403, "Media.Unsigned"),
            Self::BadSignature => (403, "Media.BadSignature"),
            Self::NotFound(_) => (404, "Media.NotFound"),
            Self::NotReady(_) => (409, "Media.NotReady"),
            Self::Rejected(_) => (404, "Media.Rejected"),
            Self::NotAPicture => (404, "Media.NotAPicture"),
            Self::Deleted => (410, "Media.Deleted"),
            Self::Busy => (503, "Media.Busy"),
            Self::Media(error @ MediaError::Unprocessable { .. }) => (422, error.name()),
            Self::Media(error @ MediaError::Superseded { .. }) => (409, error.name()),
            Self::Media(error) => (503, error.name()),
        }
    }

    /// After how many seconds it makes sense to ask again.
    pub(super) fn retry_after(&self) -> Option<u32> {
        match self.status_and_code().0 {
            409 => Some(2),
            503 => Some(1),
            _ => None,
        }
    }
}
