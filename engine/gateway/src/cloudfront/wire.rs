//! CloudFront's REST-XML, as far as it reads: what there is can be listed and described, templates declare it.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html>

use std::fmt::Write;

use bytes::Bytes;
use clock::Timestamp;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Map, Value, json};
use service::{Service, ServiceError};
use uuid::Uuid;

use super::service::CloudFront;
use crate::aws::xml;

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

impl CloudFront {
    /// Answers a request of CloudFront's API.
    pub async fn answer_api<B>(&self, request: Request<B>) -> Response<Bytes> {
        let path = request.uri().path().trim_end_matches('/').to_owned();
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let called = match (request.method(), segments.as_slice()) {
            (&Method::GET, ["2020-05-31", kind]) => plural(kind).map(|plural| (format!("List{plural}"), "")),
            (&Method::GET, ["2020-05-31", kind, id]) => noun(kind).map(|noun| (format!("Get{noun}"), *id)),
            (&Method::GET, ["2020-05-31", kind, id, "config"]) => {
                noun(kind).map(|noun| (format!("Get{noun}Config"), *id))
            }
            _ => None,
        };
        let answer = match called {
            Some((operation, id)) => self.call(&operation, json!({ "Id": id })).await,
            None => Err(ServiceError::client(
                "NotImplemented",
                format!(
                    "sluice's CloudFront is declared by templates; over the wire it is listed and described, and does not \
                     answer {} {path}",
                    request.method()
                ),
            )
            .with_status(501)),
        };
        match answer {
            Ok(answer) => described(&answer),
            Err(error) => refused(&error),
        }
    }
}

fn noun(kind: &str) -> Option<&'static str> {
    match kind {
        "distribution" => Some("Distribution"),
        "origin-access-control" => Some("OriginAccessControl"),
        "cache-policy" => Some("CachePolicy"),
        _ => None,
    }
}

fn plural(kind: &str) -> Option<&'static str> {
    match kind {
        "distribution" => Some("Distributions"),
        "origin-access-control" => Some("OriginAccessControls"),
        "cache-policy" => Some("CachePolicies"),
        _ => None,
    }
}

/// The one member of an answer that is no header is its document.
fn described(answer: &Value) -> Response<Bytes> {
    let mut text = "<?xml version=\"1.0\"?>".to_owned();
    for (name, value) in answer.as_object().into_iter().flatten().filter(|(name, _)| *name != "ETag") {
        let mut element = String::new();
        xml::write_element(&mut element, name, &spelled(name, value));
        let _ = write!(text, "{}", element.replacen('>', &format!(" xmlns=\"{NAMESPACE}\">"), 1));
    }
    let mut response = reply(StatusCode::OK, text);
    if let Some(etag) = answer["ETag"].as_str().and_then(|etag| HeaderValue::from_str(etag).ok()) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

fn refused(error: &ServiceError) -> Response<Bytes> {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply(status, xml::error(NAMESPACE, &error.code, error, &Uuid::new_v4().to_string()))
}

fn reply(status: StatusCode, text: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

/// With the names that the API's XML gives the items of its lists, and times as text.
fn spelled(name: &str, value: &Value) -> Value {
    match value {
        Value::Number(number) if name == "LastModifiedTime" => {
            let milliseconds = number.as_f64().unwrap_or_default() * 1000.0;
            Timestamp::from_millis(milliseconds as i64).to_rfc3339_millis().into()
        }
        Value::Object(members) => {
            let spelled = members.iter().map(|(member, value)| match value {
                Value::Array(items) if member == "Items" => {
                    let items: Vec<_> = items.iter().map(|item| spelled(item_of(name), item)).collect();
                    (member.clone(), json!({ item_of(name): items }))
                }
                _ => (member.clone(), spelled(member, value)),
            });
            Value::Object(spelled.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// What an item of this list is called.
fn item_of(list: &str) -> &'static str {
    match list {
        "Aliases" => "CNAME",
        "AllowedMethods" | "CachedMethods" => "Method",
        "CacheBehaviors" => "CacheBehavior",
        "CachePolicyList" => "CachePolicySummary",
        "CustomHeaders" => "OriginCustomHeader",
        "DistributionList" => "DistributionSummary",
        "OriginAccessControlList" => "OriginAccessControlSummary",
        "OriginSslProtocols" => "SslProtocol",
        "Origins" => "Origin",
        _ => "Name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_name_their_items_and_times_are_text() {
        let answer = json!({
            "Distribution": {
                "Id": "E1", "LastModifiedTime": 1.5,
                "DistributionConfig": { "Origins": { "Quantity": 1, "Items": [{ "Id": "o&p" }] } },
            },
            "ETag": "E2",
        });
        let response = described(&answer);
        let text = std::str::from_utf8(response.body()).expect("text");
        assert_eq!(
            text,
            "<?xml version=\"1.0\"?><Distribution xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Id>E1</Id>\
             <LastModifiedTime>1970-01-01T00:00:01.500Z</LastModifiedTime><DistributionConfig><Origins>\
             <Quantity>1</Quantity><Items><Origin><Id>o&amp;p</Id></Origin></Items></Origins></DistributionConfig>\
             </Distribution>"
        );
        assert_eq!(response.headers()[header::ETAG], "E2");
    }
}
