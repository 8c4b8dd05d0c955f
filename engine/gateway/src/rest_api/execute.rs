//! Calls of APIs: the stage, the resource, the integration, and the headers that the gateway adds.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::address::{Called, api_of};
use super::answer::refusal;
use super::event::Surroundings;
use super::input::{bad, text};
use super::paths::reached;
use super::records::Record;
use super::service::RestApis;

impl RestApis {
    /// Answers a call of an API, of whichever kind it is.
    pub(crate) async fn answer(&self, called: &Called, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        if let Some(record) = self.get(&called.api) {
            return self.answer_of(&record, &called.path, &head, &body).await;
        }
        match self.http_apis.get(&called.api) {
            Some(record) => self.http_apis.answer(&record, &head, &called.path, &body).await,
            None => forbidden(),
        }
    }

    async fn answer_of(
        &self,
        record: &Record,
        path: &str,
        head: &http::request::Parts,
        body: &Bytes,
    ) -> Response<Bytes> {
        let request_id = Uuid::new_v4().to_string();
        let extended = BASE64_STANDARD.encode(&Uuid::new_v4().as_bytes()[..11]);
        let now = self.platform.clock.now();
        let (name, path) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
        let path = format!("/{path}");
        let served = record
            .stages
            .get(name)
            .and_then(|stage| Some((stage, record.deployments.get(stage.get("deploymentId")?.as_str()?)?)));
        let mut response = match served {
            None => forbidden(),
            Some((stage, deployment)) => match reached(&deployment.resources, head.method.as_str(), &path) {
                None => {
                    let kind = "MissingAuthenticationTokenException";
                    refusal(StatusCode::FORBIDDEN, kind, "Missing Authentication Token")
                }
                Some(reached) => {
                    let around = Surroundings {
                        account: &self.platform.scope.account,
                        api: &record.id,
                        stage,
                        request_id: &request_id,
                        extended_request_id: &extended,
                        now,
                    };
                    self.integrate(&reached, head, &path, body, &around).await
                }
            },
        };
        let trace = Uuid::new_v4().simple().to_string();
        let trace = format!("Root=1-{:08x}-{}", now.as_millis() / 1000, &trace[..24]);
        let mut added =
            vec![("x-amzn-requestid", request_id), ("x-amz-apigw-id", extended), ("x-amzn-trace-id", trace)];
        if record.is_edge_optimized() {
            let edge = Uuid::new_v4().simple().to_string();
            let hit = if response.status().as_u16() >= 400 { "Error from cloudfront" } else { "Miss from cloudfront" };
            added.push(("x-cache", hit.to_owned()));
            added.push(("via", format!("1.1 {edge}.cloudfront.net (CloudFront)")));
            added.push(("x-amz-cf-id", BASE64_STANDARD.encode(edge)));
            added.push(("x-amz-cf-pop", "IAD12-P1".to_owned()));
        }
        for (name, value) in added {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }

    /// A call from inside the engine: `{ApiEndpoint, Method, Stage, Path, Headers: {name: [value]}, QueryParameters: {name:
    /// [value]}, Body: base64}`, answered by `{StatusCode, Headers, Body}`.
    pub(super) async fn execute(&self, input: &Value) -> Result<Value, ServiceError> {
        let endpoint = text(input, "ApiEndpoint");
        let first = || self.http_apis.api_at("/").map(|(record, _)| record.id.clone());
        let Some(api) = api_of(endpoint).map(str::to_owned).or_else(first) else {
            return Err(bad(format!("no API of this engine is at {endpoint}")));
        };
        let slashed = |part: &str| match part.trim_matches('/') {
            "" => String::new(),
            part => format!("/{part}"),
        };
        let path = slashed(text(input, "Stage")) + &slashed(text(input, "Path"));
        let called = Called { api, path: if path.is_empty() { "/".to_owned() } else { path } };
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(&input["QueryParameters"])).finish();
        let uri = if query.is_empty() { called.path.clone() } else { format!("{}?{query}", called.path) };
        let mut request = Request::builder().method(text(input, "Method")).uri(uri);
        for (name, value) in pairs(&input["Headers"]) {
            request = request.header(name, value);
        }
        let body =
            BASE64_STANDARD.decode(text(input, "Body")).map_err(|error| bad(format!("Body is not base64: {error}")))?;
        let request = request.body(Bytes::from(body)).map_err(|error| bad(format!("not an HTTP request: {error}")))?;
        let response = self.answer(&called, request).await;
        Ok(json!({
            "StatusCode": response.status().as_u16(),
            "Headers": listed(response.headers()),
            "Body": BASE64_STANDARD.encode(response.body()),
        }))
    }
}

fn forbidden() -> Response<Bytes> {
    refusal(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden")
}

/// Name and value of each, where a name has a list.
fn pairs(named: &Value) -> impl Iterator<Item = (&str, &str)> {
    named.as_object().into_iter().flatten().flat_map(|(name, values)| {
        values.as_array().into_iter().flatten().filter_map(move |value| Some((name.as_str(), value.as_str()?)))
    })
}

fn listed(headers: &HeaderMap) -> Map<String, Value> {
    let text = |value: &HeaderValue| Value::from(String::from_utf8_lossy(value.as_bytes()));
    let values = |name: &HeaderName| headers.get_all(name).iter().map(text).collect::<Value>();
    headers.keys().map(|name| (name.as_str().to_owned(), values(name))).collect()
}
