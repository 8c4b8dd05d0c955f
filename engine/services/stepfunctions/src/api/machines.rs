//! State machines: create, update, describe, list, delete.

use std::sync::Arc;

use clock::Timestamp;
use serde_json::{Value, json};
use service::{Arn, ServiceError};

use super::input::{self, Input};
use super::label;
use super::paging::{self, Page};
use super::settings;
use super::tags;
use crate::arns::{MachineArn, Qualifier};
use crate::errors;
use crate::machines::{self, Finding, Kind, Revision, StateMachine};
use crate::service::StepFunctions;

const DEFINITION_LIMIT: usize = 1_048_576;

/// The definition of descriptions that leave it out.
pub(super) const WITHHELD: &str = "{}";

pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Standard => "STANDARD",
        Kind::Express => "EXPRESS",
    }
}

pub(crate) async fn create(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let name = input.required_text("name")?;
    let definition = input.bounded("definition", DEFINITION_LIMIT)?;
    let role_arn = input.bounded("roleArn", 256)?;
    let kind = match input.choice("type", &["STANDARD", "EXPRESS"])? {
        Some("EXPRESS") => Kind::Express,
        _ => Kind::Standard,
    };
    let publish = input.boolean("publish")?.unwrap_or(false);
    let description = input.optional_bounded("versionDescription", 0, 256)?.map(str::to_owned);
    if description.is_some() && !publish {
        return Err(ServiceError::validation("Version description can only be set when publish is true"));
    }
    let (logging, tracing) = (settings::logging(&input)?, settings::tracing(&input)?);
    settings::encryption(&input)?;
    input::check_name(name)?;
    let role_arn = check_role(role_arn)?;
    let tags = tags::read(input.list("tags")?)?;
    let machine = parse(service, kind, definition)?;
    let logging = machines::check_logging(&service.platform.services, logging).await?;
    let mut revision = Revision::new(definition.to_owned(), machine, role_arn, logging, tracing.unwrap_or(false));

    let _changing = service.machines.changing().await;
    let arn = service.platform.scope.arn("states", format_args!("stateMachine:{name}"));
    let now = service.platform.clock.now();
    if let Some(existing) = service.machines.find(&arn) {
        return create_again(service, &existing, kind, &revision, publish, description, now).await;
    }
    revision.created_at = now;
    let mut machine = StateMachine {
        arn: arn.clone(),
        name: name.to_owned(),
        kind,
        created_at: now,
        revision: 0,
        next_version: 1,
        versions: std::collections::BTreeMap::new(),
        aliases: std::collections::BTreeMap::new(),
        tags,
    };
    let version = publish.then(|| machine.publish(description, now));
    let machine = service.machines.keep(machine, Some(revision)).await?;
    Ok(created(&machine, version))
}

/// Creating what is already there is no error when it is the same; otherwise it is, by name.
async fn create_again(
    service: &StepFunctions,
    existing: &StateMachine,
    kind: Kind,
    revision: &Revision,
    publish: bool,
    description: Option<String>,
    now: Timestamp,
) -> Result<Value, ServiceError> {
    let current = service.machines.revision(existing.revision).await?;
    if existing.kind != kind || !current.is_what_was_created(revision) {
        return Err(ServiceError::client(
            "StateMachineAlreadyExists",
            format!("State Machine Already Exists: '{}'", existing.arn),
        ));
    }
    if !publish {
        return Ok(created(existing, None));
    }
    let mut machine = existing.clone();
    let version = machine.publish(description, now);
    let machine = service.machines.keep(machine, None).await?;
    Ok(created(&machine, Some(version)))
}

fn created(machine: &StateMachine, version: Option<u64>) -> Value {
    let mut answer = json!({"stateMachineArn": machine.arn, "creationDate": machine.created_at.as_epoch_seconds()});
    if let Some(version) = version {
        answer["stateMachineVersionArn"] = json!(machine.version_arn(version));
    }
    answer
}

pub(crate) async fn update(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let text = input.bounded("stateMachineArn", 256)?;
    let arn = MachineArn::unqualified(text)?;
    let definition = input.optional_bounded("definition", 1, DEFINITION_LIMIT)?;
    let role_arn = input.optional_bounded("roleArn", 1, 256)?.map(check_role).transpose()?;
    let publish = input.boolean("publish")?.unwrap_or(false);
    let description = input.optional_bounded("versionDescription", 0, 256)?.map(str::to_owned);
    if description.is_some() && !publish {
        return Err(ServiceError::validation("Version description can only be set when publish is true"));
    }
    let (logging, tracing) = (settings::logging(&input)?, settings::tracing(&input)?);
    let configures = settings::encryption(&input)? || logging.is_some() || tracing.is_some();
    if definition.is_none() && role_arn.is_none() && !configures && !publish {
        return Err(ServiceError::client(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration or the EncryptionConfiguration must be specified",
        ));
    }

    let _changing = service.machines.changing().await;
    let existing = service.machines.find(&arn).ok_or_else(|| errors::no_machine(text))?;
    let current = service.machines.revision(existing.revision).await?;
    let machine = match definition {
        Some(definition) => parse(service, existing.kind, definition)?,
        None => current.machine()?,
    };
    let mut revision = Revision::new(
        definition.unwrap_or(&current.definition).to_owned(),
        machine,
        role_arn.unwrap_or_else(|| current.role_arn.clone()),
        match logging {
            Some(_) => machines::check_logging(&service.platform.services, logging).await?,
            None => current.logging.clone(),
        },
        tracing.unwrap_or(current.tracing),
    );
    let now = service.platform.clock.now();
    let mut machine = StateMachine::clone(&existing);
    let new = if current.is_same(&revision) {
        None
    } else {
        revision.revision_id = Some(uuid::Uuid::new_v4().to_string());
        revision.created_at = now;
        machine.revision = 0;
        Some(revision)
    };
    let version = publish.then(|| machine.publish(description, now));
    let machine = service.machines.keep(machine, new).await?;
    let current = service.machines.revision(machine.revision).await?;
    let mut answer = json!({"updateDate": now.as_epoch_seconds()});
    if let Some(revision_id) = &current.revision_id {
        answer["revisionId"] = json!(revision_id);
    }
    if let Some(version) = version {
        answer["stateMachineVersionArn"] = json!(machine.version_arn(version));
    }
    Ok(answer)
}

pub(crate) async fn describe(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let text = input.bounded("stateMachineArn", 256)?;
    let include = input.includes_data()?;
    let arn = MachineArn::parse(text)?;
    let machine = service.machines.find(&arn.machine).ok_or_else(|| errors::no_machine(text))?;
    let version = match &arn.qualifier {
        None => None,
        Some(Qualifier::Version(number)) => Some(machine.versions.get(number).ok_or_else(|| errors::no_machine(text))?),
        Some(Qualifier::Alias(_)) => return Err(errors::no_machine(text)),
    };
    let number = version.map_or(machine.revision, |version| version.revision);
    let revision = service.machines.revision(number).await?;
    let mut answer = json!({
        "stateMachineArn": text,
        "name": machine.name,
        "status": "ACTIVE",
        "definition": if include { &revision.definition } else { WITHHELD },
        "roleArn": revision.role_arn,
        "type": kind_name(machine.kind),
        "creationDate": version.map_or(machine.created_at, |version| version.created_at).as_epoch_seconds(),
        "loggingConfiguration": revision.logging,
        "tracingConfiguration": {"enabled": revision.tracing},
        "encryptionConfiguration": settings::described_encryption(),
    });
    if let Some(revision_id) = &revision.revision_id {
        answer["revisionId"] = json!(revision_id);
    }
    answer.as_object_mut().into_iter().for_each(|members| members.extend(revision.variable_references()));
    if let Some(description) = version.and_then(|version| version.description.as_ref()) {
        answer["description"] = json!(description);
    }
    Ok(answer)
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let page: Page<String> = Page::of(&input, 1024)?;
    let (machines, next) =
        paging::cut(service.machines.all().into_iter(), &page, |machine: &Arc<StateMachine>| machine.arn.clone());
    let machines: Vec<Value> = machines
        .iter()
        .map(|machine| {
            json!({
                "stateMachineArn": machine.arn,
                "name": machine.name,
                "type": kind_name(machine.kind),
                "creationDate": machine.created_at.as_epoch_seconds(),
            })
        })
        .collect();
    let mut answer = json!({"stateMachines": machines});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

pub(crate) async fn delete(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = MachineArn::unqualified(input.bounded("stateMachineArn", 256)?)?;
    let _changing = service.machines.changing().await;
    if service.machines.find(&arn).is_some() {
        service.machines.remove(arn.clone()).await?;
        service.runtime.stop_all_of(&arn).await?;
    }
    Ok(json!({}))
}

/// Parses and checks a definition; what is wrong with it is told in AWS's words, where AWS has any.
fn parse(service: &StepFunctions, kind: Kind, definition: &str) -> Result<Arc<asl::Machine>, ServiceError> {
    let refused = |message: String| ServiceError::client("InvalidDefinition", message);
    let machine = asl::Machine::parse(definition)
        .map_err(|invalid| refused(label::refusal(&invalid, definition).unwrap_or_else(|| invalid.to_string())))?;
    match machines::check_resources(&service.platform.services, kind, &machine) {
        Ok(()) => Ok(Arc::new(machine)),
        Err(Finding::Invalid(invalid)) => Err(refused(invalid.to_string())),
        Err(Finding::NotBuilt(message)) => Err(refused(message)),
    }
}

fn check_role(text: &str) -> Result<String, ServiceError> {
    let parsed: Result<Arn, _> = text.parse();
    match parsed {
        Ok(_) => Ok(text.to_owned()),
        Err(_) if text.starts_with("arn:") => Err(errors::invalid_arn(format_args!("Invalid ARN: {text}"))),
        Err(_) => Err(errors::invalid_arn(format_args!("Invalid ARN prefix: {text}"))),
    }
}
