//! Functions at addresses of their own: `http://<id>.lambda-url.us-east-1.localhost:8080/`, or AWS's form of it as host.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode, header, request};
use serde_json::{Map, Value, json};
use service::Platform;
use uuid::Uuid;

use crate::http_api::{Cors, Match, event, response};

/// What is served at a function's address.
#[derive(Clone, Debug)]
pub struct FunctionUrl {
    /// The function's name.
    pub function: String,
    /// Whether everybody may call it, not only who signs.
    pub is_open: bool,
    /// Its `Cors`, as Lambda's API has it.
    pub cors: Option<Value>,
}

type Find = dyn Fn(&str) -> Option<FunctionUrl> + Send + Sync;

/// The addresses of functions.
pub struct FunctionUrls {
    platform: Platform,
    find: Box<Find>,
}

impl FunctionUrls {
    /// Addresses that `find` knows by what their host begins with.
    pub fn new(platform: &Platform, find: impl Fn(&str) -> Option<FunctionUrl> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { platform: platform.clone(), find: Box::new(find) })
    }

    /// What a function's host begins with; `None` for any other host.
    pub(crate) fn id_of(host: &str) -> Option<&str> {
        host.split_once(".lambda-url.").map(|(id, _)| id)
    }

    /// What is served at the address whose host begins with `id`.
    pub(crate) fn find(&self, id: &str) -> Option<FunctionUrl> {
        (self.find)(id)
    }

    /// The function's answer. Signatures count as good, but there has to be one unless the address is open.
    pub(crate) async fn answer(&self, id: &str, head: &request::Parts, body: &[u8], signed: bool) -> Response<Bytes> {
        let Some(url) = self.find(id) else {
            return message(StatusCode::FORBIDDEN, "Forbidden");
        };
        let cors = Cors::of(url.cors.as_ref());
        if let Some(preflight) = cors.as_ref().and_then(|cors| cors.preflight(head)) {
            return preflight;
        }
        if !url.is_open && !signed && !is_signed(head) {
            return message(StatusCode::FORBIDDEN, FORBIDDEN);
        }
        let mut response = self.invoke(id, &url, head, body).await;
        if let Some(cors) = cors {
            cors.apply(&head.headers, response.headers_mut());
        }
        response
    }

    async fn invoke(&self, id: &str, url: &FunctionUrl, head: &request::Parts, body: &[u8]) -> Response<Bytes> {
        let (now, trace) = (self.platform.clock.now(), Uuid::new_v4().simple().to_string());
        let matched = Match {
            account: if url.is_open { "anonymous" } else { &self.platform.scope.account },
            api_id: id,
            route_key: "$default",
            stage: "$default",
            stage_variables: None,
            path_variables: Map::new(),
            request_id: &Uuid::new_v4().to_string(),
            trace_id: &format!("Root=1-{:08x}-{}", now.as_millis() / 1000, &trace[..24]),
            now,
        };
        let function = &url.function;
        let payload = event(head, head.uri.path(), body, matched);
        let input = json!({ "FunctionName": function, "Payload": payload });
        let described = match self.platform.services.call("lambda", "Invoke", input).await {
            Ok(mut answer) if answer.get("FunctionError").is_none() => response(answer["Payload"].take()),
            Ok(answer) => {
                tracing::error!(function, error = %answer["Payload"], "the function of an address failed");
                None
            }
            Err(error) => {
                tracing::error!(function, %error, "the function of an address can't be invoked");
                None
            }
        };
        described.unwrap_or_else(|| {
            let mut response = Response::new(Bytes::from_static(b"Internal Server Error"));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        })
    }
}

const FORBIDDEN: &str = "Forbidden. For troubleshooting Function URL authorization issues, see: \
                         https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

fn is_signed(head: &request::Parts) -> bool {
    head.headers.contains_key(header::AUTHORIZATION)
        || head.uri.query().is_some_and(|query| query.contains("X-Amz-Signature="))
}

fn message(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "Message": text }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
