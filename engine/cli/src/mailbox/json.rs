//! Mail and pushes as JSON.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ses::{Letter, LetterContent};

use super::{Refusal, Sent};

/// How many are told at once, unless asked otherwise.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Window {
    limit: Option<usize>,
    /// Only what was sent before the message of this id.
    before: Option<String>,
}

/// A message with what it says.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    letter: Letter,
    #[serde(flatten)]
    content: LetterContent,
}

pub(super) async fn letters(State(sent): State<Sent>, Query(window): Query<Window>) -> Result<Json<Value>, Refusal> {
    let letters = sent.mail.letters(window.limit.unwrap_or(PAGE), window.before).await?;
    Ok(Json(json!({ "messages": letters })))
}

pub(super) async fn letter(State(sent): State<Sent>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let (letter, mime) = sent.mail.letter(&id).await?.ok_or(Refusal::Unknown)?;
    let content = LetterContent::parse(&mime);
    Ok(Json(json!(Whole { letter, content })))
}

pub(super) async fn empty_mail(State(sent): State<Sent>) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "deleted": sent.mail.empty().await? })))
}

pub(super) async fn pushes(State(sent): State<Sent>, Query(window): Query<Window>) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "pushes": sent.pushes.latest(window.limit.unwrap_or(PAGE)).await? })))
}

pub(super) async fn empty_pushes(State(sent): State<Sent>) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "deleted": sent.pushes.empty().await? })))
}
