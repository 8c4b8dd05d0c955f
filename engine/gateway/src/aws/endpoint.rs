//! From an HTTP request to the protocol that it speaks.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use service::{Platform, ServiceError, Services};
use uuid::Uuid;

use super::caller::signing_name;
use super::reply::{JSON, json_error, reply};
use super::sts::Sts;
use super::{json, query, rest_json};

/// A request's body may have this many bytes: what AWS's largest has, a function's code of 50 MB as base64.
const MAX_BODY_BYTES: usize = 70 << 20;

/// Every registered service, each in its own wire protocol. Looks services up at each request, so it can be made before
/// they are registered.
///
/// Signatures are not verified: any credentials do. The name that a request is signed for picks the service where the
/// protocol leaves it open.
#[derive(Clone)]
pub struct AwsEndpoint {
    services: Services,
}

impl AwsEndpoint {
    /// The endpoint of the platform's services, to which it adds STS.
    pub fn new(platform: &Platform) -> Self {
        platform.services.register(Arc::new(Sts { scope: platform.scope.clone() }));
        Self { services: platform.services.clone() }
    }

    /// The endpoint as a router; it answers every path. `GET /_sluice/health` is the engine's own.
    pub fn router(self) -> Router {
        Router::new().route("/_sluice/health", get(crate::web::health)).fallback(serve).with_state(self)
    }

    /// Answers one request; never fails, for a failure is an answer too.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let request_id = Uuid::new_v4().to_string();
        let mut response = self.dispatch(&request, &request_id).await;
        let id = HeaderValue::from_str(&request_id).expect("a UUID is a header value");
        response.headers_mut().insert("x-amzn-requestid", id);
        response
    }

    async fn dispatch(&self, request: &Request<Bytes>, request_id: &str) -> Response<Bytes> {
        if let Some(target) = request.headers().get("x-amz-target") {
            return json::answer(&self.services, target.to_str().unwrap_or_default(), request.body()).await;
        }
        if let Some(parameters) = query::parameters(request) {
            return query::answer(&self.services, request, parameters, request_id).await;
        }
        match signing_name(request).as_deref() {
            None if request.method() == Method::GET && request.uri().path() == "/" => self.greeting(),
            Some("s3") if self.services.get("s3").is_none() => query::no_object_storage(request_id),
            signed_for => rest_json::answer(&self.services, request, signed_for).await,
        }
    }

    /// For a person who opens the endpoint in a browser.
    fn greeting(&self) -> Response<Bytes> {
        let names: Vec<_> = self.services.all().iter().map(|service| service.api().name).collect();
        let text = format!("This is sluice's AWS endpoint. It answers for: {}.\n", names.join(", "));
        reply(StatusCode::OK.as_u16(), "text/plain; charset=utf-8", text.into())
    }
}

async fn serve(State(endpoint): State<AwsEndpoint>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let response = match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => endpoint.answer(Request::from_parts(head, body)).await,
        Err(error) => {
            tracing::warn!(path = head.uri.path(), %error, "a request's body can't be read");
            let message = format!("the body is cut off or has more than {MAX_BODY_BYTES} bytes");
            json_error(JSON, &ServiceError::client("RequestEntityTooLargeException", message).with_status(413))
        }
    };
    response.map(Body::from)
}
