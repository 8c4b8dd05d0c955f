//! Aliases of state machines.

use std::sync::Arc;

use serde_json::{Value, json};
use service::ServiceError;

use super::input::{self, Input};
use super::paging::{self, Page};
use super::routing;
use crate::arns::{MachineArn, Qualifier};
use crate::errors;
use crate::machines::{Alias, StateMachine};
use crate::service::StepFunctions;

/// Versions with their weights.
type Routes = Vec<(u64, u64)>;

const NAME_PATTERN: &str = r"satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$";

pub(crate) async fn create(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let name = input.required_text("name")?;
    check_name(name)?;
    let description = input.optional_bounded("description", 0, 256)?.map(str::to_owned);
    let (arn, routes) = routes(&input)?.ok_or_else(|| errors::missing("routingConfiguration"))?;
    let _changing = service.machines.changing().await;
    let existing = service.machines.find(&arn).ok_or_else(errors::no_reference)?;
    check_versions(&existing, &routes)?;
    let now = service.platform.clock.now();
    if let Some(alias) = existing.aliases.get(name) {
        if alias.routes != routes || alias.description != description {
            return Err(errors::conflict(
                "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
            ));
        }
        return Ok(created(&existing, name, alias));
    }
    let mut machine = StateMachine::clone(&existing);
    let alias = Alias { created_at: now, updated_at: now, description, routes };
    let answer = created(&machine, name, &alias);
    machine.aliases.insert(name.to_owned(), alias);
    service.machines.keep(machine, None).await?;
    Ok(answer)
}

pub(crate) async fn update(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let (machine, name) = read(&input)?;
    let description = input.optional_bounded("description", 0, 256)?.map(str::to_owned);
    let routes = routes(&input)?;
    if description.is_none() && routes.is_none() {
        return Err(ServiceError::validation("Either the description or the routing configuration must be specified"));
    }
    let _changing = service.machines.changing().await;
    let existing = service.machines.find(&machine).ok_or_else(errors::no_reference)?;
    let mut machine = StateMachine::clone(&existing);
    let now = service.platform.clock.now();
    let alias = machine.aliases.get_mut(&name).ok_or_else(errors::no_reference)?;
    if let Some((arn, routes)) = routes {
        if arn != existing.arn {
            return Err(ServiceError::validation(
                "Routing configuration must contain versions of the alias's state machine",
            ));
        }
        check_versions(&existing, &routes)?;
        alias.routes = routes;
    }
    if description.is_some() {
        alias.description = description;
    }
    alias.updated_at = now;
    service.machines.keep(machine, None).await?;
    Ok(json!({"updateDate": now.as_epoch_seconds()}))
}

pub(crate) async fn describe(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let (machine, name) = read(&input)?;
    let machine = service.machines.find(&machine).ok_or_else(errors::no_reference)?;
    let alias = machine.aliases.get(&name).ok_or_else(errors::no_reference)?;
    let routes: Vec<Value> = alias
        .routes
        .iter()
        .map(|(version, weight)| json!({"stateMachineVersionArn": machine.version_arn(*version), "weight": weight}))
        .collect();
    let mut answer = json!({
        "stateMachineAliasArn": machine.alias_arn(&name),
        "name": name,
        "routingConfiguration": routes,
        "creationDate": alias.created_at.as_epoch_seconds(),
        "updateDate": alias.updated_at.as_epoch_seconds(),
    });
    if let Some(description) = &alias.description {
        answer["description"] = json!(description);
    }
    Ok(answer)
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let page: Page<(i64, String)> = Page::of(&input, 1024)?;
    let text = input.bounded("stateMachineArn", 256)?;
    let arn = MachineArn::parse(text)?;
    let machine = service.machines.find(&arn.machine).ok_or_else(|| errors::no_machine(text))?;
    let routed = |alias: &Alias| match arn.qualifier {
        Some(Qualifier::Version(version)) => alias.routes.iter().any(|(used, _)| *used == version),
        _ => true,
    };
    let mut aliases: Vec<_> = machine.aliases.iter().filter(|(_, alias)| routed(alias)).collect();
    let key = |(name, alias): &(&String, &Alias)| (alias.created_at.as_millis(), (*name).clone());
    aliases.sort_by_key(key);
    let (aliases, next) = paging::cut(aliases.into_iter(), &page, key);
    let aliases: Vec<Value> = aliases.into_iter().map(|(name, alias)| created(&machine, name, alias)).collect();
    let mut answer = json!({"stateMachineAliases": aliases});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

pub(crate) async fn delete(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let (machine, name) = read(&input)?;
    let _changing = service.machines.changing().await;
    let existing: Arc<StateMachine> = service.machines.find(&machine).ok_or_else(errors::no_reference)?;
    let mut machine = StateMachine::clone(&existing);
    machine.aliases.remove(&name).ok_or_else(errors::no_reference)?;
    service.machines.keep(machine, None).await?;
    Ok(json!({}))
}

fn created(machine: &StateMachine, name: &str, alias: &Alias) -> Value {
    json!({
        "stateMachineAliasArn": machine.alias_arn(name),
        "creationDate": alias.created_at.as_epoch_seconds(),
    })
}

/// The machine's ARN and the alias's name.
fn read(input: &Input) -> Result<(String, String), ServiceError> {
    let arn = MachineArn::parse(input.bounded("stateMachineAliasArn", 256)?)?;
    match arn.qualifier {
        Some(Qualifier::Alias(name)) => Ok((arn.machine, name)),
        _ => Err(errors::no_reference()),
    }
}

fn check_name(name: &str) -> Result<(), ServiceError> {
    input::check_length("name", name, 1, 80)?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    if !name.chars().all(allowed) || name.chars().all(|character| character.is_ascii_digit()) {
        return Err(errors::constraint(&format!("'{name}'"), "name", NAME_PATTERN));
    }
    Ok(())
}

/// The machine's ARN, and versions with their weights.
fn routes(input: &Input) -> Result<Option<(String, Routes)>, ServiceError> {
    let Some(given) = input.list("routingConfiguration")? else { return Ok(None) };
    let given = routing::read(given)?;
    let mut machine = None;
    let mut routes = Vec::new();
    for (text, weight) in &given {
        let arn = MachineArn::parse(text)?;
        let Some(Qualifier::Version(version)) = arn.qualifier else { return Err(routing::not_versions(&given)) };
        if *machine.get_or_insert_with(|| arn.machine.clone()) != arn.machine {
            return Err(ServiceError::validation("Routing configuration must contain versions of one state machine"));
        }
        routes.push((version, *weight));
    }
    Ok(machine.map(|machine| (machine, routes)))
}

fn check_versions(machine: &StateMachine, routes: &[(u64, u64)]) -> Result<(), ServiceError> {
    if routes.iter().all(|(version, _)| machine.versions.contains_key(version)) {
        Ok(())
    } else {
        Err(errors::no_reference())
    }
}
