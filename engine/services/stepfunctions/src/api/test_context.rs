//! The context object that a caller of `TestState` brings: which members it may have.

use serde_json::Value;
use service::ServiceError;

/// What a member has to be.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    Any,
    Members(&'static [(&'static str, Form)]),
}

use Form::{Any, Members, Number, Text};

const CONTEXT: &[(&str, Form)] = &[
    (
        "Execution",
        Members(&[
            ("Id", Text),
            ("Input", Any),
            ("Name", Text),
            ("RoleArn", Text),
            ("StartTime", Text),
            ("RedriveCount", Number),
            ("RedriveTime", Text),
        ]),
    ),
    ("State", Members(&[("EnteredTime", Text), ("Name", Text), ("RetryCount", Number)])),
    ("StateMachine", Members(&[("Id", Text), ("Name", Text)])),
    ("Task", Members(&[("Token", Text)])),
    ("Map", Members(&[("Item", Members(&[("Index", Number), ("Key", Text), ("Value", Any), ("Source", Text)]))])),
];

/// Checks a context object against what the tested state can have.
pub(super) fn check(context: &Value, state: &Value) -> Result<(), ServiceError> {
    check_members(context, "", CONTEXT)?;
    let waits = state["Resource"].as_str().is_some_and(|resource| {
        [".sync", ".sync:2", ".waitForTaskToken"].iter().any(|suffix| resource.ends_with(suffix))
    });
    if context.get("Task").is_some() && !waits {
        return Err(invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
        ));
    }
    Ok(())
}

fn check_members(value: &Value, path: &str, known: &[(&str, Form)]) -> Result<(), ServiceError> {
    let Some(members) = value.as_object() else {
        return Err(invalid(&format!("{} must be an object", if path.is_empty() { "Context" } else { path })));
    };
    for (name, value) in members {
        let Some((_, form)) = known.iter().find(|(known, _)| known == name) else {
            return Err(invalid(&format!("Field '{name}' is not allowed")));
        };
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match form {
            Text if !value.is_string() => return Err(invalid(&format!("{path} must be a string"))),
            Number if !value.is_number() => return Err(invalid(&format!("{path} must be a number"))),
            Members(known) => check_members(value, &path, known)?,
            Text | Number | Any => {}
        }
    }
    Ok(())
}

fn invalid(reason: &str) -> ServiceError {
    ServiceError::validation(format!("Invalid Context object provided: {reason}"))
}
