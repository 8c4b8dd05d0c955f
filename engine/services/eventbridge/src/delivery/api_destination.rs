//! Events to API destinations.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destination-delivery.html>

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use http_client::SendError;
use serde_json::Value;

use super::Failure;
use crate::service::EventBridge;
use crate::web::{Draft, Sent, WebError};

/// How long an endpoint may take, as on AWS.
const LIMIT: Duration = Duration::from_secs(5);

/// What of an answer is asked for, and read at most.
const MOST_BYTES: usize = 1 << 20;

impl EventBridge {
    /// Sends an event to an API destination; an answer that is no success is a failure.
    pub(super) async fn deliver_to_destination(
        &self,
        arn: &str,
        parameters: &Value,
        body: String,
    ) -> Result<(), Failure> {
        let sent = self.ask_destination(arn, parameters, body).await?;
        let status = sent.response.status();
        if status.is_success() {
            return Ok(());
        }
        Err(refused(status, sent.response.headers()))
    }

    /// Sends a body to an API destination, when it is its turn; `parameters` are the target's `HttpParameters`.
    pub(crate) async fn ask_destination(&self, arn: &str, parameters: &Value, body: String) -> Result<Sent, Failure> {
        let absent = |what: &str, arn: &str| Failure {
            code: "NO_RESOURCE".to_owned(),
            message: format!("{what} {arn} does not exist."),
            retryable: false,
            retry_after: None,
        };
        let destination = self.web.destination_of(arn).ok_or_else(|| absent("API destination", arn))?;
        let connection = self.web.connection_of(&destination.connection_arn);
        let connection = connection.ok_or_else(|| absent("Connection", &destination.connection_arn))?;
        if let Err(wait) = self.web.await_turn(&destination).await {
            return Err(Failure {
                code: "THROTTLING".to_owned(),
                message: format!("{arn} takes {} invocations a second.", destination.most_per_second),
                retryable: true,
                retry_after: Some(wait.as_secs().max(1)),
            });
        }
        let has_body = !matches!(destination.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        let mut draft = Draft {
            method: destination.method.clone(),
            endpoint: destination.endpoint.clone(),
            body: has_body.then_some(body),
            ..Draft::default()
        };
        let values = parameters["PathParameterValues"].as_array().into_iter().flatten();
        draft.fill_path(values.filter_map(Value::as_str));
        for (name, value) in parameters["HeaderParameters"].as_object().into_iter().flatten() {
            draft.set_header(name, value.as_str().unwrap_or_default());
        }
        for (name, value) in parameters["QueryStringParameters"].as_object().into_iter().flatten() {
            draft.query.push((name.clone(), value.as_str().unwrap_or_default().to_owned()));
        }
        draft.default_header("Content-Type", "application/json; charset=utf-8");
        draft.set_header("User-Agent", "Amazon/EventBridge/ApiDestinations");
        draft.set_header("Range", &format!("bytes=0-{}", MOST_BYTES - 1));
        Ok(self.web.send(&connection, draft, LIMIT, MOST_BYTES).await?)
    }
}

impl From<WebError> for Failure {
    fn from(error: WebError) -> Self {
        let (code, retryable) = match &error {
            // Its server may be well again the next time.
            WebError::NotAuthorized { .. } => ("NO_PERMISSIONS", true),
            WebError::Secret { error, .. } => ("NO_PERMISSIONS", error.is_server_fault()),
            WebError::Malformed { .. } => ("INVALID_PARAMETER", false),
            WebError::Send(SendError::Address(_)) => ("INVALID_PARAMETER", false),
            // AWS asks no second time where the first found no address.
            WebError::Send(SendError::UnknownHost { .. }) => ("CONNECTION_FAILURE", false),
            WebError::Send(SendError::Unreachable { .. }) => ("CONNECTION_FAILURE", true),
            WebError::Send(SendError::Timeout { .. }) => ("TIMEOUT", true),
            WebError::Send(_) => ("ERROR_FROM_TARGET", true),
        };
        Self { code: code.to_owned(), message: error.to_string(), retryable, retry_after: None }
    }
}

/// What a retry may mend: conflicts, too many requests, faults of the server, and a token that was refused.
fn refused(status: StatusCode, headers: &HeaderMap) -> Failure {
    let (code, retryable) = match status.as_u16() {
        429 => ("THROTTLING", true),
        401 | 407 => ("NO_PERMISSIONS", true),
        409 | 500.. => ("ERROR_FROM_TARGET", true),
        403 => ("NO_PERMISSIONS", false),
        404 | 410 => ("NO_RESOURCE", false),
        _ => ("ERROR_FROM_TARGET", false),
    };
    // A date instead of seconds is left alone: the pause is the usual one then.
    let retry_after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Failure {
        code: code.to_owned(),
        message: format!("The endpoint answered with the status {status}."),
        retryable,
        retry_after: retry_after.filter(|_| retryable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_retry_may_mend_is_retried() {
        for (status, retryable) in
            [(301, false), (400, false), (404, false), (409, true), (429, true), (401, true), (503, true)]
        {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(refused(status, &HeaderMap::new()).retryable, retryable, "{status}");
        }
    }

    #[test]
    fn an_endpoint_says_when_it_wants_to_be_asked_again() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, http::HeaderValue::from_static("120"));
        assert_eq!(refused(StatusCode::SERVICE_UNAVAILABLE, &headers).retry_after, Some(120));
    }
}
