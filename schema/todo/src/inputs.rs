//! What mutations take; as JSON, what their state machines take.

use async_graphql::{ID, InputObject, MaybeUndefined};
use serde::Serialize;

use crate::datetime::DateTime;
use crate::todo::Status;

/// A new todo.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateTodoInput {
    /// Names the request: the same key with the same input answers the same todo, whenever it comes within a day. Without
    /// one, every request is a new one.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// What is to be done, in a line of 1 to 200 characters.
    title: String,
    /// More about it, up to 10000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
    /// When to be reminded of it; must lie in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime>,
}

/// Changes of a todo: what is left out stays as it is, what is null is taken away.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateTodoInput {
    /// Names the request: the same key with the same input changes the todo once.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// Which todo.
    id: ID,
    /// What is to be done; can't be taken away.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    title: MaybeUndefined<String>,
    /// More about it.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    notes: MaybeUndefined<String>,
    /// When to be reminded of it; another one than it has must lie in the future.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    due_at: MaybeUndefined<DateTime>,
    /// `OPEN` opens a completed todo again.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// Refuse if the todo is at another version than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_version: Option<u64>,
}

/// A todo that is done.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompleteTodoInput {
    /// Names the request.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// Which todo.
    id: ID,
    /// Refuse if the todo is at another version than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_version: Option<u64>,
}

/// A todo to delete.
#[derive(Debug, InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteTodoInput {
    /// Names the request: the same key answers the same deletion again, another key finds no todo any more.
    #[serde(skip)]
    pub(crate) idempotency_key: Option<String>,
    /// Which todo.
    id: ID,
    /// Refuse if the todo is at another version than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_version: Option<u64>,
}
