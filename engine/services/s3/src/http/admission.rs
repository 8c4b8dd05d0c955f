//! What a request's signature says, before `s3s` looks at the request.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, RANGE};
use http::request::Parts;
use http::{HeaderValue, Method};
use s3s::dto::Range;
use s3s::{Body, S3Error, S3Result, s3_error};

use super::credential::Verifier;
use super::{Sent, Trusted, chunked, presigned};
use crate::error;

const CONTENT_SHA256: &str = "x-amz-content-sha256";
const DECODED_LENGTH: &str = "x-amz-decoded-content-length";

/// Takes from a request what is not for `s3s`: its signature, which only a URL's must be right, and the chunks that one
/// puts around the body.
pub(super) fn admit(head: &mut Parts, mut body: Body, mut sent: Sent, verifier: &Verifier<'_>) -> S3Result<Body> {
    let header = head.headers.remove(AUTHORIZATION);
    let is_presigned = presigned::is_presigned(head);
    if is_presigned {
        if let Some(header) = &header {
            sent.details.argument("Authorization", String::from_utf8_lossy(header.as_bytes()));
            return Err(error::invalid_argument(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                 parameter or the Authorization header should be specified",
            ));
        }
        presigned::check(head, verifier)?;
        presigned::unwrap(head);
    }
    if is_presigned || header.is_some() {
        head.extensions.insert(Trusted);
        body = payload(head, body, &mut sent)?;
    }
    ignore_malformed_range(head);
    head.extensions.insert(sent);
    Ok(body)
}

/// The body itself, and what the signature says of it.
fn payload(head: &mut Parts, body: Body, sent: &mut Sent) -> S3Result<Body> {
    let kind = head.headers.remove(CONTENT_SHA256);
    let kind = kind.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("UNSIGNED-PAYLOAD");
    if kind.starts_with("STREAMING-") {
        let length = unwrap_chunks(head)?;
        return Ok(chunked::decode(body, length, sent.trailers.clone()));
    }
    if kind.len() == 64 && kind.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        sent.sha256 = Some(kind.to_ascii_lowercase());
    } else if kind != "UNSIGNED-PAYLOAD" {
        let message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                       STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                       STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER \
                       or a valid sha256 value.";
        return Err(error::invalid_argument(message));
    }
    Ok(body)
}

/// Makes the headers those of the body without chunks; its length.
fn unwrap_chunks(head: &mut Parts) -> S3Result<u64> {
    let length = head.headers.remove(DECODED_LENGTH);
    let length = length.as_ref().and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let length =
        length.ok_or_else(|| s3_error!(MissingContentLength, "You must provide the Content-Length HTTP header."))?;
    head.headers.insert(CONTENT_LENGTH, length.into());
    let encodings: Vec<&str> = head
        .headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|encoding| !encoding.is_empty() && *encoding != "aws-chunked")
        .collect();
    let rest = encodings.join(",");
    match HeaderValue::from_str(&rest) {
        Ok(value) if !rest.is_empty() => drop(head.headers.insert(CONTENT_ENCODING, value)),
        _ => drop(head.headers.remove(CONTENT_ENCODING)),
    }
    Ok(length)
}

/// S3 answers with the whole object where it can't read a range, or is asked for several.
fn ignore_malformed_range(head: &mut Parts) {
    let range = head.headers.get(RANGE).filter(|_| matches!(head.method, Method::GET | Method::HEAD));
    if range.is_some_and(|range| range.to_str().ok().and_then(|text| Range::parse(text).ok()).is_none()) {
        head.headers.remove(RANGE);
    }
}

/// An error that a body can end in.
pub(super) fn malformed_chunks() -> S3Error {
    s3_error!(IncompleteBody, "The request body terminated unexpectedly")
}
