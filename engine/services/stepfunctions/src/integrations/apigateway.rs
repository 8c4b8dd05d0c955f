//! `arn:aws:states:::apigateway:invoke`: a call of an API of this engine, REST or HTTP.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html>

use asl::Payload;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::envelope::http_date;
use super::failure::Failure;
use super::{Attempt, payload};

/// Headers whose names AWS spells in a way of their own.
const SPELLED: &[&str] = &[
    "Connection",
    "Content-Length",
    "Content-Type",
    "Date",
    "Via",
    "X-Amz-Cf-Id",
    "X-Amz-Cf-Pop",
    "X-Amzn-Trace-Id",
    "X-Cache",
    "x-amz-apigw-id",
    "x-amzn-ErrorType",
    "x-amzn-RequestId",
];

/// Calls the API; a status of failure fails the task with the body as its cause.
pub(super) async fn invoke(attempt: &Attempt<'_>) -> Result<Payload, Failure> {
    let parameters = attempt.parameters();
    let text = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default();
    let keeps_nulls = parameters.get("AllowNullValues") == Some(&Value::Bool(true));
    let body = match parameters.get("RequestBody") {
        Some(body) if keeps_nulls => Some(body.clone()),
        body => body.map(without_nulls),
    };
    let body = body.map(|body| asl::Value::from(&body).to_text()).unwrap_or_default();
    let mut headers = lists(parameters.get("Headers"));
    let says_type = headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
    if !says_type && !body.is_empty() {
        headers.insert("Content-Type".to_owned(), json!(["application/json"]));
    }
    let host = text("ApiEndpoint").split_once("://").map_or(text("ApiEndpoint"), |(_, host)| host);
    headers.insert("Host".to_owned(), json!([host.split('/').next().unwrap_or_default()]));
    let call = json!({
        "ApiEndpoint": text("ApiEndpoint"),
        "Method": text("Method"),
        "Stage": text("Stage"),
        "Path": text("Path"),
        "Headers": headers,
        "QueryParameters": lists(parameters.get("QueryParameters")),
        "Body": BASE64_STANDARD.encode(body),
    });
    let answer = attempt.platform.services.call("rest.apigateway", "ExecuteApi", call).await;
    let answer =
        answer.map_err(|error| Failure { error: "ApiGateway.SdkClientException".to_owned(), cause: error.message })?;
    let body = BASE64_STANDARD.decode(answer["Body"].as_str().unwrap_or_default()).unwrap_or_default();
    let status =
        answer["StatusCode"].as_u64().and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let written = String::from_utf8_lossy(&body);
    if status.as_u16() >= 400 {
        return Err(Failure { error: format!("ApiGateway.{}", status.as_u16()), cause: written.into_owned() });
    }
    let mut headers: Map<String, Value> = (answer["Headers"].as_object().into_iter().flatten())
        .map(|(name, values)| (spelled(name), values.clone()))
        .collect();
    headers.insert("Connection".to_owned(), json!(["keep-alive"]));
    headers.insert("Content-Length".to_owned(), json!([body.len().to_string()]));
    headers.insert("Date".to_owned(), json!([http_date(attempt.platform.clock.now())]));
    headers.sort_keys();
    let parsed = match serde_json::from_str::<Value>(&written) {
        Ok(value) => value,
        Err(_) => Value::String(written.into_owned()),
    };
    Ok(payload(&json!({
        "Headers": headers,
        "ResponseBody": parsed,
        "StatusCode": status.as_u16(),
        "StatusText": status.canonical_reason().unwrap_or_default(),
    })))
}

fn spelled(name: &str) -> String {
    let known = SPELLED.iter().find(|known| known.eq_ignore_ascii_case(name));
    known.map_or_else(|| name.to_owned(), |known| (*known).to_owned())
}

/// Names with lists of texts; the core has checked headers already.
fn lists(named: Option<&Value>) -> Map<String, Value> {
    let list = |value: &Value| match value {
        Value::Array(items) => items.iter().map(|item| Value::String(text_of(item))).collect(),
        single => json!([text_of(single)]),
    };
    let named = named.and_then(Value::as_object).into_iter().flatten();
    named.map(|(name, value)| (name.clone(), list(value))).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Members that are null are not sent unless the task says so.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            kept.map(|(name, member)| (name.clone(), without_nulls(member))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
