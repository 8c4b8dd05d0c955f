//! The operations of the API.

pub(crate) mod create;
pub(crate) mod describe;
pub(crate) mod lifecycle;
pub(crate) mod tags;
pub(crate) mod update;

use ::service::ServiceError;
use serde_json::{Value, json};

use crate::error::{conflict, invalid};
use crate::state::DesiredState;
use crate::tables::PipeRow;

/// The members that say what a pipe does, as they are stored and described.
const DEFINITION: [&str; 10] = [
    "Description",
    "Source",
    "SourceParameters",
    "Enrichment",
    "EnrichmentParameters",
    "Target",
    "TargetParameters",
    "RoleArn",
    "LogConfiguration",
    "KmsKeyIdentifier",
];

/// The name of the pipe that a call is about.
fn name(input: &Value) -> Result<String, ServiceError> {
    let name = input.get("Name").and_then(Value::as_str).unwrap_or_default();
    let is_valid = (1..=64).contains(&name.len())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || ".-_".contains(character));
    if is_valid {
        Ok(name.to_owned())
    } else {
        Err(invalid("Name", format!("must be 1 to 64 letters, digits, periods, hyphens or underscores: {name}")))
    }
}

fn desired_state(input: &Value) -> Result<Option<DesiredState>, ServiceError> {
    match input.get("DesiredState").and_then(Value::as_str) {
        None => Ok(None),
        Some(text) => match DesiredState::parse(text) {
            Some(state) => Ok(Some(state)),
            None => Err(invalid("DesiredState", format!("must be RUNNING or STOPPED, it is {text}"))),
        },
    }
}

/// Refuses to change a pipe that is on its way to another state.
fn require_settled(row: &PipeRow) -> Result<(), ServiceError> {
    if row.current_state.is_transient() {
        let state = row.current_state.as_str();
        return Err(conflict(&row.name, format!("Pipe {} can't be changed while it is {state}.", row.name)));
    }
    Ok(())
}

/// What the operations answer that change a pipe.
fn changed(row: &PipeRow) -> Value {
    json!({
        "Arn": row.arn,
        "Name": row.name,
        "DesiredState": row.desired_state.as_str(),
        "CurrentState": row.current_state.as_str(),
        "CreationTime": row.created_at.as_epoch_seconds(),
        "LastModifiedTime": row.modified_at.as_epoch_seconds(),
    })
}
