//! The steps of the workflows, and the enrichment of the pipe: one function each.

mod check_reminder;
mod complete;
mod create;
mod delete;
mod publish;
mod update;

pub use check_reminder::{CheckReminder, ReminderCheck, ReminderInput};
pub use complete::{CompleteInput, CompleteTodo};
pub use create::{CreateInput, CreateTodo};
pub use delete::{DeleteInput, DeleteTodo};
pub use publish::{Publication, PublishChanges, StreamImages, StreamRecord};
pub use update::{UpdateInput, UpdateTodo};
