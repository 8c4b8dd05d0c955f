//! From members to a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::Body;
use s3s::xml::{SerResult, Serializer};
use serde_json::{Map, Value};
use service::ServiceError;

use super::shapes::{Member, Operation, Place, Shape, shape};
use crate::time;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// The request of an operation with these members.
pub(super) fn build(operation: &Operation, members: &Map<String, Value>) -> Result<Request<Body>, ServiceError> {
    let none = Shape::default();
    let input = operation.input.as_deref().and_then(shape).unwrap_or(&none);
    let (path, fixed_query) = operation.path.split_once('?').unwrap_or((&operation.path, ""));
    let mut query: Vec<String> = fixed_query.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut path = path.to_owned();
    let mut request = Request::builder().method(operation.method.as_str());
    let mut body = Bytes::new();
    for (name, value) in members {
        // Machines may spell abbreviations as words: `SsekmsKeyId`.
        let found = input.members.get_key_value(name);
        let found = found.or_else(|| input.members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
        let Some((name, member)) = found else {
            return Err(ServiceError::validation(format!("S3 knows no member {name} here")));
        };
        if value.is_null() {
            continue;
        }
        let refused = || ServiceError::validation(format!("{name} is not as S3 wants it: {value}"));
        match member.place {
            Place::Uri => {
                let text = text(member, value).filter(|text| !text.is_empty()).ok_or_else(refused)?;
                path = path.replace(&format!("{{{}}}", member.wire_name), &escape(&text, UNRESERVED));
                path = path.replace(&format!("{{{}+}}", member.wire_name), &escape(&text, PATH));
            }
            Place::Query => {
                let text = text(member, value).ok_or_else(refused)?;
                query.push(format!("{}={}", member.wire_name, escape(&text, UNRESERVED)));
            }
            Place::Header => {
                let text = match value {
                    Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
                    value => text(member, value).ok_or_else(refused)?,
                };
                request = request.header(member.wire_name.as_str(), header_value(&text).ok_or_else(refused)?);
            }
            Place::Headers => {
                for (key, value) in value.as_object().ok_or_else(refused)? {
                    let value = value.as_str().and_then(header_value).ok_or_else(refused)?;
                    let name = HeaderName::try_from(format!("{}{key}", member.wire_name)).map_err(|_| refused())?;
                    request = request.header(name, value);
                }
            }
            Place::Body if input.payload.as_deref() == Some(name) => {
                body = payload(member, value).ok_or_else(refused)?;
            }
            Place::Body => {}
        }
    }
    if let Some(missing) = path.split_once('{').and_then(|(_, rest)| rest.split(['}', '+']).next()) {
        return Err(ServiceError::validation(format!("S3 needs the member {missing}")));
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    request
        .uri(format!("{path}{query}"))
        .header(http::header::HOST, "127.0.0.1")
        .header(http::header::CONTENT_LENGTH, body.len())
        .body(Body::from(body))
        .map_err(|error| ServiceError::validation(format!("the input makes no request: {error}")))
}

fn escape(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

fn header_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).or_else(|_| HeaderValue::from_bytes(text.as_bytes())).ok()
}

/// A simple value as the text that a path, a query or a header has.
fn text(member: &Member, value: &Value) -> Option<String> {
    match value {
        Value::String(text) if member.kind == "time" => {
            time::from_rfc3339(text).map(time::http_date).or_else(|| Some(text.clone()))
        }
        Value::Number(number) if member.kind == "time" => Some(time::http_date(time::from_seconds(number.as_f64()?))),
        other => simple(other),
    }
}

fn simple(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn payload(member: &Member, value: &Value) -> Option<Bytes> {
    match member.kind.as_str() {
        "blob" => STANDARD.decode(value.as_str()?).ok().map(Bytes::from),
        "string" => Some(Bytes::from(value.as_str()?.to_owned())),
        kind => {
            let mut bytes = Vec::new();
            let mut xml = Serializer::new(&mut bytes);
            element(&mut xml, &member.wire_name, kind, member, value).ok()?;
            Some(bytes.into())
        }
    }
}

fn element(xml: &mut Serializer<&mut Vec<u8>>, name: &str, kind: &str, member: &Member, value: &Value) -> SerResult {
    match (shape(kind), value) {
        (Some(Shape { list: Some(items), .. }), Value::Array(values)) if member.flat => {
            values.iter().try_for_each(|value| element(xml, name, items, member_of_items(), value))
        }
        (Some(Shape { list: Some(items), item, .. }), Value::Array(values)) => xml.element(name, |xml| {
            let item = item.as_deref().unwrap_or("member");
            values.iter().try_for_each(|value| element(xml, item, items, member_of_items(), value))
        }),
        (Some(structure), Value::Object(given)) => xml.element(name, |xml| {
            given.iter().try_for_each(|(name, value)| match structure.members.get(name) {
                Some(member) if !value.is_null() => element(xml, &member.wire_name, &member.kind, member, value),
                _ => Ok(()),
            })
        }),
        (_, Value::Number(number)) if kind == "time" => {
            let moment = time::from_seconds(number.as_f64().unwrap_or_default());
            xml.content(name, moment.to_rfc3339_millis().as_str())
        }
        (_, value) => xml.content(name, simple(value).unwrap_or_default().as_str()),
    }
}

/// Items of lists carry no marks of their own.
fn member_of_items() -> &'static Member {
    static ITEM: Member = Member { place: Place::Body, wire_name: String::new(), kind: String::new(), flat: false };
    &ITEM
}
