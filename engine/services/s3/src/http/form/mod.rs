//! Browsers' forms: a file for a bucket, as far as a signed policy allows it.
//!
//! A form becomes the request that PutObject is, so that there is one way into a bucket.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html>

mod answer;
mod authority;
mod fields;
mod file;
mod policy;
mod put;

use std::sync::{Arc, OnceLock};

use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{Method, Response};
use s3s::{Body, S3Error, S3Result, s3_error};

use super::{Sent, host};
use crate::service::S3;

/// The bucket that a form is sent to; none for other requests.
pub(super) fn bucket_of(head: &Parts) -> Option<String> {
    if head.method != Method::POST || head.uri.query().is_some_and(|query| !query.is_empty()) {
        return None;
    }
    let header = head.headers.get(HOST).and_then(|value| value.to_str().ok());
    let named = header.or_else(|| head.uri.authority().map(http::uri::Authority::as_str)).and_then(host::bucket_of);
    let path = head.uri.path().trim_start_matches('/');
    let bucket = match named {
        Some(bucket) if path.is_empty() => bucket,
        Some(_) => return None,
        None => path.strip_suffix('/').unwrap_or(path),
    };
    (!bucket.is_empty() && !bucket.contains('/')).then(|| bucket.to_owned())
}

impl S3 {
    pub(super) async fn take_form(
        &self,
        head: &Parts,
        body: Body,
        mut sent: Sent,
        bucket: &str,
    ) -> S3Result<Response<Body>> {
        let details = sent.details.clone();
        let boundary = boundary_of(head).inspect_err(|_| {
            details.add("Condition", "Bucket POST must be of the enclosure-type multipart/form-data");
        })?;
        let (fields, reader) = fields::read(body, &boundary?, &details).await?;
        let policy = authority::policy(&fields, &self.verifier(&details))?;
        let sizes = policy.check(&fields, bucket, self.storage.now())?;
        let measured = Arc::new(OnceLock::new());
        sent.is_form = true;
        let request = put::request(bucket, &fields, file::stream(reader, sizes, measured.clone()), sent)?;
        let response = self.pass_on(request).await;
        if let (Some(size), Some((least, most))) = (measured.get(), sizes) {
            details.add("ProposedSize", size.to_string());
            if size > &most {
                details.add("MaxSizeAllowed", most.to_string());
                return Err(s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed size"));
            }
            details.add("MinSizeAllowed", least.to_string());
            return Err(s3_error!(EntityTooSmall, "Your proposed upload is smaller than the minimum allowed size"));
        }
        if response.status().is_success() { answer::of(head, &fields, bucket, response) } else { Ok(response) }
    }
}

/// What stands between a form's parts: an error for another kind of body, one inside where a form doesn't say it.
fn boundary_of(head: &Parts) -> S3Result<S3Result<String>> {
    let kind = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(crate::error::precondition_failed());
    }
    Ok(fields::parameter(kind, "boundary").filter(|boundary| !boundary.is_empty()).ok_or_else(malformed))
}

fn malformed() -> S3Error {
    s3_error!(MalformedPOSTRequest, "The body of your POST request is not well-formed multipart/form-data.")
}
