//! The request that a form stands for.

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::utf8_percent_encode;
use s3s::dto::Tagging;
use s3s::xml::{Deserialize, Deserializer};
use s3s::{Body, S3Result, s3_error};

use super::fields::Fields;
use crate::error;
use crate::http::signature::{PATH, UNRESERVED};
use crate::http::{Sent, Trusted};

/// PutObject, with the form's fields as headers.
pub(super) fn request(bucket: &str, fields: &Fields, file: Body, sent: Sent) -> S3Result<Request<Body>> {
    let key = utf8_percent_encode(fields.get("key").unwrap_or_default(), PATH);
    let mut request = Request::put(format!("/{bucket}/{key}")).header(HOST, "127.0.0.1");
    for (name, value) in fields.iter() {
        let name = name.to_ascii_lowercase();
        let (header, value) = match name.as_str() {
            "acl" => ("x-amz-acl", value.to_owned()),
            "tagging" => ("x-amz-tagging", tags(value)?),
            name if is_header(name) => (name, value.to_owned()),
            _ => continue,
        };
        let refused = || {
            sent.details.argument(header, value.as_str());
            error::invalid_argument("The field can't be a header of the object")
        };
        let name = HeaderName::try_from(header).map_err(|_| refused())?;
        request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| refused())?);
    }
    let mut request = request.body(file).map_err(|_| s3_error!(InvalidURI, "Couldn't parse the specified URI."))?;
    request.extensions_mut().insert(Trusted);
    request.extensions_mut().insert(sent);
    Ok(request)
}

fn is_header(name: &str) -> bool {
    let is_of_object = matches!(
        name,
        "cache-control" | "content-disposition" | "content-encoding" | "content-language" | "content-type" | "expires"
    );
    let is_of_signature = matches!(
        name,
        "x-amz-algorithm" | "x-amz-credential" | "x-amz-date" | "x-amz-security-token" | "x-amz-signature"
    );
    is_of_object || name.starts_with("x-amz-") && !is_of_signature
}

/// From the document that forms have to what the header has.
fn tags(document: &str) -> S3Result<String> {
    let bytes = Bytes::copy_from_slice(document.as_bytes());
    let tagging = Tagging::deserialize(&mut Deserializer::new(&bytes)).map_err(|_| {
        s3_error!(
            MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema"
        )
    })?;
    let escape = |text: Option<String>| utf8_percent_encode(&text.unwrap_or_default(), UNRESERVED).to_string();
    let pairs = tagging.tag_set.into_iter().map(|tag| format!("{}={}", escape(tag.key), escape(tag.value)));
    Ok(pairs.collect::<Vec<_>>().join("&"))
}
