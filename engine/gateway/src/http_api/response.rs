//! A function's result as an HTTP response.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// The response that a function's result describes; `None` when it describes none, which is the function's fault.
pub(crate) fn response(result: Value) -> Option<Response<Bytes>> {
    if result.get("statusCode").is_none() {
        return Some(inferred(result));
    }
    let mut response = Response::new(body(&result)?);
    *response.status_mut() = status(&result["statusCode"])?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=utf-8"));
    for (name, value) in result["headers"].as_object().into_iter().flatten() {
        let name: HeaderName = name.parse().ok()?;
        // The gateway measures the body itself.
        if name != CONTENT_LENGTH && name != TRANSFER_ENCODING {
            headers.insert(name, HeaderValue::from_str(&as_text(value)).ok()?);
        }
    }
    for cookie in result["cookies"].as_array().into_iter().flatten() {
        headers.append(SET_COOKIE, HeaderValue::from_str(cookie.as_str()?).ok()?);
    }
    Some(response)
}

/// A result without a status is the body of a success.
fn inferred(result: Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(as_text(&result)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn status(value: &Value) -> Option<StatusCode> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    StatusCode::from_u16(u16::try_from(number).ok()?).ok()
}

fn body(result: &Value) -> Option<Bytes> {
    match &result["body"] {
        Value::Null => Some(Bytes::new()),
        Value::String(text) if result["isBase64Encoded"] == true => Some(BASE64_STANDARD.decode(text).ok()?.into()),
        Value::String(text) => Some(Bytes::from(text.clone())),
        _ => None,
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_result_without_a_status_is_the_body() {
        for (result, expected) in [(json!({ "a": 1 }), r#"{"a":1}"#), (json!("Hello"), "Hello"), (json!(null), "null")]
        {
            let response = response(result).expect("a response");
            assert_eq!((response.status(), &response.body()[..]), (StatusCode::OK, expected.as_bytes()));
            assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        }
    }

    #[test]
    fn a_result_with_a_status_describes_the_response() {
        let result = json!({
            "statusCode": "201",
            "headers": { "Content-Type": "image/png", "X-Count": 3, "content-length": "999" },
            "cookies": ["a=1; Secure", "b=2"],
            "body": "AQI=",
            "isBase64Encoded": true,
        });
        let response = response(result).expect("a response");
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.body(), &[1_u8, 2][..]);
        assert_eq!(response.headers()["x-count"], "3");
        assert_eq!(response.headers()[CONTENT_TYPE], "image/png");
        assert!(!response.headers().contains_key(CONTENT_LENGTH));
        assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 2);
    }

    #[test]
    fn a_result_that_describes_no_response_is_refused() {
        for result in [
            json!({ "statusCode": "x" }),
            json!({ "statusCode": 42_000 }),
            json!({ "statusCode": 200, "body": { "a": 1 } }),
            json!({ "statusCode": 200, "body": "%", "isBase64Encoded": true }),
            json!({ "statusCode": 200, "headers": { "a b": "c" } }),
            json!({ "statusCode": 200, "headers": { "a": "b\n" } }),
        ] {
            assert!(response(result.clone()).is_none(), "{result}");
        }
    }
}
