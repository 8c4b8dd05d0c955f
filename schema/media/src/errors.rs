//! The typed errors of payloads, and which error of an execution becomes which.

use async_graphql::Enum;
use subgraph::typed_errors;

/// What exactly is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum MediaErrorCode {
    /// The file name is empty, too long, or has control characters.
    FileNameInvalid,
    /// The type is neither a picture's nor a film's.
    UnsupportedFormat,
    /// There is nothing to upload.
    Empty,
    /// It is larger than what is taken.
    TooLarge,
    /// The checksum isn't a SHA-256 in base64.
    ChecksumInvalid,
    /// The owner is empty or too long.
    OwnerInvalid,
    /// There is no such media.
    NotFound,
    /// It did not fail, so there is nothing to try again.
    NotFailed,
    /// Its upload isn't awaited any more.
    NotPending,
    /// Parts of its upload are missing, or are others than were sent.
    UploadIncomplete,
    /// The idempotency key is empty or too long.
    IdempotencyKeyInvalid,
    /// The idempotency key was used for another input.
    IdempotencyMismatch,
}

typed_errors! {
    /// Why a mutation changed nothing.
    MediaError with MediaErrorCode

    /// There is no such media, or no longer.
    MediaNotFound of Some("id") => { "Media.NotFound": NotFound }
    /// The media is in another status than this can be done in.
    MediaStatusConflict of Some("id") => { "Media.NotFailed": NotFailed, "Media.NotPending": NotPending }
    /// The file name isn't one.
    InvalidFileName of Some("fileName") => { "Media.InvalidFileName": FileNameInvalid }
    /// The type is none that is taken.
    InvalidContentType of Some("contentType") => { "Media.UnsupportedFormat": UnsupportedFormat }
    /// The size is none that is taken.
    InvalidSize of Some("bytes") => { "Media.Empty": Empty, "Media.TooLarge": TooLarge }
    /// The checksum isn't one.
    InvalidChecksum of Some("checksum") => { "Media.InvalidChecksum": ChecksumInvalid }
    /// The owner isn't one.
    InvalidOwner of Some("owner") => { "Media.InvalidOwner": OwnerInvalid }
    /// The upload isn't complete.
    IncompleteUpload of Some("parts") => { "Media.Incomplete": UploadIncomplete }
    /// The idempotency key isn't one, or belongs to another upload.
    InvalidUploadKey of Some("idempotencyKey") => {
        "Media.InvalidIdempotencyKey": IdempotencyKeyInvalid, "Media.IdempotencyMismatch": IdempotencyMismatch
    }
}
