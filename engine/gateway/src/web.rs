//! The web address: HTTP APIs, and pages for the people who work on them.

mod index;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::HttpApis;
use crate::http_api::{reply, taken};
use index::Links;

/// Bytes that a request's body may have, as on AWS.
const MAX_BODY_BYTES: usize = 10 << 20;

/// The pages at the web address. A page that isn't built says how it is.
#[derive(Clone, Debug, Default)]
pub struct WebPages {
    /// The folder of the GraphiQL page, served at `GET /graphql` and where else an API takes `POST …/graphql`.
    pub graphiql: Option<PathBuf>,
    /// The folder of the page that uploads pictures and films, served at `GET /upload` where an API takes uploads.
    pub upload: Option<PathBuf>,
}

/// The route of the API that the upload page speaks to.
const MEDIA_API: &str = "/media/graphql";

struct Web {
    apis: Arc<HttpApis>,
    pages: WebPages,
}

impl HttpApis {
    /// The web address: the API that was created first at `/`, each other below `/_apis/<id>/`, and the pages where no
    /// API has a route. `GET /_sluice/health` is the engine's own. The caller may merge further routes.
    pub fn router(self: &Arc<Self>, pages: WebPages) -> Router {
        let web = Web { apis: Arc::clone(self), pages };
        Router::new().route("/_sluice/health", get(health)).fallback(answer).with_state(Arc::new(web))
    }
}

/// That the engine answers, and which version of it.
pub(crate) async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn answer(State(web): State<Arc<Web>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let found = web.apis.api_at(&path);
    let is_routed = found.as_ref().is_some_and(|(api, path)| taken(api, head.method.as_str(), path).is_some());
    if !is_routed && head.method == "GET" {
        if path == "/" {
            let graphiql = web.pages.graphiql.is_some();
            let media = graphiql && web.takes(MEDIA_API);
            let links = Links { graphiql, media, upload: web.upload_page().is_some() };
            return Html(index::page(&web.apis, links).await).into_response();
        }
        if web.takes_graphql(&path)
            && let Some(folder) = &web.pages.graphiql
            && accepts_html(&head.headers)
        {
            return page(folder, "GraphiQL", "graphiql").await;
        }
        if path == "/upload"
            && let Some(folder) = web.upload_page()
        {
            return page(folder, "The upload page", "upload").await;
        }
    }
    let Some((api, path)) = found else {
        return reply(StatusCode::NOT_FOUND, "Not Found").map(Body::from);
    };
    match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => web.apis.answer(&api, &head, &path, &body).await.map(Body::from),
        Err(_) => reply(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large").map(Body::from),
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

impl Web {
    /// Whether GraphiQL may stand there: it speaks to the address that it comes from.
    fn takes_graphql(&self, path: &str) -> bool {
        path == "/graphql" || path.ends_with("/graphql") && self.takes(path)
    }

    fn takes(&self, path: &str) -> bool {
        self.apis.api_at(path).is_some_and(|(api, path)| taken(&api, "POST", &path).is_some())
    }

    /// The folder of the upload page, if there is an API that it could speak to.
    fn upload_page(&self) -> Option<&Path> {
        self.pages.upload.as_deref().filter(|_| self.takes(MEDIA_API))
    }
}

/// The page in `frontend/<package>`, or how it is built.
async fn page(folder: &Path, name: &str, package: &str) -> Response<Body> {
    match tokio::fs::read(folder.join("index.html")).await {
        Ok(page) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
        Err(_) => Html(index::frame(
            &format!("{name} isn't built"),
            &format!(
                "<p>Build it with <code>cargo dev</code>, which does so by itself, or with <code>npm --prefix \
                 frontend/{package} ci &amp;&amp; npm --prefix frontend/{package} run build</code>. \
                 The APIs answer meanwhile.</p>"
            ),
        ))
        .into_response(),
    }
}
