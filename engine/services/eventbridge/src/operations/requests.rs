//! Requests that other services of the engine send through connections and API destinations. Not of AWS's API.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::parse;
use crate::error;
use crate::service::EventBridge;
use crate::web::{Draft, Sent, WebError};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    connection_arn: String,
    method: String,
    endpoint: String,
    /// Names with a text or a list of texts.
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    query_parameters: Map<String, Value>,
    body: Option<String>,
    timeout_seconds: u64,
    most_bytes: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ToDestination {
    arn: String,
    body: String,
    /// `HttpParameters` of rules, pipes and schedules.
    #[serde(default)]
    http_parameters: Value,
}

impl EventBridge {
    /// Sends one request through a connection: `{ConnectionArn, Method, Endpoint, Headers, QueryParameters, Body?,
    /// TimeoutSeconds, MostBytes}`, answered by `{StatusCode, Headers, Body, Request, RequestWithoutSecrets}`.
    pub(crate) async fn send_request(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let connection = self
            .web
            .connection_of(&input.connection_arn)
            .ok_or_else(|| error::not_found(format!("Connection '{}' does not exist.", input.connection_arn)))?;
        let draft = Draft {
            method: input.method,
            endpoint: input.endpoint,
            headers: flat(&input.headers),
            query: flat(&input.query_parameters),
            body: input.body,
        };
        let limit = Duration::from_secs(input.timeout_seconds);
        let sent = self.web.send(&connection, draft, limit, input.most_bytes).await;
        sent.map(|sent| told(&sent)).map_err(|error| refused(&error))
    }

    /// Sends one request to an API destination: `{Arn, Body, HttpParameters}`, answered by `{StatusCode, Headers, Body}`.
    pub(crate) async fn invoke_api_destination(&self, input: Value) -> Result<Value, ServiceError> {
        let input: ToDestination = parse(input)?;
        let sent = self.ask_destination(&input.arn, &input.http_parameters, input.body).await;
        sent.map(|sent| told(&sent)).map_err(|failure| {
            let error = ServiceError::client(failure.code, failure.message);
            error.with_status(if failure.retryable { 503 } else { 400 })
        })
    }
}

fn flat(named: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut pairs = Vec::new();
    for (name, value) in named {
        match value {
            Value::Array(values) => pairs.extend(values.iter().map(|value| (name.clone(), text(value)))),
            single => pairs.push((name.clone(), text(single))),
        }
    }
    pairs
}

fn told(sent: &Sent) -> Value {
    let response = &sent.response;
    let mut headers = Map::new();
    for (name, value) in response.headers() {
        let values = headers.entry(name.as_str()).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(String::from_utf8_lossy(value.as_bytes()).into());
        }
    }
    json!({
        "StatusCode": response.status().as_u16(),
        "Headers": headers,
        "Body": BASE64_STANDARD.encode(response.body()),
        "Request": described(&sent.request),
        "RequestWithoutSecrets": described(&sent.without_secrets),
    })
}

fn described(draft: &Draft) -> Value {
    json!({ "Method": draft.method, "Url": draft.url(), "Headers": draft.headers, "Body": draft.body })
}

/// The code says what failed, for callers that have names of their own for it.
fn refused(error: &WebError) -> ServiceError {
    match error {
        WebError::NotAuthorized { .. } | WebError::Secret { .. } => {
            ServiceError::client("ConnectionNotAuthorized", error.to_string())
        }
        WebError::Malformed { .. } => ServiceError::client("MalformedRequest", error.to_string()),
        WebError::Send(http_client::SendError::TooLarge { .. }) => {
            ServiceError::client("ResponseTooLarge", error.to_string())
        }
        WebError::Send(_) => ServiceError::server("NoAnswer", error.to_string()),
    }
}
