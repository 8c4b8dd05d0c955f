//! `GetExecutionHistory`.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::Input;
use super::paging::{self, Page};
use crate::arns;
use crate::errors;
use crate::service::StepFunctions;

/// What `includeExecutionData: false` leaves out of an event's details.
const DATA: &[&str] = &[
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "parameters",
    "cause",
    "assignedVariables",
    "assignedVariablesDetails",
];

pub(crate) async fn get(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("executionArn", 256)?;
    // Where the page before ended: the execution, the direction, the event.
    let page: Page<(i64, bool, u64)> = Page::of(&input, 1024)?;
    let reverse = input.boolean("reverseOrder")?.unwrap_or(false);
    let include = input.boolean("includeExecutionData")?.unwrap_or(true);
    arns::check_execution(arn)?;
    let row = service.runtime.find(arn).await?.ok_or_else(|| errors::no_execution(arn))?;
    let after = match page.after {
        Some((execution, direction, event)) if (execution, direction) == (row.id, reverse) => Some(event),
        None => None,
        Some(_) => return Err(errors::invalid_token()),
    };
    let mut events = service.runtime.events(row.id, after, reverse, page.size + 1).await?;
    let more = events.len() > page.size;
    events.truncate(page.size);
    let last = events.last().and_then(|event| event["id"].as_u64()).filter(|_| more);
    if !include {
        events.iter_mut().for_each(strip);
    }
    let mut answer = json!({"events": events});
    if let Some(last) = last {
        answer["nextToken"] = json!(paging::token(&(row.id, reverse, last)));
    }
    Ok(answer)
}

fn strip(event: &mut Value) {
    let Some(members) = event.as_object_mut() else { return };
    for details in members.values_mut().filter_map(Value::as_object_mut) {
        details.retain(|name, _| !DATA.contains(&name.as_str()));
    }
}
