//! A function's result as the response of a Lambda proxy integration.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// The response that a function's result describes; `None` when it describes none, which is the function's fault.
pub(super) fn response(result: &Value) -> Option<Response<Bytes>> {
    let members = result.as_object()?;
    let known = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    if members.keys().any(|name| !known.contains(&name.as_str())) {
        return None;
    }
    let status = &result["statusCode"];
    let status = status.as_u64().or_else(|| status.as_str()?.parse().ok())?;
    let body = match &result["body"] {
        Value::Null => Bytes::new(),
        Value::String(text) if result["isBase64Encoded"] == true => BASE64_STANDARD.decode(text).ok()?.into(),
        Value::String(text) => Bytes::from(text.clone()),
        _ => return None,
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(u16::try_from(status).ok()?).ok()?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in result["headers"].as_object().into_iter().flatten() {
        put(headers, name, std::slice::from_ref(value))?;
    }
    for (name, values) in result["multiValueHeaders"].as_object().into_iter().flatten() {
        put(headers, name, values.as_array()?)?;
    }
    Some(response)
}

/// Puts a header's values in place of those that were there. The gateway measures the body itself.
fn put(headers: &mut HeaderMap, name: &str, values: &[Value]) -> Option<()> {
    let name: HeaderName = name.parse().ok()?;
    if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
        return Some(());
    }
    headers.remove(&name);
    for value in values {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        headers.append(name.clone(), HeaderValue::from_str(&text).ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn headers_of_several_values_take_the_place_of_single_ones() {
        let result = json!({
            "statusCode": 201,
            "headers": { "X-One": "1", "Set-Cookie": "none" },
            "multiValueHeaders": { "Set-Cookie": ["a=1", "b=2"] },
            "body": "{}",
        });
        let response = response(&result).expect("a response");
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn a_result_of_another_shape_is_refused() {
        for result in
            [json!("x"), json!({}), json!({ "statusCode": 200, "extra": 1 }), json!({ "statusCode": 200, "body": {} })]
        {
            assert!(response(&result).is_none(), "{result}");
        }
    }
}
