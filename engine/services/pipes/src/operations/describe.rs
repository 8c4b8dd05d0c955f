//! `DescribePipe` and `ListPipes`.

use ::service::ServiceError;
use serde_json::{Value, json};

use super::{DEFINITION, changed, name};
use crate::error::{invalid, not_found};
use crate::service::Pipes;
use crate::state::CurrentState;
use crate::tables::PipeRow;

pub(crate) async fn describe_pipe(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    let name = name(input)?;
    let row = pipes
        .platform
        .store
        .read(move |connection| PipeRow::find(connection, &name)?.ok_or_else(|| not_found(&name)))
        .await?;
    let mut described = changed(&row);
    for member in DEFINITION {
        if let Some(value) = row.definition.get(member) {
            described[member] = value.clone();
        }
    }
    if row.current_state == CurrentState::Deleting {
        described["DesiredState"] = "DELETED".into();
    }
    if let Some(reason) = reason(pipes, &row) {
        described["StateReason"] = reason.into();
    }
    described["Tags"] = row.tags;
    Ok(described)
}

pub(crate) async fn list_pipes(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    let text = |member: &str| input.get(member).and_then(Value::as_str).unwrap_or_default();
    let limit = match input.get("Limit") {
        None | Some(Value::Null) => 100,
        Some(limit) => limit.as_u64().or_else(|| limit.as_str()?.parse().ok()).unwrap_or_default(),
    };
    if !(1..=100).contains(&limit) {
        return Err(invalid("Limit", "must be between 1 and 100"));
    }
    let rows = pipes.platform.store.read(PipeRow::all).await?;
    let member =
        |row: &PipeRow, member: &str| row.definition.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let wanted = |row: &&PipeRow| {
        let is = |filter: &str, value: &str| text(filter).is_empty() || text(filter) == value;
        row.name.starts_with(text("NamePrefix"))
            && member(row, "Source").starts_with(text("SourcePrefix"))
            && member(row, "Target").starts_with(text("TargetPrefix"))
            && is("DesiredState", row.desired_state.as_str())
            && is("CurrentState", row.current_state.as_str())
            && row.name.as_str() > text("NextToken")
    };
    let mut found = rows.iter().filter(wanted).peekable();
    let mut page = Vec::new();
    let mut last = None;
    while page.len() < usize::try_from(limit).unwrap_or(usize::MAX)
        && let Some(row) = found.next()
    {
        let mut listed = changed(row);
        for shown in ["Source", "Target", "Enrichment"] {
            if let Some(value) = row.definition.get(shown) {
                listed[shown] = value.clone();
            }
        }
        if let Some(reason) = reason(pipes, row) {
            listed["StateReason"] = reason.into();
        }
        page.push(listed);
        last = Some(row.name.clone());
    }
    let mut answer = json!({"Pipes": page});
    if found.peek().is_some() {
        answer["NextToken"] = json!(last);
    }
    Ok(answer)
}

/// Why a pipe failed, or gets nowhere though it runs, in the length that AWS gives a reason.
fn reason(pipes: &Pipes, row: &PipeRow) -> Option<String> {
    let reason = row.state_reason.clone().or_else(|| pipes.runs.trouble(&row.name))?;
    Some(reason.chars().take(512).collect())
}
