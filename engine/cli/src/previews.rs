//! What a replay would do, at the AWS address: `sluice replay start --dry-run` asks it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use eventbridge::EventBridge;
use serde_json::{Value, json};

/// The path, below the engine's own.
pub(crate) const PATH: &str = "/_sluice/replays/preview";

/// Answers the input of a StartReplay with an [`eventbridge::ReplayPreview`].
pub(crate) fn router(events: Arc<EventBridge>) -> Router {
    Router::new().route(PATH, post(preview)).with_state(events)
}

async fn preview(State(events): State<Arc<EventBridge>>, Json(input): Json<Value>) -> Response {
    match events.preview_replay(input).await {
        Ok(preview) => Json(preview).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(json!({"code": error.code, "message": error.message}))).into_response()
        }
    }
}
