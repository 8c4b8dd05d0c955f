//! `CreatePipe`.

use ::service::ServiceError;
use serde_json::{Map, Value, json};

use super::{DEFINITION, changed, desired_state, name, tags};
use crate::error::conflict;
use crate::plan::Plan;
use crate::service::Pipes;
use crate::state::{CurrentState, DesiredState};
use crate::tables::PipeRow;

pub(crate) async fn create_pipe(pipes: &Pipes, input: Value) -> Result<Value, ServiceError> {
    let name = name(&input)?;
    let members = DEFINITION.iter().filter_map(|member| {
        input.get(*member).filter(|value| !value.is_null()).map(|value| ((*member).to_owned(), value.clone()))
    });
    let now = pipes.platform.clock.now();
    let row = PipeRow {
        arn: pipes.platform.scope.arn("pipes", format_args!("pipe/{name}")),
        name,
        definition: Value::Object(members.collect::<Map<_, _>>()),
        tags: tags::given(input.get("Tags").unwrap_or(&json!({})))?,
        desired_state: desired_state(&input)?.unwrap_or(DesiredState::Running),
        current_state: CurrentState::Creating,
        state_reason: None,
        created_at: now,
        modified_at: now,
    };
    Plan::of(&row)?;
    let created = row.clone();
    pipes
        .platform
        .store
        .write(move |connection| match PipeRow::find(connection, &created.name)? {
            Some(_) => Err(conflict(&created.name, format!("Pipe {} already exists.", created.name))),
            None => created.save(connection),
        })
        .await?;
    let answer = changed(&row);
    pipes.runs.go_on(row);
    Ok(answer)
}
