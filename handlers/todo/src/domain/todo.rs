//! A todo.

use events::{Timestamp, TodoSnapshot, TodoStatus};
use serde::{Deserialize, Serialize};

use crate::domain::{Notes, Title};

/// Who owns every todo as long as there is no identity.
pub const OWNER: &str = "everyone";

/// A todo. Its JSON is what the steps answer and, attribute by attribute, what the table holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub owner: String,
    /// What is to be done.
    pub title: Title,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Notes>,
    /// Whether it is still to be done.
    pub status: TodoStatus,
    /// When its owner wants to be reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// 1 at creation, one more with each change.
    pub version: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was completed; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
}

impl From<Todo> for TodoSnapshot {
    fn from(todo: Todo) -> Self {
        Self {
            id: todo.id,
            owner: todo.owner,
            title: todo.title.as_str().to_owned(),
            notes: todo.notes.map(|notes| notes.as_str().to_owned()),
            status: todo.status,
            due_at: todo.due_at,
            version: todo.version,
            created_at: todo.created_at,
            updated_at: todo.updated_at,
            completed_at: todo.completed_at,
        }
    }
}
