//! Responses of integrations that aren't proxies: which of those declared, and what becomes of the body.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html>

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use regex::Regex;
use serde_json::{Value, json};

use super::template::Template;

/// What came of an integration: the text that selection patterns are matched with, headers and body.
pub(super) struct Outcome {
    /// A function's error message, or a status; none when a function succeeded.
    pub(super) selector: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The response that `integration` declares for an outcome: the first whose pattern matches all of the selector, or else the one
/// without a pattern. `None` when there is none, which is an error of the API's.
pub(super) fn answer(integration: &Value, outcome: Outcome) -> Option<Response<Bytes>> {
    let responses = integration["integrationResponses"].as_object()?;
    let pattern = |response: &Value| {
        response["selectionPattern"].as_str().filter(|pattern| !pattern.is_empty()).map(str::to_owned)
    };
    let selected = outcome.selector.as_ref().and_then(|selector| {
        responses.values().find(|response| pattern(response).is_some_and(|pattern| matches_all(&pattern, selector)))
    });
    let response = selected.or_else(|| responses.values().find(|response| pattern(response).is_none()))?;
    let body = match template(&response["responseTemplates"], "application/json") {
        Some(text) => Template::parse(text).ok()?.render(&String::from_utf8_lossy(&outcome.body)).into(),
        None => outcome.body,
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_bytes(response["statusCode"].as_str()?.as_bytes()).ok()?;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, source) in response["responseParameters"].as_object().into_iter().flatten() {
        let name: HeaderName = name.strip_prefix("method.response.header.")?.parse().ok()?;
        if let Some(value) = sourced(source.as_str()?, &outcome.headers) {
            headers.insert(name, value);
        }
    }
    Some(answer)
}

/// The template of this content type, or the only one.
pub(super) fn template<'a>(templates: &'a Value, content_type: &str) -> Option<&'a str> {
    let templates = templates.as_object()?;
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    templates.get(essence).and_then(Value::as_str)
}

/// AWS's body of an error of the gateway's own.
pub(super) fn refusal(status: StatusCode, kind: &'static str, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(kind));
    response
}

/// Whether a header of the response can be set from this.
pub(super) fn is_known_source(source: &str) -> bool {
    quoted(source).is_some() || source.starts_with("integration.response.header.")
}

fn sourced(source: &str, headers: &HeaderMap) -> Option<HeaderValue> {
    match quoted(source) {
        Some(text) => HeaderValue::from_str(text).ok(),
        None => headers.get(source.strip_prefix("integration.response.header.")?).cloned(),
    }
}

fn quoted(source: &str) -> Option<&str> {
    source.strip_prefix('\'')?.strip_suffix('\'')
}

fn matches_all(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?s:{pattern})$")).is_ok_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(selector: Option<&str>) -> Outcome {
        Outcome {
            selector: selector.map(str::to_owned),
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"{\"a\":1}"),
        }
    }

    #[test]
    fn a_pattern_that_matches_all_of_the_message_selects_its_response() {
        let integration = json!({ "integrationResponses": {
            "200": { "statusCode": "200" },
            "404": {
                "statusCode": "404",
                "selectionPattern": "No .*",
                "responseTemplates": { "application/json": "{\"none\":$input.body}" },
                "responseParameters": { "method.response.header.X-Why": "'absent'" },
            },
        }});
        let selected = answer(&integration, outcome(Some("No such order\nat all"))).expect("declared");
        assert_eq!((selected.status().as_u16(), &selected.body()[..]), (404, &br#"{"none":{"a":1}}"#[..]));
        assert_eq!(selected.headers()["x-why"], "absent");
        for other in [None, Some("There is No order")] {
            assert_eq!(answer(&integration, outcome(other)).expect("the default").status().as_u16(), 200);
        }
    }

    #[test]
    fn without_a_response_that_fits_there_is_none() {
        assert!(answer(&json!({}), outcome(None)).is_none());
        let only = json!({ "integrationResponses": { "500": { "statusCode": "500", "selectionPattern": "5.." } } });
        assert!(answer(&only, outcome(Some("200"))).is_none());
    }
}
