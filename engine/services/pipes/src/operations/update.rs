//! `UpdatePipe`.

use ::service::ServiceError;
use serde_json::{Map, Value};

use super::{DEFINITION, changed, desired_state, name, require_settled};
use crate::error::not_found;
use crate::plan::Plan;
use crate::service::Pipes;
use crate::state::CurrentState;
use crate::tables::PipeRow;

pub(crate) async fn update_pipe(pipes: &Pipes, input: Value) -> Result<Value, ServiceError> {
    let name = name(&input)?;
    if input.get("RoleArn").is_none_or(Value::is_null) {
        return Err(ServiceError::validation(
            "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        ));
    }
    let desired_state = desired_state(&input)?;
    let now = pipes.platform.clock.now();
    let row = pipes
        .platform
        .store
        .write(move |connection| {
            let mut row = PipeRow::find(connection, &name)?.ok_or_else(|| not_found(&name))?;
            require_settled(&row)?;
            row.definition = updated(&row.definition, &input);
            row.desired_state = desired_state.unwrap_or(row.desired_state);
            row.current_state = CurrentState::Updating;
            row.state_reason = None;
            row.modified_at = now;
            Plan::of(&row)?;
            row.save(connection)?;
            Ok::<_, ServiceError>(row)
        })
        .await?;
    let answer = changed(&row);
    pipes.runs.go_on(row);
    Ok(answer)
}

/// The definition with what the update names: of the parameters, each service's are replaced as a whole.
fn updated(definition: &Value, input: &Value) -> Value {
    let mut updated = definition.clone();
    // The source of a pipe is its own for good.
    for member in DEFINITION.iter().filter(|member| **member != "Source") {
        let Some(value) = input.get(*member).filter(|value| !value.is_null()) else { continue };
        match (updated.get_mut(*member), value) {
            (Some(Value::Object(before)), Value::Object(after)) if member.ends_with("Parameters") => {
                before.extend(after.clone().into_iter().map(|(service, parameters)| {
                    let kept = before_starting_position(definition, &service, parameters);
                    (service, kept)
                }));
            }
            _ => updated[*member] = value.clone(),
        }
    }
    updated
}

/// Where a stream is begun can't be updated, so an update doesn't have it.
fn before_starting_position(definition: &Value, service: &str, parameters: Value) -> Value {
    let position = definition.pointer(&format!("/SourceParameters/{service}/StartingPosition"));
    match (parameters, position) {
        (Value::Object(parameters), Some(position)) => {
            let mut kept = Map::from_iter([("StartingPosition".to_owned(), position.clone())]);
            kept.extend(parameters);
            Value::Object(kept)
        }
        (parameters, _) => parameters,
    }
}
