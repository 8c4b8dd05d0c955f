//! The Lambda functions of this context.

use function::Function;

use crate::steps::{CheckReminder, CompleteTodo, CreateTodo, DeleteTodo, PublishChanges, UpdateTodo};

/// Creates a todo.
pub const CREATE: Function =
    Function { name: "todo-create", build: |context| Ok(Box::new(CreateTodo::build(context)?)) };
/// Changes a todo.
pub const UPDATE: Function =
    Function { name: "todo-update", build: |context| Ok(Box::new(UpdateTodo::build(context)?)) };
/// Completes a todo.
pub const COMPLETE: Function =
    Function { name: "todo-complete", build: |context| Ok(Box::new(CompleteTodo::build(context)?)) };
/// Deletes a todo.
pub const DELETE: Function =
    Function { name: "todo-delete", build: |context| Ok(Box::new(DeleteTodo::build(context)?)) };
/// Turns changes of the table into events.
pub const PUBLISH: Function = Function { name: "todo-publish", build: |_| Ok(Box::new(PublishChanges)) };
/// Claims a reminder.
pub const CHECK_REMINDER: Function =
    Function { name: "todo-check-reminder", build: |context| Ok(Box::new(CheckReminder::build(context)?)) };

/// All of them, for whoever links them.
pub const FUNCTIONS: &[Function] = &[CREATE, UPDATE, COMPLETE, DELETE, PUBLISH, CHECK_REMINDER];
