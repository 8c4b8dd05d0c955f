//! Requests of browsers from other origins.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>

use http::header::{self, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use s3s::dto::{CORSConfiguration, CORSRule};
use s3s::{Body, S3Error, S3ErrorCode, s3_error};

use super::answer_of;
use super::host::bucket_of;
use crate::service::S3;

/// What a browser asks.
pub(super) struct Asked {
    bucket: String,
    origin: Option<String>,
    method: String,
    headers: Vec<String>,
    is_preflight: bool,
}

impl Asked {
    pub(super) fn of(head: &Parts) -> Self {
        let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let host = text(HOST).or_else(|| head.uri.authority().map(ToString::to_string)).unwrap_or_default();
        let first = head.uri.path().trim_start_matches('/').split('/').next().unwrap_or_default();
        let asked = text(header::ACCESS_CONTROL_REQUEST_METHOD);
        let is_preflight = head.method == http::Method::OPTIONS;
        Self {
            bucket: bucket_of(&host).unwrap_or(first).to_owned(),
            origin: text(ORIGIN),
            method: asked.filter(|_| is_preflight).unwrap_or_else(|| head.method.to_string()),
            headers: text(header::ACCESS_CONTROL_REQUEST_HEADERS)
                .map(|names| names.split(',').map(|name| name.trim().to_ascii_lowercase()).collect())
                .unwrap_or_default(),
            is_preflight,
        }
    }
}

impl S3 {
    /// Answers whether a browser may send what it is about to.
    pub(super) async fn preflight(&self, asked: &Asked) -> Response<Body> {
        if asked.origin.is_none() {
            return answer_of(refusal(
                StatusCode::BAD_REQUEST,
                "BadRequest",
                "Insufficient information. Origin request header needed.",
            ));
        }
        let rules = match self.storage.cors(&asked.bucket).await {
            Ok(Some(configuration)) => configuration.cors_rules,
            Ok(None) => {
                return answer_of(forbidden("CORSResponse: CORS is not enabled for this bucket."));
            }
            Err(error) => return answer_of(error),
        };
        if rules.iter().any(|rule| allows(rule, asked)) {
            return Response::new(Body::empty());
        }
        answer_of(forbidden(
            "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request \
             method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
             resource's CORS spec.",
        ))
    }

    /// Tells a browser that its page may read the answer.
    pub(super) async fn allow_origin(&self, asked: &Asked, headers: &mut HeaderMap) {
        let Some(origin) = &asked.origin else { return };
        let Ok(Some(CORSConfiguration { cors_rules, .. })) = self.storage.cors(&asked.bucket).await else { return };
        let Some(rule) = cors_rules.iter().find(|rule| allows(rule, asked)) else { return };
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        let anybody = rule.allowed_origins.iter().any(|allowed| allowed == "*");
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, if anybody { "*" } else { origin });
        put(header::ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
        put(header::VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
        if !anybody {
            put(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if !asked.headers.is_empty() {
            put(header::ACCESS_CONTROL_ALLOW_HEADERS, &asked.headers.join(", "));
        }
        if let Some(exposed) = &rule.expose_headers {
            put(header::ACCESS_CONTROL_EXPOSE_HEADERS, &exposed.join(", "));
        }
        if let Some(seconds) = rule.max_age_seconds.filter(|_| asked.is_preflight) {
            put(header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
    }
}

fn allows(rule: &CORSRule, asked: &Asked) -> bool {
    let origin = asked.origin.as_deref().unwrap_or_default();
    let allowed_headers = rule.allowed_headers.as_deref().unwrap_or_default();
    rule.allowed_origins.iter().any(|allowed| matches(allowed, origin))
        && rule.allowed_methods.contains(&asked.method)
        && asked
            .headers
            .iter()
            .all(|name| allowed_headers.iter().any(|allowed| matches(&allowed.to_ascii_lowercase(), name)))
}

/// Whether a text fits one that may hold one `*`.
fn matches(allowed: &str, text: &str) -> bool {
    match allowed.split_once('*') {
        None => allowed == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

fn forbidden(message: &'static str) -> S3Error {
    refusal(StatusCode::FORBIDDEN, "AccessForbidden", message)
}

fn refusal(status: StatusCode, code: &'static str, message: &'static str) -> S3Error {
    let mut error = s3_error!(AccessDenied, "{message}");
    error.set_code(S3ErrorCode::Custom(code.into()));
    error.set_status_code(status);
    error
}
