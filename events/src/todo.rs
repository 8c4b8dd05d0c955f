//! The events of the todo context.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Event, Timestamp};

/// Whether a todo is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TodoStatus {
    /// Still to be done.
    Open,
    /// Done.
    Completed,
}

/// A todo as it was when the event happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TodoSnapshot {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub owner: String,
    /// 1 to 200 characters.
    pub title: String,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
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
    /// When it was completed; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
}

/// What every event about a todo says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TodoFact {
    /// Names the fact: the same when the fact is delivered, published or replayed again. Consumers count by it.
    pub event_id: String,
    /// When it happened, which is before it was published.
    pub occurred_at: Timestamp,
    /// The todo it is about.
    pub todo_id: String,
    /// The todo's version after it (before it, for a deletion).
    pub version: u64,
    /// The todo after it (before it, for a deletion).
    pub todo: TodoSnapshot,
}

/// A part of a todo that an update can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChangedField {
    /// The title.
    Title,
    /// The notes.
    Notes,
    /// The due time.
    DueAt,
}

macro_rules! todo_event {
    ($(#[doc = $meaning:literal])+ $name:ident is $detail_type:literal { $($(#[$about:meta])+ $field:ident: $type:ty,)* }) => {
        $(#[doc = $meaning])+
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Who, when, which version.
            #[serde(flatten)]
            pub fact: TodoFact,
            $($(#[$about])+ pub $field: $type,)*
        }

        impl Event for $name {
            const DETAIL_TYPE: &'static str = $detail_type;
            const SOURCE: &'static str = "sluicegate.todo";
            const MEANING: &'static str = concat!($($meaning),+).trim_ascii();
        }
    };
}

todo_event! {
    /// A todo was created.
    TodoCreated is "todo.created" {}
}
todo_event! {
    /// The title, notes or due time of a todo changed.
    TodoUpdated is "todo.updated" {
        /// What changed, at least one.
        #[schemars(length(min = 1))]
        changes: Vec<ChangedField>,
    }
}
todo_event! {
    /// An open todo was completed.
    TodoCompleted is "todo.completed" {}
}
todo_event! {
    /// A completed todo was opened again.
    TodoReopened is "todo.reopened" {}
}
todo_event! {
    /// A todo was deleted.
    TodoDeleted is "todo.deleted" {}
}
todo_event! {
    /// The due time of an open todo has come; at most one per todo and due time.
    TodoReminderDue is "todo.reminder_due" {
        /// The due time that has come.
        due_at: Timestamp,
    }
}
