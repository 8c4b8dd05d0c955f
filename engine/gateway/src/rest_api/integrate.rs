//! Integrations: what stands behind a method.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use service::ServiceError;

use super::answer::{Outcome, answer, refusal, template};
use super::event::{Surroundings, event};
use super::input::bad;
use super::paths::Reached;
use super::proxied;
use super::records::Members;
use super::service::RestApis;
use super::template::Template;
use crate::http_api::function_of;

/// What an answer of an integration may have, as on AWS.
const MOST_BYTES: usize = 10 << 20;

const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Headers that concern one connection only.
const OF_CONNECTIONS: &[&str] = &["connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"];

/// Refuses an integration that couldn't be served as AWS serves it.
pub(super) fn check(integration: &Members) -> Result<(), ServiceError> {
    let member = |name: &str| integration.get(name).and_then(Value::as_str).unwrap_or_default();
    match member("type") {
        "AWS" | "AWS_PROXY" if function_of(member("uri")).is_none() => {
            Err(bad(format!("sluice integrates Lambda functions with REST APIs, not {:?}", member("uri"))))
        }
        "HTTP" | "HTTP_PROXY" if !member("uri").starts_with("http://") && !member("uri").starts_with("https://") => {
            Err(bad("Invalid HTTP endpoint specified for URI"))
        }
        "AWS" | "AWS_PROXY" | "HTTP" | "HTTP_PROXY" | "MOCK" if member("connectionType") == "VPC_LINK" => {
            Err(bad("sluice has no VPC links; leave connectionType out"))
        }
        "AWS" | "AWS_PROXY" | "HTTP" | "HTTP_PROXY" | "MOCK" => {
            let templates = integration.get("requestTemplates").and_then(Value::as_object);
            for template in templates.into_iter().flat_map(|templates| templates.values()) {
                Template::parse(template.as_str().unwrap_or_default()).map_err(bad)?;
            }
            let parameters = integration.get("requestParameters").and_then(Value::as_object);
            let is_known = |(to, from): &(&String, &Value)| {
                to.starts_with("integration.request.path.")
                    && from.as_str().is_some_and(|from| from.starts_with("method.request.path."))
            };
            match parameters.into_iter().flatten().find(|pair| !is_known(pair)) {
                Some((to, from)) => Err(bad(format!("sluice maps path variables to paths only, not {from} to {to}"))),
                None => Ok(()),
            }
        }
        other => Err(bad(format!("Invalid integration type specified: {other}"))),
    }
}

impl RestApis {
    /// What the method's integration answers.
    pub(super) async fn integrate(
        &self,
        reached: &Reached<'_>,
        head: &request::Parts,
        path: &str,
        body: &Bytes,
        around: &Surroundings<'_>,
    ) -> Response<Bytes> {
        let integration = reached.method.get("methodIntegration").unwrap_or(&Value::Null);
        let limit = Duration::from_millis(integration["timeoutInMillis"].as_u64().unwrap_or(29_000));
        let work = async {
            match integration["type"].as_str() {
                Some("AWS_PROXY") => {
                    self.proxy_to_function(integration, event(head, path, body, reached, around)).await
                }
                Some("AWS") => self.call_function(integration, head, body).await,
                Some("HTTP_PROXY") => self.send(integration, reached, head, body, limit).await,
                Some("HTTP") => {
                    let sent = self.send(integration, reached, head, body, limit).await?;
                    let (head, body) = sent.into_parts();
                    let selector = Some(head.status.as_u16().to_string());
                    answer(integration, Outcome { selector, headers: head.headers, body })
                }
                Some("MOCK") => mock(integration, head),
                _ => None,
            }
        };
        // Real time, whatever the engine's clock says: a client waits in no other.
        match tokio::time::timeout(limit, work).await {
            Ok(Some(response)) => response,
            Ok(None) if integration["type"].as_str().is_some_and(|kind| kind.ends_with("_PROXY")) => {
                refusal(StatusCode::BAD_GATEWAY, "InternalServerErrorException", "Internal server error")
            }
            Ok(None) => {
                refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerErrorException", "Internal server error")
            }
            Err(_) => {
                refusal(StatusCode::GATEWAY_TIMEOUT, "InternalServerErrorException", "Endpoint request timed out")
            }
        }
    }

    async fn proxy_to_function(&self, integration: &Value, event: Value) -> Option<Response<Bytes>> {
        let answer = self.invoke(integration, event).await?;
        if answer.get("FunctionError").is_some() {
            tracing::error!(error = %answer["Payload"], "the function behind a REST API failed");
            return None;
        }
        proxied::response(&answer["Payload"])
    }

    /// Without proxying the function gets the body, and its result is the response's.
    async fn call_function(&self, integration: &Value, head: &request::Parts, body: &Bytes) -> Option<Response<Bytes>> {
        let body = mapped(integration, head, body)?;
        let payload = if body.is_empty() { json!({}) } else { serde_json::from_slice(&body).ok()? };
        let mut answered = self.invoke(integration, payload).await?;
        let result = answered["Payload"].take();
        let selector = answered.get("FunctionError").and_then(|_| result["errorMessage"].as_str().map(str::to_owned));
        let written = answered["PayloadText"].as_str().map_or_else(|| result.to_string(), str::to_owned);
        answer(integration, Outcome { selector, headers: HeaderMap::new(), body: written.into() })
    }

    async fn invoke(&self, integration: &Value, payload: Value) -> Option<Value> {
        let function = function_of(integration["uri"].as_str()?)?;
        let input = json!({ "FunctionName": function, "Payload": payload });
        let answer = self.platform.services.call("lambda", "Invoke", input).await;
        answer
            .inspect_err(|error| tracing::error!(function, %error, "the function behind a REST API can't be invoked"))
            .ok()
    }

    async fn send(
        &self,
        integration: &Value,
        reached: &Reached<'_>,
        head: &request::Parts,
        body: &Bytes,
        limit: Duration,
    ) -> Option<Response<Bytes>> {
        let is_proxy = integration["type"] == "HTTP_PROXY";
        let mut uri = integration["uri"].as_str()?.to_owned();
        for (to, from) in integration["requestParameters"].as_object().into_iter().flatten() {
            let (to, from) = (to.rsplit('.').next()?, from.as_str()?.rsplit('.').next()?);
            let value = reached.variables.get(from).and_then(Value::as_str).unwrap_or_default();
            uri = uri.replace(&format!("{{{to}}}"), &utf8_percent_encode(value, IN_PATHS).to_string());
        }
        if let Some(query) = head.uri.query().filter(|_| is_proxy) {
            uri = format!("{uri}{}{query}", if uri.contains('?') { '&' } else { '?' });
        }
        let method =
            integration["httpMethod"].as_str().filter(|method| *method != "ANY").unwrap_or(head.method.as_str());
        let mut request = Request::builder().method(method).uri(&uri);
        let goes = |name: &HeaderName| !OF_CONNECTIONS.contains(&name.as_str()) && (is_proxy || *name == CONTENT_TYPE);
        for (name, value) in head.headers.iter().filter(|(name, _)| goes(name)) {
            request = request.header(name, value);
        }
        let body = if is_proxy { body.clone() } else { mapped(integration, head, body)? };
        let sent = self.client.send(request.body(body).ok()?, limit, MOST_BYTES).await;
        let mut response =
            sent.inspect_err(|error| tracing::error!(%error, "the address behind a REST API can't be asked")).ok()?;
        for name in OF_CONNECTIONS {
            response.headers_mut().remove(*name);
        }
        Some(response)
    }
}

/// A mock's request template says the status that selects its response.
fn mock(integration: &Value, head: &request::Parts) -> Option<Response<Bytes>> {
    let request = mapped(integration, head, &Bytes::new())?;
    let request: Value = serde_json::from_slice(&request).ok()?;
    let status = request["statusCode"].as_u64()?;
    let outcome = Outcome { selector: Some(status.to_string()), headers: HeaderMap::new(), body: Bytes::new() };
    answer(integration, outcome)
}

/// The body as the integration's request template makes it; as it is where there is none.
fn mapped(integration: &Value, head: &request::Parts, body: &Bytes) -> Option<Bytes> {
    let given = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    match template(&integration["requestTemplates"], given) {
        Some(text) => Some(Template::parse(text).ok()?.render(&String::from_utf8_lossy(body)).into()),
        None => Some(body.clone()),
    }
}
