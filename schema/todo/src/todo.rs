//! The type `Todo`.

use async_graphql::{Enum, ID, Object};
use events::{TodoSnapshot, TodoStatus};

use crate::datetime::DateTime;

/// Whether a todo is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "TodoStatus")]
pub(crate) enum Status {
    /// Still to be done.
    Open,
    /// Done.
    Completed,
}

impl From<TodoStatus> for Status {
    fn from(status: TodoStatus) -> Self {
        match status {
            TodoStatus::Open => Self::Open,
            TodoStatus::Completed => Self::Completed,
        }
    }
}

/// Something to be done.
#[derive(Clone, Debug)]
pub(crate) struct Todo(pub(crate) TodoSnapshot);

/// Something to be done.
#[Object]
impl Todo {
    /// Names it for ever.
    async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// What is to be done, in a line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// More about it.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// Whether it is still to be done.
    async fn status(&self) -> Status {
        self.0.status.into()
    }

    /// When to be reminded of it.
    async fn due_at(&self) -> Option<DateTime> {
        self.0.due_at.map(DateTime::from)
    }

    /// 1 at creation, one more with each change.
    async fn version(&self) -> u64 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// When it was completed; null while it is open.
    async fn completed_at(&self) -> Option<DateTime> {
        self.0.completed_at.map(DateTime::from)
    }
}
