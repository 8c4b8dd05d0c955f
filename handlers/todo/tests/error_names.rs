//! The names of errors mean the same in handlers, state machines and GraphQL.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use todo::TodoError;

/// Names that Step Functions itself gives.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>
const STATES: &[&str] = &[
    "States.ALL",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

/// Services whose errors Step Functions prefixes with their name.
const SERVICES: &[&str] = &["Lambda.", "DynamoDB.", "EventBridge.", "StepFunctions."];

/// Contexts that look after their own names.
const OTHER_CONTEXTS: &[&str] = &["Media.", "Notification."];

/// Every name in an `ErrorEquals`, with the definition it is in.
fn caught() -> Vec<(String, String)> {
    fn collect(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                let caught = fields.get("ErrorEquals").and_then(Value::as_array).into_iter().flatten();
                names.extend(caught.map(|name| name.as_str().unwrap().to_owned()));
                fields.values().for_each(|value| collect(value, names));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
            _ => {}
        }
    }

    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut caught = Vec::new();
    for entry in fs::read_dir(workflows).unwrap() {
        let path = entry.unwrap().path().join("definition.asl.json");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut names = Vec::new();
        collect(&serde_json::from_str(&text).unwrap(), &mut names);
        caught.extend(names.into_iter().map(|name| (path.display().to_string(), name)));
    }
    assert!(!caught.is_empty(), "workflows/ has moved");
    caught
}

#[test]
fn state_machines_catch_only_what_is_raised() {
    for (path, name) in caught() {
        let known = STATES.contains(&name.as_str())
            || TodoError::NAMES.contains(&name.as_str())
            || OTHER_CONTEXTS.iter().chain(SERVICES).any(|prefix| name.starts_with(prefix));
        assert!(known, "{path} catches {name}, which nothing raises");
    }
}

#[test]
fn graphql_tells_of_errors_that_handlers_raise() {
    let raised: BTreeSet<_> = TodoError::NAMES.iter().collect();
    let mapped: BTreeSet<_> = todo_schema::MAPPED_ERRORS.iter().collect();
    let invented: Vec<_> = mapped.difference(&raised).collect();
    assert!(invented.is_empty(), "mapped, but never raised: {invented:?}");
}

#[test]
fn what_a_client_is_not_told_of_is_no_fault_of_a_client() {
    let mapped: BTreeSet<_> = todo_schema::MAPPED_ERRORS.iter().copied().collect();
    let untold: Vec<_> = TodoError::NAMES.iter().copied().filter(|name| !mapped.contains(name)).collect();
    assert_eq!(untold, ["Todo.Contended", "Todo.Unavailable", "Todo.InvalidRecord"]);
}
