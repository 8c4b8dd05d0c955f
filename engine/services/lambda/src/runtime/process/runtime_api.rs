//! The Lambda Runtime API, one server per instance.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;
use service::Platform;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::runtime::outcome::MAX_RESPONSE_BYTES;
use crate::runtime::{Invocation, Outcome, Payload};

/// An invocation on its way to the process.
pub(super) struct Event {
    pub invocation: Invocation,
    pub function_arn: String,
}

/// What the process told.
pub(super) enum Report {
    /// It started and asks for an event.
    Ready,
    /// It took the event.
    Taken,
    /// It answered the event.
    Done(Outcome),
    /// It can't start.
    InitFailed(Payload),
}

/// Both ends of the server that belong to the instance.
pub(super) struct RuntimeApi {
    pub address: SocketAddr,
    pub events: mpsc::Sender<Event>,
    pub reports: mpsc::Receiver<Report>,
}

struct Shared {
    events: tokio::sync::Mutex<mpsc::Receiver<Event>>,
    reports: mpsc::Sender<Report>,
    /// The request that the process works at.
    current: Mutex<Option<String>>,
}

impl RuntimeApi {
    /// Serves until the engine stops or the instance lets go.
    pub(super) async fn start(platform: &Platform) -> Result<Self, std::io::Error> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (events, events_out) = mpsc::channel(1);
        let (reports_in, reports) = mpsc::channel(4);
        let gone = reports_in.clone();
        let shared =
            Shared { events: tokio::sync::Mutex::new(events_out), reports: reports_in, current: Mutex::default() };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            // Larger ones are read too, to be told apart from a broken connection.
            .layer(DefaultBodyLimit::max(MAX_RESPONSE_BYTES * 4))
            .with_state(Arc::new(shared));
        platform.spawn(async move {
            tokio::select! {
                _ = axum::serve(listener, router) => {}
                () = gone.closed() => {}
            }
        });
        Ok(Self { address, events, reports })
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    shared.tell(Report::Ready).await;
    let Some(Event { invocation, function_arn }) = shared.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    *shared.current() = Some(invocation.request_id.clone());
    shared.tell(Report::Taken).await;
    let trace =
        format!("Root=1-{:08x}-{:.24}", invocation.deadline_millis / 1000, invocation.request_id.replace('-', ""));
    let mut response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &invocation.request_id)
        .header("lambda-runtime-deadline-ms", invocation.deadline_millis)
        .header("lambda-runtime-invoked-function-arn", function_arn)
        .header("lambda-runtime-trace-id", trace);
    if let Some(client) = invocation.client_context {
        response = response.header("lambda-runtime-client-context", client);
    }
    let body = axum::body::Body::from(invocation.payload.to_string());
    // Only a client context with control characters fails.
    response.body(body).unwrap_or_else(|_| StatusCode::BAD_REQUEST.into_response())
}

async fn response(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    let outcome = if body.len() > MAX_RESPONSE_BYTES {
        Outcome::response_too_large()
    } else {
        Outcome::Returned(Payload::written(&body))
    };
    shared.finish(&id, outcome).await
}

async fn error(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    shared.finish(&id, Outcome::Failed(error_of(&body))).await
}

async fn init_error(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    shared.tell(Report::InitFailed(error_of(&body))).await;
    accepted()
}

impl Shared {
    async fn tell(&self, report: Report) {
        // Nobody listens any more when the instance ends; neither does the process.
        let _ = self.reports.send(report).await;
    }

    async fn finish(&self, request_id: &str, outcome: Outcome) -> Response {
        let is_current = self.current().take_if(|current| current == request_id).is_some();
        if !is_current {
            let error = json!({ "errorMessage": "Invalid request ID", "errorType": "InvalidRequestID" });
            return (StatusCode::BAD_REQUEST, Json(error)).into_response();
        }
        self.tell(Report::Done(outcome)).await;
        accepted()
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn error_of(body: &[u8]) -> Payload {
    match Payload::written(body) {
        error if error.value.is_object() => error,
        _ => json!({ "errorType": "Unknown", "errorMessage": String::from_utf8_lossy(body) }).into(),
    }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
}
