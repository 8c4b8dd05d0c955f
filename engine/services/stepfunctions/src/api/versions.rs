//! Versions of state machines.

use std::cmp::Reverse;

use serde_json::{Value, json};
use service::ServiceError;

use super::input::Input;
use super::paging::{self, Page};
use crate::arns::{MachineArn, Qualifier};
use crate::errors;
use crate::machines::StateMachine;
use crate::service::StepFunctions;

pub(crate) async fn publish(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let text = input.bounded("stateMachineArn", 256)?;
    let arn = MachineArn::unqualified(text)?;
    let wanted = input.text("revisionId")?;
    let description = input.optional_bounded("description", 0, 256)?.map(str::to_owned);
    let _changing = service.machines.changing().await;
    let existing = service.machines.find(&arn).ok_or_else(|| errors::no_machine(text))?;
    let current = service.machines.revision(existing.revision).await?;
    let current = current.revision_id.as_deref().unwrap_or("INITIAL");
    if let Some(wanted) = wanted
        && wanted != current
    {
        return Err(errors::conflict(format!(
            "Failed to publish the State Machine version for revision {wanted}. The current State Machine revision is {current}."
        )));
    }
    let mut machine = StateMachine::clone(&existing);
    let version = machine.publish(description, service.platform.clock.now());
    let machine = service.machines.keep(machine, None).await?;
    let created_at = machine.versions.get(&version).map_or(machine.created_at, |version| version.created_at);
    Ok(json!({
        "creationDate": created_at.as_epoch_seconds(),
        "stateMachineVersionArn": machine.version_arn(version),
    }))
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let page: Page<Reverse<u64>> = Page::of(&input, 1024)?;
    let arn = MachineArn::parse(input.bounded("stateMachineArn", 256)?)?;
    // The API has no error for a machine that isn't there: it has no versions.
    let Some(machine) = service.machines.find(&arn.machine) else { return Ok(json!({"stateMachineVersions": []})) };
    let (versions, next) = paging::cut(machine.versions.iter().rev(), &page, |(number, _)| Reverse(**number));
    let versions: Vec<Value> = versions
        .into_iter()
        .map(|(number, version)| {
            json!({
                "stateMachineVersionArn": machine.version_arn(*number),
                "creationDate": version.created_at.as_epoch_seconds(),
            })
        })
        .collect();
    let mut answer = json!({"stateMachineVersions": versions});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

pub(crate) async fn delete(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = MachineArn::parse(input.bounded("stateMachineVersionArn", 2000)?)?;
    let Some(Qualifier::Version(number)) = arn.qualifier else {
        return Err(errors::invalid_arn("Resource type not valid in this context: stateMachine"));
    };
    let _changing = service.machines.changing().await;
    let Some(existing) = service.machines.find(&arn.machine) else { return Ok(json!({})) };
    let mut users = existing.aliases.iter().filter(|(_, alias)| alias.routes.iter().any(|(used, _)| *used == number));
    if let Some((first, _)) = users.next() {
        let names: Vec<&str> = std::iter::once(first.as_str()).chain(users.map(|(name, _)| name.as_str())).collect();
        return Err(errors::conflict(format!(
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [{}]",
            names.join(", ")
        )));
    }
    if existing.versions.contains_key(&number) {
        let mut machine = StateMachine::clone(&existing);
        machine.versions.remove(&number);
        service.machines.keep(machine, None).await?;
    }
    Ok(json!({}))
}
