//! What a request's signature says, before `s3s` looks at the request.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use std::net::SocketAddr;

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use s3s::{Body, S3Error, S3Result, s3_error};

use super::{Sent, Trusted, chunked};

const CONTENT_SHA256: &str = "x-amz-content-sha256";
const DECODED_LENGTH: &str = "x-amz-decoded-content-length";

/// Takes from a request what is not for `s3s`: a signature in its header, and the chunks that one puts around the body.
pub(super) fn admit(head: &mut Parts, mut body: Body, request_id: &str) -> S3Result<Body> {
    let mut sent = Sent {
        request_id: request_id.to_owned(),
        source_address: head.extensions.get::<SocketAddr>().map(|address| address.ip().to_string()),
        ..Sent::default()
    };
    if head.headers.remove(AUTHORIZATION).is_some() {
        head.extensions.insert(Trusted);
        let kind = head.headers.remove(CONTENT_SHA256);
        let kind = kind.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("UNSIGNED-PAYLOAD");
        if kind.starts_with("STREAMING-") {
            let length = unwrap_chunks(head)?;
            body = chunked::decode(body, length, sent.trailers.clone());
        } else if kind.len() == 64 && kind.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            sent.sha256 = Some(kind.to_ascii_lowercase());
        } else if kind != "UNSIGNED-PAYLOAD" {
            let message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                           STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                           STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER \
                           or a valid sha256 value.";
            return Err(s3_error!(InvalidArgument, "{message}"));
        }
    } else if let Some(signed) = query_value(head, "X-Amz-SignedHeaders") {
        refuse_unsigned(head, &signed)?;
        sent.sha256 = head.headers.get(CONTENT_SHA256).and_then(|value| value.to_str().ok()).map(str::to_owned);
        hoist(head);
    }
    head.extensions.insert(sent);
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

/// A presigned URL covers a request's headers of S3's own, or they may not be there.
fn refuse_unsigned(head: &Parts, signed: &str) -> S3Result<()> {
    let signed: Vec<&str> = signed.split(';').collect();
    let mut names = head.headers.keys().map(HeaderName::as_str);
    let unsigned = names.find(|name| name.starts_with("x-amz-") && *name != CONTENT_SHA256 && !signed.contains(name));
    match unsigned {
        None => Ok(()),
        Some(name) => {
            tracing::debug!(name, "a presigned URL does not cover a header");
            Err(s3_error!(AccessDenied, "There were headers present in the request which were not signed"))
        }
    }
}

/// What a presigned URL says in its query counts as headers.
fn hoist(head: &mut Parts) {
    let query = head.uri.query().unwrap_or_default().to_owned();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let name = name.to_ascii_lowercase();
        let is_of_signature = matches!(
            name.as_str(),
            "x-amz-algorithm"
                | "x-amz-credential"
                | "x-amz-date"
                | "x-amz-expires"
                | "x-amz-signedheaders"
                | "x-amz-signature"
                | "x-amz-security-token"
                | "x-amz-content-sha256"
        );
        if !name.starts_with("x-amz-") || is_of_signature || head.headers.contains_key(&name) {
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(&value)) {
            head.headers.insert(name, value);
        }
    }
}

fn query_value(head: &Parts, wanted: &str) -> Option<String> {
    let query = head.uri.query()?;
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

/// An error that a body can end in.
pub(super) fn malformed_chunks() -> S3Error {
    s3_error!(IncompleteBody, "The request body terminated unexpectedly")
}
