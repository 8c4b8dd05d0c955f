//! A request as the event of a Lambda proxy integration.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clock::Timestamp;
use http::{HeaderMap, request};
use serde_json::{Map, Value, json};

use super::paths::Reached;
use super::records::Members;

/// What is known of a request beside itself.
pub(super) struct Surroundings<'a> {
    pub(super) account: &'a str,
    pub(super) api: &'a str,
    pub(super) stage: &'a Members,
    pub(super) request_id: &'a str,
    pub(super) extended_request_id: &'a str,
    pub(super) now: Timestamp,
}

/// Everybody who reaches the engine is on this machine.
const SOURCE: &str = "127.0.0.1";

/// The event that the function gets; `path` is the request's without the stage.
pub(super) fn event(
    head: &request::Parts,
    path: &str,
    body: &[u8],
    reached: &Reached<'_>,
    around: &Surroundings<'_>,
) -> Value {
    let (headers, all_headers) = both(
        head.headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())),
    );
    let query = head.uri.query().unwrap_or_default();
    let (parameters, all_parameters) = both(form_urlencoded::parse(query.as_bytes()).into_owned());
    let stage = around.stage["stageName"].as_str().unwrap_or_default();
    let body_text = std::str::from_utf8(body);
    let given = match (body.is_empty(), body_text) {
        (true, _) => Value::Null,
        (_, Ok(text)) => text.into(),
        (_, Err(_)) => BASE64_STANDARD.encode(body).into(),
    };
    json!({
        "resource": reached.resource.path,
        "path": path,
        "httpMethod": head.method.as_str(),
        "headers": headers,
        "multiValueHeaders": all_headers,
        "queryStringParameters": parameters,
        "multiValueQueryStringParameters": all_parameters,
        "pathParameters": if reached.variables.is_empty() { Value::Null } else { reached.variables.clone().into() },
        "stageVariables": around.stage.get("variables").cloned().unwrap_or_default(),
        "requestContext": {
            "accountId": around.account,
            "apiId": around.api,
            "domainName": text(&head.headers, "host"),
            "domainPrefix": around.api,
            "extendedRequestId": around.extended_request_id,
            "httpMethod": head.method.as_str(),
            "identity": { "sourceIp": SOURCE, "userAgent": text(&head.headers, "user-agent") },
            "path": format!("/{stage}{path}"),
            "protocol": format!("{:?}", head.version),
            "requestId": around.request_id,
            "requestTimeEpoch": around.now.as_millis(),
            "resourceId": reached.resource.id,
            "resourcePath": reached.resource.path,
            "stage": stage,
        },
        "body": given,
        "isBase64Encoded": body_text.is_err(),
    })
}

fn text(headers: &HeaderMap, name: &str) -> Value {
    headers.get(name).and_then(|value| value.to_str().ok()).into()
}

/// The last value of each name, and all of them; null when there are none.
fn both(pairs: impl Iterator<Item = (String, String)>) -> (Value, Value) {
    let (mut last, mut all) = (Map::new(), Map::new());
    for (name, value) in pairs {
        if let Value::Array(values) = all.entry(name.clone()).or_insert_with(|| json!([])) {
            values.push(value.clone().into());
        }
        last.insert(name, value.into());
    }
    if last.is_empty() { (Value::Null, Value::Null) } else { (last.into(), all.into()) }
}
