//! What stands before the web address: distributions and addresses of functions.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse;
use http::{Request, Response, StatusCode, Uri, header, request};

use crate::HttpApis;
use crate::cloudfront::{CloudFront, Served};
use crate::function_url::FunctionUrls;
use crate::http_api::taken;

/// What a request's body may have: Lambda's 6 MB, and something for the encoding.
const MAX_BODY_BYTES: usize = 8 << 20;

/// A path that an API answers to any of these is the API's: its pages and preflight requests are too.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Distributions and addresses of functions, before the HTTP APIs and pages of the web address.
///
/// A host of its own (`<id>.cloudfront.localhost`, `<id>.lambda-url.us-east-1.localhost`, and AWS's forms of them) takes
/// every request. So do the paths below `/_distributions/<id>/`. Of all other requests, a distribution takes those that one
/// of its cache behaviours names, where no HTTP API has a route.
pub struct Edge {
    apis: Arc<HttpApis>,
    urls: Arc<FunctionUrls>,
    cloudfront: Arc<CloudFront>,
}

enum Taker {
    Url(String),
    Distribution(Served, Option<Uri>),
}

impl Edge {
    /// What these serve.
    pub fn new(apis: Arc<HttpApis>, urls: Arc<FunctionUrls>, cloudfront: Arc<CloudFront>) -> Self {
        Self { apis, urls, cloudfront }
    }

    /// `router`, behind it.
    pub fn before(self, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::new(self), serve))
    }

    fn taker(&self, head: &request::Parts) -> Option<Taker> {
        let authority = head.uri.authority().map(http::uri::Authority::as_str);
        let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).or(authority).unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        if let Some(id) = FunctionUrls::id_of(name) {
            return Some(Taker::Url(id.to_owned()));
        }
        let path = head.uri.path();
        if let Some(served) = self.cloudfront.by_host(name, path) {
            return Some(Taker::Distribution(served, None));
        }
        if let Some(rest) = path.strip_prefix("/_distributions/") {
            let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
            let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            let uri: Uri = format!("/{rest}{query}").parse().ok()?;
            return Some(Taker::Distribution(self.cloudfront.by_id(id, uri.path())?, Some(uri)));
        }
        let is_routed = || {
            let found = self.apis.api_at(path);
            found.is_some_and(|(api, path)| METHODS.iter().any(|method| taken(&api, method, &path).is_some()))
        };
        let served = self.cloudfront.by_path(path).filter(|_| !is_routed())?;
        Some(Taker::Distribution(served, None))
    }
}

async fn serve(State(edge): State<Arc<Edge>>, request: Request<Body>, next: Next) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let Some(taker) = edge.taker(&head) else {
        return next.run(Request::from_parts(head, body)).await;
    };
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match taker {
        Taker::Url(id) => edge.urls.answer(&id, &head, &body, false).await.map(Body::from),
        Taker::Distribution(served, uri) => {
            head.uri = uri.unwrap_or(head.uri);
            edge.cloudfront.answer(&edge.urls, &served, &head, &body).await.map(Body::from)
        }
    }
}
