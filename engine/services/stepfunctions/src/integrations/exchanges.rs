//! HTTP requests and responses of tested states, for `TestState` to show.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde_json::{Value, json};

/// The exchanges of tests under way, by the test's execution.
#[derive(Default)]
pub(crate) struct Exchanges(Mutex<HashMap<String, Option<Exchange>>>);

/// One request and its response.
#[derive(Clone)]
pub(crate) struct Exchange {
    request: Value,
    request_without_secrets: Value,
    response: Value,
}

impl Exchange {
    /// Of what EventBridge told of a request.
    pub(super) fn new(answer: &Value, status: StatusCode, body: &str) -> Self {
        let protocol = scheme(&answer["Request"]);
        let headers = answer["Headers"].as_object().into_iter().flatten();
        let headers = headers.flat_map(|(name, values)| {
            let values = values.as_array().into_iter().flatten().filter_map(Value::as_str);
            values.map(move |value| format!("{name}:{value}"))
        });
        Self {
            request: request(&answer["Request"]),
            request_without_secrets: request(&answer["RequestWithoutSecrets"]),
            response: json!({
                "protocol": protocol,
                "statusCode": status.as_u16().to_string(),
                "statusMessage": status.canonical_reason().unwrap_or_default(),
                "headers": format!("[{}]", headers.collect::<Vec<_>>().join(", ")),
                "body": body,
            }),
        }
    }

    /// The members of `inspectionData`; without what the connection added, unless secrets are revealed.
    pub(crate) fn inspection(self, reveals_secrets: bool) -> [(&'static str, Value); 2] {
        let request = if reveals_secrets { self.request } else { self.request_without_secrets };
        [("request", request), ("response", self.response)]
    }
}

impl Exchanges {
    /// Takes note of an execution's exchanges from now on.
    pub(crate) fn watch(&self, execution_arn: &str) {
        self.known().insert(execution_arn.to_owned(), None);
    }

    /// Notes an exchange of a watched execution.
    pub(super) fn note(&self, execution_arn: &str, exchange: impl FnOnce() -> Exchange) {
        if let Some(place) = self.known().get_mut(execution_arn) {
            *place = Some(exchange());
        }
    }

    /// Stops watching; the last exchange, if there was one.
    pub(crate) fn take(&self, execution_arn: &str) -> Option<Exchange> {
        self.known().remove(execution_arn).flatten()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Option<Exchange>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn scheme(request: &Value) -> &str {
    request["Url"].as_str().and_then(|url| url.split_once("://")).map_or("https", |(scheme, _)| scheme)
}

fn request(told: &Value) -> Value {
    let headers = told["Headers"].as_array().into_iter().flatten();
    let headers = headers.filter_map(|pair| Some(format!("{}: {}", pair[0].as_str()?, pair[1].as_str()?)));
    let mut request = json!({
        "protocol": scheme(told),
        "method": told["Method"],
        "url": told["Url"],
        "headers": format!("[{}]", headers.collect::<Vec<_>>().join(", ")),
    });
    if let Some(body) = told["Body"].as_str() {
        request["body"] = body.into();
    }
    request
}
