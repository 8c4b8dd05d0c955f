//! Calls of deployed APIs that arrive at the AWS endpoint: by the host of `execute-api`, or by the path `/restapis/…/_user_request_/…`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use service::Services;

use super::reply::{JSON, json_error, reply};
use crate::rest_api::addressed;

/// The API's answer; `None` when the request calls no API.
pub(super) async fn answer(services: &Services, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok()).or(authority).unwrap_or_default();
    let called = addressed(host, request.uri().path())?;
    let mut headers = Map::new();
    for (name, value) in request.headers() {
        put(&mut headers, name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    let mut query = Map::new();
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        put(&mut query, &name, value.into_owned());
    }
    let input = json!({
        "ApiEndpoint": format!("{}.execute-api.", called.api),
        "Method": request.method().as_str(),
        "Path": called.path,
        "Headers": headers,
        "QueryParameters": query,
        "Body": BASE64_STANDARD.encode(request.body()),
    });
    Some(match services.call("rest.apigateway", "ExecuteApi", input).await {
        Ok(answer) => response(&answer),
        Err(error) => json_error(JSON, &error),
    })
}

fn put(named: &mut Map<String, Value>, name: &str, value: String) {
    if let Value::Array(values) = named.entry(name).or_insert_with(|| json!([])) {
        values.push(value.into());
    }
}

fn response(answer: &Value) -> Response<Bytes> {
    let status = answer["StatusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let body = BASE64_STANDARD.decode(answer["Body"].as_str().unwrap_or_default()).unwrap_or_default();
    let mut response = reply(status.unwrap_or(StatusCode::BAD_GATEWAY.as_u16()), JSON, body.into());
    response.headers_mut().clear();
    for (name, values) in answer["Headers"].as_object().into_iter().flatten() {
        let Ok(name) = name.parse::<HeaderName>() else { continue };
        for value in values.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().append(name.clone(), value);
            }
        }
    }
    response
}
