//! `StartPipe`, `StopPipe` and `DeletePipe`.

use ::service::ServiceError;
use serde_json::Value;

use super::{changed, name, require_settled};
use crate::error::not_found;
use crate::service::Pipes;
use crate::state::{CurrentState, DesiredState};
use crate::tables::PipeRow;

pub(crate) async fn start_pipe(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    change(pipes, input, |row| {
        row.desired_state = DesiredState::Running;
        row.current_state != CurrentState::Running && {
            row.current_state = CurrentState::Starting;
            true
        }
    })
    .await
}

pub(crate) async fn stop_pipe(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    change(pipes, input, |row| {
        row.desired_state = DesiredState::Stopped;
        row.current_state != CurrentState::Stopped && {
            row.current_state = CurrentState::Stopping;
            true
        }
    })
    .await
}

pub(crate) async fn delete_pipe(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    let mut answer = change(pipes, input, |row| {
        row.current_state = CurrentState::Deleting;
        true
    })
    .await?;
    answer["DesiredState"] = "DELETED".into();
    Ok(answer)
}

/// Sets a pipe on its way; `set_out` answers whether there is a way to go.
async fn change(
    pipes: &Pipes,
    input: &Value,
    set_out: impl FnOnce(&mut PipeRow) -> bool + Send + 'static,
) -> Result<Value, ServiceError> {
    let name = name(input)?;
    let now = pipes.platform.clock.now();
    let (row, is_on_its_way) = pipes
        .platform
        .store
        .write(move |connection| {
            let mut row = PipeRow::find(connection, &name)?.ok_or_else(|| not_found(&name))?;
            require_settled(&row)?;
            let is_on_its_way = set_out(&mut row);
            if is_on_its_way {
                row.state_reason = None;
                row.modified_at = now;
                row.save(connection)?;
            }
            Ok::<_, ServiceError>((row, is_on_its_way))
        })
        .await?;
    let answer = changed(&row);
    if is_on_its_way {
        pipes.runs.go_on(row);
    }
    Ok(answer)
}
