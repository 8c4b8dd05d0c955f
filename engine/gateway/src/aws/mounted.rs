//! APIs that read HTTP themselves: S3's REST-XML streams its bodies.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::BodyExt;

type Answer = std::pin::Pin<Box<dyn Future<Output = Response<Body>> + Send>>;
pub(super) type Api = Arc<dyn Fn(Request<Body>) -> Answer + Send + Sync>;

/// The APIs that take whole requests, by the name that requests are signed for; clones share them.
#[derive(Clone, Default)]
pub(super) struct Mounted(Arc<RwLock<BTreeMap<&'static str, Api>>>);

impl Mounted {
    pub(super) fn put<F, A, B>(&self, id: &'static str, api: F)
    where
        F: Fn(Request<Body>) -> A + Send + Sync + 'static,
        A: Future<Output = Response<B>> + Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let api: Api = Arc::new(move |request| {
            let answer = api(request);
            Box::pin(async move { answer.await.map(Body::new) })
        });
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id, api);
    }

    pub(super) fn get(&self, id: &str) -> Option<Api> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// Reads an answer whole, for callers without a socket.
pub(super) async fn whole(response: Response<Body>) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(head, body.to_bytes()),
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

/// Whether only S3 can be meant, whatever the signature says: a bucket in the host name, a browser that asks before it
/// sends, a form that brings its own policy.
pub(super) fn is_for_s3<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let has_bucket = text(headers, header::HOST).is_some_and(|host| {
        let name = host.split(':').next().unwrap_or_default();
        let is_other = name.contains(".execute-api.");
        !is_other && (name.contains(".s3.") || name.starts_with("s3.") || name.ends_with(".localhost"))
    });
    let is_preflight =
        request.method() == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let is_form = request.method() == Method::POST
        && text(headers, header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("multipart/form-data"));
    has_bucket || is_preflight || is_form
}

/// Whether an unsigned request can be meant for a bucket or an object, going by what it doesn't look like.
pub(super) fn may_be_object<B>(request: &Request<B>) -> bool {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let is_called_api = path.starts_with("/restapis/")
        || text(request.headers(), header::HOST).is_some_and(|host| host.contains(".execute-api."));
    let is_operation = query.split('&').any(|field| field.starts_with("Action="));
    request.method() != Method::POST && path.len() > 1 && !path.starts_with("/_") && !is_called_api && !is_operation
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
