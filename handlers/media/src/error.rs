//! Everything that goes wrong in the media context, under the stable names that state machines and clients go by.

use function::Failure;

/// Why something asked of the media context didn't happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The file name isn't one.
    #[error("a file name has 1 to 255 characters, without control characters: {file_name:?}")]
    InvalidFileName {
        /// The name given, shortened.
        file_name: String,
    },
    /// The checksum isn't one.
    #[error("the checksum must be the content's SHA-256 in base64: {checksum:?}")]
    InvalidChecksum {
        /// The text given.
        checksum: String,
    },
    /// The declared type is neither a picture's nor a film's.
    #[error("only pictures and films are taken, image/… or video/…: {content_type:?}")]
    UnsupportedType {
        /// The type given.
        content_type: String,
    },
    /// The upload would have no content.
    #[error("the upload has no content; give its size in bytes")]
    Empty,
    /// The upload is larger than what is taken.
    #[error("the upload may have {limit} bytes, it has {bytes}")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest size taken.
        limit: u64,
    },
    /// The content is of another kind than was declared.
    #[error("the upload was declared as {declared:?}, its content is {found}")]
    TypeMismatch {
        /// The declared type.
        declared: String,
        /// What was found.
        found: String,
    },
    /// The content isn't the one that was announced.
    #[error("the content's SHA-256 is {found}, announced was {announced}; upload the file again")]
    ChecksumMismatch {
        /// Announced, in base64.
        announced: String,
        /// Found, in base64.
        found: String,
    },
    /// A picture that can't be processed, for a reason that the imaging library names.
    #[error("{message}")]
    Unprocessable {
        /// `Media.Truncated`
        code: &'static str,
        /// What is wrong.
        message: String,
    },
    /// The owner isn't one.
    #[error("an owner has 1 to {limit} characters, this one has {characters}")]
    InvalidOwner {
        /// Its length.
        characters: usize,
        /// The most it may have.
        limit: usize,
    },
    /// The idempotency key isn't one.
    #[error("an idempotency key has 1 to 256 characters, this one has {characters}")]
    InvalidIdempotencyKey {
        /// Its length.
        characters: usize,
    },
    /// The idempotency key belongs to another request.
    #[error("the idempotency key was used for another input before; take a new key for a new request: {key:?}")]
    IdempotencyMismatch {
        /// The key.
        key: String,
    },
    /// There is no such media, or no longer.
    #[error("there is no media with the id {id:?}")]
    NotFound {
        /// The id asked for.
        id: String,
    },
    /// Only what failed can be processed again.
    #[error("only media that failed can be processed again; this one did not: {id}")]
    NotFailed {
        /// The media.
        id: String,
    },
    /// The upload isn't awaited any more.
    #[error("the upload of this media is not awaited any more: {id}")]
    NotPending {
        /// The media.
        id: String,
    },
    /// The upload isn't complete.
    #[error("the upload is not complete; send these parts and complete it again: {missing}")]
    Incomplete {
        /// The numbers of the parts that are missing, or `1` for all of it.
        missing: String,
    },
    /// Nothing can be made of that address.
    #[error("{0}")]
    InvalidSpecification(String),
    /// The processing was overtaken by another upload, another attempt or a deletion.
    #[error("this processing was overtaken by another upload, another attempt or a deletion: {id}")]
    Superseded {
        /// The media.
        id: String,
    },
    /// Others changed the media each time between our reading and writing it.
    #[error("others kept changing the media, {attempts} attempts were in vain; try again")]
    Contended {
        /// How often it was tried.
        attempts: u32,
    },
    /// MediaConvert refused a film, or could not make it.
    #[error("{reason}")]
    TranscodingFailed {
        /// What MediaConvert says.
        reason: String,
    },
    /// Somebody canceled the job that made a film's renditions.
    #[error("the job that made the renditions was canceled: {job}")]
    TranscodingCanceled {
        /// The job.
        job: String,
    },
    /// A table, a bucket or a machine can't be used.
    #[error("{resource} can't be used: {reason}")]
    Unavailable {
        /// What can't be used.
        resource: String,
        /// What AWS, or the way to it, says.
        reason: String,
    },
    /// An item or an event isn't what this context writes.
    #[error("not a media as this context stores it: {0}")]
    InvalidRecord(String),
}

/// The names under which the content of an upload is refused: whoever uploads the same again is refused again.
pub const REJECTIONS: &[&str] = &[
    "Media.UnsupportedFormat",
    "Media.UnsupportedFeature",
    "Media.TypeMismatch",
    "Media.ChecksumMismatch",
    "Media.TooLarge",
    "Media.TooManyPixels",
    "Media.TooManyFrames",
    "Media.TooMuchMemory",
    "Media.Truncated",
    "Media.Corrupt",
    "Media.BadColourProfile",
];

impl MediaError {
    /// Every name that [`MediaError::name`] answers.
    pub const NAMES: &'static [&'static str] = &[
        "Media.InvalidFileName",
        "Media.InvalidChecksum",
        "Media.UnsupportedFormat",
        "Media.Empty",
        "Media.TooLarge",
        "Media.TypeMismatch",
        "Media.ChecksumMismatch",
        "Media.UnsupportedFeature",
        "Media.TooManyPixels",
        "Media.TooManyFrames",
        "Media.TooMuchMemory",
        "Media.Truncated",
        "Media.Corrupt",
        "Media.BadColourProfile",
        "Media.BadVariant",
        "Media.InvalidOwner",
        "Media.InvalidIdempotencyKey",
        "Media.IdempotencyMismatch",
        "Media.NotFound",
        "Media.NotFailed",
        "Media.NotPending",
        "Media.Incomplete",
        "Media.InvalidSpecification",
        "Media.Superseded",
        "Media.Contended",
        "Media.TranscodingFailed",
        "Media.TranscodingCanceled",
        "Media.Unavailable",
        "Media.InvalidRecord",
    ];

    /// The name that a state machine matches; it never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidFileName { .. } => "Media.InvalidFileName",
            Self::InvalidChecksum { .. } => "Media.InvalidChecksum",
            Self::UnsupportedType { .. } => "Media.UnsupportedFormat",
            Self::Empty => "Media.Empty",
            Self::TooLarge { .. } => "Media.TooLarge",
            Self::TypeMismatch { .. } => "Media.TypeMismatch",
            Self::ChecksumMismatch { .. } => "Media.ChecksumMismatch",
            Self::Unprocessable { code, .. } => code,
            Self::InvalidOwner { .. } => "Media.InvalidOwner",
            Self::InvalidIdempotencyKey { .. } => "Media.InvalidIdempotencyKey",
            Self::IdempotencyMismatch { .. } => "Media.IdempotencyMismatch",
            Self::NotFound { .. } => "Media.NotFound",
            Self::NotFailed { .. } => "Media.NotFailed",
            Self::NotPending { .. } => "Media.NotPending",
            Self::Incomplete { .. } => "Media.Incomplete",
            Self::InvalidSpecification(_) => "Media.InvalidSpecification",
            Self::Superseded { .. } => "Media.Superseded",
            Self::Contended { .. } => "Media.Contended",
            Self::TranscodingFailed { .. } => "Media.TranscodingFailed",
            Self::TranscodingCanceled { .. } => "Media.TranscodingCanceled",
            Self::Unavailable { .. } => "Media.Unavailable",
            Self::InvalidRecord(_) => "Media.InvalidRecord",
        }
    }
}

impl From<imaging::Rejection> for MediaError {
    fn from(rejection: imaging::Rejection) -> Self {
        Self::Unprocessable { code: rejection.code(), message: rejection.to_string() }
    }
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        Failure::new(error.name(), error.to_string())
    }
}
