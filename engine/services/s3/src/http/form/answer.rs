//! What a browser is told once its file is an object.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HOST, LOCATION};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use percent_encoding::utf8_percent_encode;
use s3s::xml::Serializer;
use s3s::{Body, S3Error, S3ErrorCode, S3Result};

use super::fields::Fields;
use crate::http::host;
use crate::http::signature::UNRESERVED;

/// The answer that the form asked for, from the one to its PutObject.
pub(super) fn of(head: &Parts, fields: &Fields, bucket: &str, put: Response<Body>) -> S3Result<Response<Body>> {
    let (mut answer, _) = put.into_parts();
    answer.headers.remove(CONTENT_LENGTH);
    let key = fields.get("key").unwrap_or_default();
    let etag = answer.headers.get(ETAG).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let next = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
    if let Some(next) = next.filter(|next| next.starts_with("http://") || next.starts_with("https://")) {
        let joint = if next.contains('?') { '&' } else { '?' };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("bucket", bucket).append_pair("key", key).append_pair("etag", &etag);
        answer.status = StatusCode::SEE_OTHER;
        answer.headers.insert(LOCATION, header(&format!("{next}{joint}{}", query.finish()))?);
        return Ok(Response::from_parts(answer, Body::empty()));
    }
    let location = location(head, bucket, key);
    answer.headers.insert(LOCATION, header(&location)?);
    answer.status = match fields.get("success_action_status") {
        Some("200") => StatusCode::OK,
        Some("201") => StatusCode::CREATED,
        _ => StatusCode::NO_CONTENT,
    };
    if answer.status != StatusCode::CREATED {
        return Ok(Response::from_parts(answer, Body::empty()));
    }
    let mut bytes = Vec::new();
    let mut xml = Serializer::new(&mut bytes);
    let written = xml.decl().and_then(|()| {
        xml.element("PostResponse", |xml| {
            xml.content("Location", location.as_str())?;
            xml.content("Bucket", bucket)?;
            xml.content("Key", key)?;
            xml.content("ETag", etag.as_str())
        })
    });
    written.map_err(|failure| S3Error::with_source(S3ErrorCode::InternalError, Box::new(failure)))?;
    answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    Ok(Response::from_parts(answer, Body::from(bytes::Bytes::from(bytes))))
}

/// Where the object is, in the style of the form's own address.
fn location(head: &Parts, bucket: &str, key: &str) -> String {
    let header = head.headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = header.or_else(|| head.uri.authority().map(http::uri::Authority::as_str)).unwrap_or("127.0.0.1");
    let folder = if host::bucket_of(host).is_some() { String::new() } else { format!("{bucket}/") };
    format!("http://{host}/{folder}{}", utf8_percent_encode(key, UNRESERVED))
}

fn header(text: &str) -> S3Result<HeaderValue> {
    HeaderValue::from_str(text).or_else(|_| HeaderValue::from_bytes(text.as_bytes())).map_err(|_| {
        S3Error::with_message(S3ErrorCode::InvalidArgument, "success_action_redirect can't be a Location header")
    })
}
