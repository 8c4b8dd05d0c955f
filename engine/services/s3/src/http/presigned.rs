//! Presigned URLs: a promise about one request, until it expires.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use std::time::Duration;

use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Uri};
use s3s::{S3Error, S3Result, s3_error};

use super::credential::{Credential, Verifier, parse_date};
use super::signature::{ALGORITHM, SIGNATURE, bytes_of, canonical_request, sign, string_to_sign};
use crate::checksum::Algorithm;

/// A URL is good for at most a week.
const LONGEST_SECONDS: i64 = 604_800;
/// How far ahead a signer's clock may be.
const SKEW: Duration = Duration::from_secs(900);
const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// Whether a request's query means to sign it.
pub(super) fn is_presigned(head: &Parts) -> bool {
    ["X-Amz-Algorithm", "X-Amz-Credential", SIGNATURE].iter().any(|name| query_value(head, name).is_some())
}

/// An error unless the URL was signed for this request and now.
pub(super) fn check(head: &Parts, verifier: &Verifier<'_>) -> S3Result<()> {
    let parameter = |name: &str| query_value(head, name).filter(|value| !value.is_empty()).ok_or_else(incomplete);
    let (algorithm, credential) = (parameter("X-Amz-Algorithm")?, parameter("X-Amz-Credential")?);
    let (provided, date) = (parameter(SIGNATURE)?, parameter("X-Amz-Date")?);
    let (names, expires) = (parameter("X-Amz-SignedHeaders")?, parameter("X-Amz-Expires")?);
    if algorithm != ALGORITHM {
        return Err(refused("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\""));
    }
    let credential = Credential::parse(&credential, verifier.region).map_err(|wrong| {
        if wrong.starts_with("the region") {
            verifier.details.add("Region", verifier.region);
        }
        refused(format!("Error parsing the X-Amz-Credential parameter; {wrong}"))
    })?;
    let signed_at = parse_date(&date)
        .ok_or_else(|| refused("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""))?;
    if date[..8] != *credential.date {
        return Err(refused(format!(
            "Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"{}\".",
            credential.date,
            &date[..8]
        )));
    }
    let lifetime = lifetime(&expires)?;
    let names: Vec<&str> = names.split(';').collect();
    refuse_unsigned(head, &names, verifier)?;

    let payload = query_value(head, "X-Amz-Content-Sha256").or_else(|| {
        let header = head.headers.get(CONTENT_SHA256)?;
        Some(header.to_str().ok()?.to_owned())
    });
    let canonical = canonical_request(head, &names, payload.as_deref().unwrap_or("UNSIGNED-PAYLOAD"));
    let text = string_to_sign(&date, &credential, &canonical);
    if sign(&(verifier.secret)(credential.access_key), &credential, &text) != provided {
        verifier.details.add("AWSAccessKeyId", credential.access_key);
        verifier.details.add("StringToSign", text.as_str());
        verifier.details.add("SignatureProvided", provided);
        verifier.details.add("StringToSignBytes", bytes_of(&text));
        verifier.details.add("CanonicalRequest", canonical.as_str());
        verifier.details.add("CanonicalRequestBytes", bytes_of(&canonical));
        return Err(S3Error::new(s3s::S3ErrorCode::SignatureDoesNotMatch));
    }
    let expires_at = signed_at.plus(lifetime);
    if lifetime.is_zero() || verifier.now > expires_at {
        verifier.details.add("X-Amz-Expires", expires);
        verifier.details.add("Expires", expires_at.to_rfc3339_seconds());
        verifier.details.add("ServerTime", verifier.now.to_rfc3339_seconds());
        return Err(s3_error!(AccessDenied, "Request has expired"));
    }
    if signed_at > verifier.now.plus(SKEW) {
        verifier.details.add("X-Amz-Date", date);
        verifier.details.add("ServerTime", verifier.now.to_rfc3339_seconds());
        return Err(s3_error!(AccessDenied, "Request is not yet valid"));
    }
    Ok(())
}

fn lifetime(expires: &str) -> S3Result<Duration> {
    let seconds: i64 = expires.parse().map_err(|_| refused("X-Amz-Expires should be a number"))?;
    if seconds > LONGEST_SECONDS {
        return Err(refused(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ));
    }
    let seconds = u64::try_from(seconds).map_err(|_| refused("X-Amz-Expires must be non-negative"))?;
    Ok(Duration::from_secs(seconds))
}

/// A URL covers the host and all headers that S3 acts on by itself, or they may not be there.
fn refuse_unsigned(head: &Parts, signed: &[&str], verifier: &Verifier<'_>) -> S3Result<()> {
    let needs = |name: &str| name.starts_with("x-amz-") && name != CONTENT_SHA256 || name == "content-md5";
    let host = (!signed.contains(&"host")).then_some("host");
    let others = head.headers.keys().map(HeaderName::as_str).filter(|name| needs(name) && !signed.contains(name));
    let unsigned: Vec<&str> = host.into_iter().chain(others).collect();
    if unsigned.is_empty() {
        return Ok(());
    }
    verifier.details.add("HeadersNotSigned", unsigned.join(", "));
    Err(s3_error!(AccessDenied, "There were headers present in the request which were not signed"))
}

/// Makes of a checked request one without a signature: what its query says of headers counts as headers.
///
/// Checksums are left out unless they are headers: SDKs that sign before they know the body put one of nothing there.
pub(super) fn unwrap(head: &mut Parts) {
    let query = head.uri.query().unwrap_or_default().to_owned();
    let is_amazons = |name: &str| name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
    for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| is_amazons(name)) {
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
        );
        let is_checksum =
            name == "x-amz-sdk-checksum-algorithm" || Algorithm::ALL.iter().any(|algorithm| algorithm.header() == name);
        if is_of_signature || is_checksum || head.headers.contains_key(&name) {
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(&value)) {
            head.headers.insert(name, value);
        }
    }
    let rest: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_amazons(pair)).collect();
    let path = head.uri.path();
    let target = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    let mut parts = std::mem::take(&mut head.uri).into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).expect("a part of a URI"));
    head.uri = Uri::from_parts(parts).expect("a URI with less in its query");
}

pub(super) fn query_value(head: &Parts, wanted: &str) -> Option<String> {
    let query = head.uri.query()?;
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn incomplete() -> S3Error {
    refused(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
         X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    )
}

fn refused(message: impl Into<String>) -> S3Error {
    S3Error::with_message(s3s::S3ErrorCode::AuthorizationQueryParametersError, message.into())
}
