//! The function with the settings that it is deployed with.

use schema_testing::{Aws, machine};
use serde_json::Value;

/// The function, with AWS as `play` answers an operation and its input: status and body.
pub(crate) fn playing(play: impl Fn(&str, &Value) -> (u16, Value) + Send + Sync + 'static) -> Aws {
    let settings = [
        ("TODOS_TABLE", "todos".to_owned()),
        ("CREATE_TODO_ARN", machine("create-todo")),
        ("UPDATE_TODO_ARN", machine("update-todo")),
        ("COMPLETE_TODO_ARN", machine("complete-todo")),
        ("DELETE_TODO_ARN", machine("delete-todo")),
    ];
    Aws::playing(&todo_schema::GRAPHQL, "/graphql", settings, play)
}

/// The function, with AWS as nobody should call it.
pub(crate) fn idle() -> Aws {
    playing(|operation, input| panic!("{operation} was called with {input}"))
}
