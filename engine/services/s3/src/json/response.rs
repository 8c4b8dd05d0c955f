//! From an answer to members.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use s3s::Body;
use s3s::xml::{DeError, DeResult, Deserializer};
use serde_json::{Map, Number, Value, json};
use service::ServiceError;

use super::shapes::{Operation, Place, Shape, shape};
use crate::time;

/// The members of an answer, or the error that it is.
pub(super) async fn read(operation: &Operation, response: Response<Body>) -> Result<Value, ServiceError> {
    let (head, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return Err(ServiceError::server("InternalError", error.to_string())),
    };
    if head.status.as_u16() >= 300 {
        return Err(error(head.status, &body));
    }
    // An operation may answer 200 and yet fail: CompleteMultipartUpload, CopyObject.
    if body.starts_with(b"<?xml") && find(&body, "Error").is_some_and(|error| error.contains("<Code>")) {
        return Err(error(StatusCode::BAD_REQUEST, &body));
    }
    let Some(output) = operation.output.as_deref().and_then(shape) else { return Ok(json!({})) };
    let mut members = headers(output, &head.headers);
    match output.payload.as_deref().and_then(|name| Some((name, output.members.get(name)?))) {
        Some((name, member)) => {
            let value = match member.kind.as_str() {
                "blob" => STANDARD.encode(&body).into(),
                "string" => String::from_utf8_lossy(&body).into(),
                kind => parse(&body, kind)?,
            };
            members.insert(name.to_owned(), value);
        }
        None if !body.is_empty() => {
            let name = operation.output.as_deref().unwrap_or_default();
            if let Value::Object(more) = parse(&body, name)? {
                members.extend(more);
            }
        }
        None => {}
    }
    Ok(Value::Object(members))
}

fn headers(output: &Shape, headers: &HeaderMap) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, member) in &output.members {
        match member.place {
            Place::Header => {
                if let Some(text) = headers.get(&member.wire_name).and_then(|value| value.to_str().ok()) {
                    members.insert(name.clone(), typed(&member.kind, text));
                }
            }
            Place::Headers => {
                let pairs = headers.iter().filter_map(|(header, value)| {
                    let key = header.as_str().strip_prefix(&member.wire_name.to_ascii_lowercase())?;
                    Some((key.to_owned(), Value::from(String::from_utf8_lossy(value.as_bytes()))))
                });
                members.insert(name.clone(), Value::Object(pairs.collect()));
            }
            _ => {}
        }
    }
    members
}

fn typed(kind: &str, text: &str) -> Value {
    match kind {
        "number" => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        "boolean" => Value::Bool(text == "true"),
        "time" => match time::from_http_date(text).or_else(|| time::from_rfc3339(text)) {
            Some(moment) => {
                let seconds = moment.as_epoch_seconds();
                if seconds.fract() == 0.0 {
                    json!(seconds as i64)
                } else {
                    Number::from_f64(seconds).map_or(Value::Null, Value::Number)
                }
            }
            None => text.into(),
        },
        _ => text.into(),
    }
}

fn parse(body: &Bytes, kind: &str) -> Result<Value, ServiceError> {
    let mut xml = Deserializer::new(body);
    let root = xml.element(|xml, root| {
        // GetBucketLocation's answer is the value itself.
        if root == b"LocationConstraint" {
            let text: String = xml.content()?;
            return Ok(if text.is_empty() { json!({}) } else { json!({ "LocationConstraint": text }) });
        }
        value(xml, kind)
    });
    root.map_err(|error| ServiceError::server("InternalError", format!("an answer of S3 can't be read: {error:?}")))
}

fn value(xml: &mut Deserializer<'_>, kind: &str) -> DeResult<Value> {
    let Some(structure) = shape(kind) else {
        let text: String = xml.content()?;
        return Ok(typed(kind, &text));
    };
    if let Some(items) = &structure.list {
        let mut values = Vec::new();
        xml.for_each_element(|xml, _| {
            values.push(value(xml, items)?);
            Ok(())
        })?;
        return Ok(Value::Array(values));
    }
    let mut members = Map::new();
    xml.for_each_element(|xml, element| {
        let Some((name, member)) = structure.members.iter().find(|(_, member)| member.wire_name.as_bytes() == element)
        else {
            return Err(DeError::UnexpectedTagName);
        };
        if member.flat {
            let items = shape(&member.kind).and_then(|list| list.list.as_deref()).unwrap_or("string");
            let item = value(xml, items)?;
            if let Some(values) = members.entry(name.clone()).or_insert_with(|| json!([])).as_array_mut() {
                values.push(item);
            }
        } else {
            members.insert(name.clone(), value(xml, &member.kind)?);
        }
        Ok(())
    })?;
    Ok(Value::Object(members))
}

fn error(status: StatusCode, body: &[u8]) -> ServiceError {
    let code = find(body, "Code").unwrap_or_else(|| match status.as_u16() {
        // Answers to HEAD have no body to say more.
        304 => "NotModified".to_owned(),
        404 => "NotFound".to_owned(),
        412 => "PreconditionFailed".to_owned(),
        403 => "Forbidden".to_owned(),
        other => other.to_string(),
    });
    let message = find(body, "Message").unwrap_or_else(|| status.canonical_reason().unwrap_or_default().to_owned());
    let members = ["Key", "BucketName", "Method", "Header", "Condition"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), find(body, name)?.into())))
        .collect();
    ServiceError { code, message, status: status.as_u16(), members }
}

/// The text of the first element of that name.
pub(crate) fn find(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    Some(
        inner
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&"),
    )
}
