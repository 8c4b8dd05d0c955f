//! Errors in AWS's XML, whole: with a text, the resource and the request's id.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt;
use s3s::Body;
use s3s::xml::Serializer;

use crate::json::find;

/// What support would ask for; here it only has the form.
pub(super) const HOST_ID: &str = "c2x1aWNlIGhhcyBubyBob3N0IGlkcwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// What is known of a request that failed, beside its answer.
pub(super) struct Told<'a> {
    pub(super) resource: &'a str,
    pub(super) request_id: &'a str,
    pub(super) details: Vec<(&'static str, String)>,
    pub(super) is_head: bool,
}

/// Completes an answer that is an error.
pub(super) async fn spell_out(response: Response<Body>, told: Told<'_>) -> Response<Body> {
    let Told { resource, request_id, details, is_head } = told;
    let (mut head, body) = response.into_parts();
    let written = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    for name in [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
        head.headers.remove(name);
    }
    if is_head || head.status == StatusCode::NOT_MODIFIED {
        return Response::from_parts(head, Body::empty());
    }
    let code = find(&written, "Code").unwrap_or_else(|| "InternalError".to_owned());
    let message = find(&written, "Message").map_or_else(|| text_of(&code).to_owned(), ours);
    let mut bytes = Vec::new();
    let mut xml = Serializer::new(&mut bytes);
    let spelled = xml.decl().and_then(|()| {
        xml.element("Error", |xml| {
            xml.content("Code", code.as_str())?;
            xml.content("Message", message.as_str())?;
            for (name, value) in &details {
                xml.content(name, value.as_str())?;
            }
            if !details.iter().any(|(name, _)| matches!(*name, "Key" | "BucketName")) {
                name_the_missing(xml, &code, resource)?;
            }
            xml.content("Resource", resource)?;
            xml.content("RequestId", request_id)?;
            xml.content("HostId", HOST_ID)
        })
    });
    if let Err(error) = spelled {
        tracing::error!(%error, code, "an error can't be spelled");
    }
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    Response::from_parts(head, Body::from(Bytes::from(bytes)))
}

/// AWS says which key or bucket isn't there.
fn name_the_missing(xml: &mut Serializer<&mut Vec<u8>>, code: &str, resource: &str) -> s3s::xml::SerResult {
    let decoded = percent_encoding::percent_decode_str(resource).decode_utf8_lossy().into_owned();
    let (bucket, key) = decoded.trim_start_matches('/').split_once('/').unwrap_or((decoded.trim_matches('/'), ""));
    match code {
        "NoSuchKey" => xml.content("Key", key),
        "NoSuchBucket" => xml.content("BucketName", bucket),
        "BucketAlreadyExists" | "BucketAlreadyOwnedByYou" | "BucketNotEmpty" => xml.content("BucketName", bucket),
        _ => Ok(()),
    }
}

/// What `s3s` doesn't know is what isn't built here.
fn ours(message: String) -> String {
    match message.strip_suffix(" is not implemented yet") {
        Some(operation) => format!("sluice does not implement {operation} of S3 yet"),
        None => message,
    }
}

/// AWS's text of an error that came without one.
fn text_of(code: &str) -> &'static str {
    match code {
        "AccessDenied" => "Access Denied",
        "IncompleteBody" => "You did not provide the number of bytes specified by the Content-Length HTTP header",
        "InternalError" => "We encountered an internal error. Please try again.",
        "InvalidBucketName" => "The specified bucket is not valid.",
        "InvalidRange" => "The requested range is not satisfiable",
        "InvalidURI" => "Couldn't parse the specified URI.",
        "KeyTooLongError" => "Your key is too long",
        "MalformedXML" => "The XML you provided was not well-formed or did not validate against our published schema",
        "MethodNotAllowed" => "The specified method is not allowed against this resource.",
        "MissingContentLength" => "You must provide the Content-Length HTTP header.",
        "NotImplemented" => "A header you provided implies functionality that is not implemented",
        "SignatureDoesNotMatch" => {
            "The request signature we calculated does not match the signature you provided. Check your key and signing method."
        }
        _ => "The request was refused",
    }
}
