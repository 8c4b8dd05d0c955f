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
use super::mounted::{Api, Mounted, is_for_s3, may_be_object, whole};
use super::reply::{JSON, json_error, reply};
use super::sts::Sts;
use super::{execute_api, json, query, rest_json};

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
    mounted: Mounted,
}

impl AwsEndpoint {
    /// The endpoint of the platform's services, to which it adds STS.
    pub fn new(platform: &Platform) -> Self {
        platform.services.register(Arc::new(Sts { scope: platform.scope.clone() }));
        Self { services: platform.services.clone(), mounted: Mounted::default() }
    }

    /// Hands requests that are signed for `id` to `api`, whole: it reads HTTP itself.
    pub fn mount<F, A, B>(&self, id: &'static str, api: F)
    where
        F: Fn(Request<Body>) -> A + Send + Sync + 'static,
        A: Future<Output = Response<B>> + Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        self.mounted.put(id, api);
    }

    fn mounted_for<B>(&self, request: &Request<B>) -> Option<Api> {
        if request.headers().contains_key("x-amz-target") {
            return None;
        }
        if let Some(id) = signing_name(request) {
            return self.mounted.get(&id);
        }
        // What nobody else has a route for asks for an object without a signature.
        let is_object = || may_be_object(request) && !rest_json::has_route(&self.services, request);
        if is_for_s3(request) || is_object() { self.mounted.get("s3") } else { None }
    }

    /// The endpoint as a router; it answers every path. `GET /_sluice/health` is the engine's own.
    pub fn router(self) -> Router {
        Router::new().route("/_sluice/health", get(crate::web::health)).fallback(serve).with_state(self)
    }

    /// Answers one request; never fails, for a failure is an answer too.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        if let Some(api) = self.mounted_for(&request) {
            return whole(api(request.map(Body::from)).await).await;
        }
        let request_id = Uuid::new_v4().to_string();
        if let Some(answer) = execute_api::answer(&self.services, &request).await {
            return answer;
        }
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
            Some("s3") => query::no_object_storage(request_id),
            signed_for => rest_json::answer(&self.services, request, signed_for).await,
        }
    }

    /// For a person who opens the endpoint in a browser.
    fn greeting(&self) -> Response<Bytes> {
        // API Gateway is two services: one of HTTP APIs, one of REST APIs.
        let mut names: Vec<_> = self.services.all().iter().map(|service| service.api().name).collect();
        names.sort_unstable();
        names.dedup();
        let text = format!("This is sluice's AWS endpoint. It answers for: {}.\n", names.join(", "));
        reply(StatusCode::OK.as_u16(), "text/plain; charset=utf-8", text.into())
    }
}

async fn serve(State(endpoint): State<AwsEndpoint>, request: Request<Body>) -> Response<Body> {
    if let Some(api) = endpoint.mounted_for(&request) {
        return api(request).await;
    }
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
