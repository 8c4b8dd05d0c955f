//! What mutations answer.

use async_graphql::{ID, SimpleObject};
use events::TodoSnapshot;

use crate::errors::MutationError;
use crate::execution::{Execution, Outcome};
use crate::rejection::Rejection;
use crate::todo::Todo;

macro_rules! payload {
    ($(#[doc = $about:literal])+ $name:ident, $(#[doc = $about_todo:literal])+ todo) => {
        $(#[doc = $about])+
        #[derive(Debug, SimpleObject)]
        pub(crate) struct $name {
            $(#[doc = $about_todo])+
            todo: Option<Todo>,
            /// Why nothing was changed; empty when all went well.
            errors: Vec<MutationError>,
            /// The execution that was started.
            execution: Execution,
        }

        impl TryFrom<Outcome> for $name {
            type Error = Rejection;

            fn try_from(outcome: Outcome) -> Result<Self, Rejection> {
                let (todo, errors) = match outcome.answer(MutationError::named)? {
                    Ok(todo) => (Some(Todo(todo)), Vec::new()),
                    Err(error) => (None, vec![error]),
                };
                Ok(Self { todo, errors, execution: outcome.execution })
            }
        }
    };
}

payload! {
    /// What became of a request to create a todo.
    CreateTodoPayload,
    /// The new todo.
    todo
}
payload! {
    /// What became of a request to change a todo.
    UpdateTodoPayload,
    /// The todo as it is now.
    todo
}
payload! {
    /// What became of a request to complete a todo.
    CompleteTodoPayload,
    /// The todo as it is now; one that was completed before is unchanged.
    todo
}

/// What became of a request to delete a todo.
#[derive(Debug, SimpleObject)]
pub(crate) struct DeleteTodoPayload {
    /// The id of the todo that is gone.
    deleted_id: Option<ID>,
    /// The todo as it was.
    todo: Option<Todo>,
    /// Why nothing was changed; empty when all went well.
    errors: Vec<MutationError>,
    /// The execution that was started.
    execution: Execution,
}

impl TryFrom<Outcome> for DeleteTodoPayload {
    type Error = Rejection;

    fn try_from(outcome: Outcome) -> Result<Self, Rejection> {
        let (todo, errors) = match outcome.answer(MutationError::named)? {
            Ok(todo) => (Some(todo), Vec::new()),
            Err(error) => (None, vec![error]),
        };
        let deleted_id = todo.as_ref().map(|todo: &TodoSnapshot| ID(todo.id.to_string()));
        Ok(Self { deleted_id, todo: todo.map(Todo), errors, execution: outcome.execution })
    }
}
