//! Cross-origin requests, answered by the gateway itself.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderName, ORIGIN,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, request};
use serde::Deserialize;
use serde_json::Value;

/// An API's `CorsConfiguration`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Cors {
    allow_credentials: bool,
    allow_headers: Vec<String>,
    allow_methods: Vec<String>,
    allow_origins: Vec<String>,
    expose_headers: Vec<String>,
    max_age: Option<i64>,
}

impl Cors {
    /// `None` when the API has none.
    pub(crate) fn of(configuration: Option<&Value>) -> Option<Self> {
        Self::deserialize(configuration?).ok()
    }

    /// The answer to a preflight request; `None` for any other, which goes on to its route.
    pub(crate) fn preflight(&self, head: &request::Parts) -> Option<Response<Bytes>> {
        let is_preflight = head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let origin = head.headers.get(ORIGIN).filter(|_| is_preflight)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        if self.allow(origin, headers) {
            set(headers, ACCESS_CONTROL_ALLOW_METHODS, &self.allow_methods.join(","));
            set(headers, ACCESS_CONTROL_ALLOW_HEADERS, &self.allow_headers.join(","));
            if let Some(seconds) = self.max_age {
                set(headers, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
            }
        }
        Some(response)
    }

    /// Puts the API's headers in place of those that the function gave.
    pub(crate) fn apply(&self, request: &HeaderMap, response: &mut HeaderMap) {
        for name in [
            ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            ACCESS_CONTROL_ALLOW_HEADERS,
            ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_EXPOSE_HEADERS,
            ACCESS_CONTROL_MAX_AGE,
        ] {
            response.remove(name);
        }
        if request.get(ORIGIN).is_some_and(|origin| self.allow(origin, response)) {
            set(response, ACCESS_CONTROL_EXPOSE_HEADERS, &self.expose_headers.join(","));
        }
    }

    /// Whether the origin may ask; if so, says so.
    fn allow(&self, origin: &HeaderValue, headers: &mut HeaderMap) -> bool {
        let asked = origin.to_str().unwrap_or_default();
        // An asterisk stands for every origin, or for every one of a scheme, and for nothing less.
        let fits = |allowed: &String| match allowed.as_str() {
            "*" => true,
            "http://*" | "https://*" => asked.starts_with(allowed.trim_end_matches('*')),
            one => one.eq_ignore_ascii_case(asked),
        };
        let Some(allowed) = self.allow_origins.iter().find(|allowed| fits(allowed)) else { return false };
        set(headers, ACCESS_CONTROL_ALLOW_ORIGIN, if allowed == "*" { "*" } else { asked });
        if self.allow_credentials {
            set(headers, ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        true
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        headers.insert(name, value);
    }
}
