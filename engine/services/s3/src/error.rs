//! The errors of S3, with AWS's codes and texts.

use s3s::{S3Error, S3ErrorCode};
use service::ServiceError;
use store::StoreError;

/// An error inside the store's transactions, which must be made of the store's own errors too.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) S3Error);

impl From<S3Error> for Refused {
    fn from(error: S3Error) -> Self {
        Self(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(S3Error::with_message(S3ErrorCode::InternalError, error.to_string()))
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<Refused> for S3Error {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}

impl From<Refused> for ServiceError {
    fn from(refused: Refused) -> Self {
        let message = refused.0.message().unwrap_or_default().to_owned();
        Self::server(refused.0.code().as_str(), message)
    }
}

pub(crate) fn io(error: std::io::Error) -> S3Error {
    tracing::error!(%error, "an object's body can't be written or read");
    S3Error::with_message(S3ErrorCode::InternalError, format!("an object's body can't be written or read: {error}"))
}

pub(crate) fn no_such_bucket() -> S3Error {
    S3Error::with_message(S3ErrorCode::NoSuchBucket, "The specified bucket does not exist")
}

pub(crate) fn no_such_key() -> S3Error {
    S3Error::with_message(S3ErrorCode::NoSuchKey, "The specified key does not exist.")
}

pub(crate) fn no_such_version() -> S3Error {
    S3Error::with_message(S3ErrorCode::NoSuchVersion, "The specified version does not exist.")
}

pub(crate) fn no_such_upload() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::NoSuchUpload,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    )
}

pub(crate) fn precondition_failed() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::PreconditionFailed,
        "At least one of the pre-conditions you specified did not hold",
    )
}

pub(crate) fn invalid_argument(message: impl Into<String>) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidArgument, message.into())
}

pub(crate) fn method_not_allowed() -> S3Error {
    S3Error::with_message(S3ErrorCode::MethodNotAllowed, "The specified method is not allowed against this resource.")
}

pub(crate) fn sha256_mismatch() -> S3Error {
    let mut error = S3Error::with_message(
        S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()),
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    error
}

/// A configuration that a bucket doesn't have; codes that `s3s` has no word for get AWS's status.
pub(crate) fn no_such_configuration(code: &'static str, message: &'static str) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(http::StatusCode::NOT_FOUND);
    error
}

pub(crate) fn bad_request(message: &'static str) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom("BadRequest".into()), message);
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    error
}
