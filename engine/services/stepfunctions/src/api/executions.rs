//! Executions: describe, list, stop.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::Input;
use super::machines::WITHHELD;
use super::paging::{self, Page};
use super::settings;
use crate::arns::{self, MachineArn, Qualifier};
use crate::errors;
use crate::machines::Kind;
use crate::runtime::{Filter, Of, Position, Redrivability, Row, STATUSES, position};
use crate::service::StepFunctions;

pub(crate) async fn describe(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let row = match input.bounded("executionArn", 256)? {
        arn if arns::is_express_child(arn) => {
            arns::parse(arn)?;
            service.runtime.find_express_child(arn).await?.ok_or_else(|| errors::no_execution(arn))?
        }
        _ => find(service, &input).await?,
    };
    let include = input.includes_data()?;
    let redrivability = service.runtime.redrivability(&row).await?;
    Ok(show(&row, include, &redrivability))
}

pub(crate) async fn redrive(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let token = input.optional_bounded("clientToken", 1, 64)?.map(str::to_owned);
    let row = find(service, &input).await?;
    match service.runtime.redrive(row, token.as_deref()).await? {
        Ok(at) => Ok(json!({"redriveDate": at.as_epoch_seconds()})),
        Err(reason) => Err(ServiceError::client("ExecutionNotRedrivable", reason)),
    }
}

pub(crate) async fn describe_machine(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let include = input.includes_data()?;
    let row = find(service, &input).await?;
    let revision = service.machines.revision(row.revision).await?;
    let name = row.machine.rsplit(':').next().unwrap_or_default();
    let mut answer = json!({
        "stateMachineArn": row.machine,
        "name": name,
        "definition": if include { &revision.definition } else { WITHHELD },
        "roleArn": revision.role_arn,
        "updateDate": revision.created_at.as_epoch_seconds(),
        "loggingConfiguration": revision.logging,
        "tracingConfiguration": {"enabled": revision.tracing},
        "encryptionConfiguration": settings::described_encryption(),
    });
    if let Some(revision_id) = &revision.revision_id {
        answer["revisionId"] = json!(revision_id);
    }
    if let Some(run) = &row.map_run {
        answer["mapRunArn"] = json!(run);
        // arn:…:mapRun:name/label:uuid
        let label = run.rsplit(':').nth(1).and_then(|name| name.split_once('/'));
        answer["label"] = json!(label.map(|(_, label)| label));
    }
    answer.as_object_mut().into_iter().for_each(|members| members.extend(revision.variable_references()));
    Ok(answer)
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let page: Page<Position> = Page::of(&input, 3096)?;
    let status = input.choice("statusFilter", STATUSES)?;
    let redriven = input.choice("redriveFilter", &["REDRIVEN", "NOT_REDRIVEN"])?.map(|wanted| wanted == "REDRIVEN");
    if status == Some("PENDING_REDRIVE") && input.get("mapRunArn").is_none() {
        return Err(ServiceError::validation("PENDING_REDRIVE can be filtered for only with a mapRunArn"));
    }
    let of = match (input.optional_bounded("stateMachineArn", 1, 256)?, input.optional_bounded("mapRunArn", 1, 2000)?) {
        (Some(machine), None) => of_machine(service, machine)?,
        (None, Some(run)) => {
            arns::check_map_run(run)?;
            Of::MapRun(service.runtime.find_map_run(run).await?.ok_or_else(|| errors::no_resource(run))?.arn)
        }
        _ => {
            return Err(ServiceError::validation("Exactly one of stateMachineArn and mapRunArn must be specified"));
        }
    };
    let filter = Filter { of, status, redriven, after: page.after, most: page.size + 1 };
    let mut rows = service.runtime.list(filter).await?;
    let more = rows.len() > page.size;
    rows.truncate(page.size);
    let of_run = input.get("mapRunArn").is_some();
    let executions: Vec<Value> = rows.iter().map(|row| listed(row, of_run)).collect();
    let mut answer = json!({"executions": executions});
    if let Some(last) = rows.last().filter(|_| more) {
        answer["nextToken"] = json!(paging::token(&position(last)));
    }
    Ok(answer)
}

/// The executions of a machine, of one of its versions, or of those started by an alias.
fn of_machine(service: &StepFunctions, text: &str) -> Result<Of, ServiceError> {
    let arn = MachineArn::parse(text)?;
    let machine = service.machines.find(&arn.machine).ok_or_else(|| errors::no_machine(text))?;
    let (known, of) = match &arn.qualifier {
        None => (true, Of::Machine(arn.machine)),
        Some(Qualifier::Version(number)) => (machine.versions.contains_key(number), Of::Version(text.to_owned())),
        Some(Qualifier::Alias(name)) => (machine.aliases.contains_key(name), Of::Alias(text.to_owned())),
    };
    if !known {
        return Err(errors::no_machine(text));
    }
    if machine.kind == Kind::Express {
        return Err(errors::type_not_supported());
    }
    Ok(of)
}

pub(crate) async fn stop(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let error = input.optional_bounded("error", 0, 256)?.map(str::to_owned);
    let cause = input.optional_bounded("cause", 0, 32_768)?.map(str::to_owned);
    let row = find(service, &input).await?;
    let stopped_at = service.runtime.stop(&row, error, cause).await?;
    Ok(json!({"stopDate": stopped_at.as_epoch_seconds()}))
}

async fn find(service: &StepFunctions, input: &Input) -> Result<Row, ServiceError> {
    let arn = input.bounded("executionArn", 256)?;
    arns::check_execution(arn)?;
    service.runtime.find(arn).await?.ok_or_else(|| errors::no_execution(arn))
}

/// A row of a list: only lists of a map run tell of it.
fn listed(row: &Row, of_run: bool) -> Value {
    let mut shown = summary(row);
    match row.items.filter(|_| of_run) {
        Some(items) => shown["itemCount"] = json!(items),
        None => drop(shown.as_object_mut().and_then(|members| members.remove("mapRunArn"))),
    }
    shown
}

/// What a list and a description have in common.
fn summary(row: &Row) -> Value {
    let mut shown = json!({
        "executionArn": row.arn,
        "stateMachineArn": row.machine,
        "name": row.name,
        "status": row.status,
        "startDate": row.started_at.as_epoch_seconds(),
        "redriveCount": row.redrive_count,
    });
    if let Some(redriven_at) = row.redrive_date {
        shown["redriveDate"] = json!(redriven_at.as_epoch_seconds());
    }
    if let Some(stopped_at) = row.stopped_at {
        shown["stopDate"] = json!(stopped_at.as_epoch_seconds());
    }
    for (name, value) in
        [("stateMachineVersionArn", &row.version), ("stateMachineAliasArn", &row.alias), ("mapRunArn", &row.map_run)]
    {
        if let Some(value) = value {
            shown[name] = json!(value);
        }
    }
    shown
}

fn show(row: &Row, include: bool, redrivability: &Redrivability) -> Value {
    let mut shown = summary(row);
    let texts = [
        ("input", Some(&row.input)),
        ("output", row.output.as_ref()),
        ("error", row.error.as_ref()),
        ("cause", row.cause.as_ref()),
        ("traceHeader", row.trace_header.as_ref()),
    ];
    for (name, text) in texts.into_iter().filter(|(name, _)| include || !matches!(*name, "input" | "output")) {
        if let Some(text) = text {
            shown[name] = json!(text);
        }
    }
    shown["inputDetails"] = json!({"included": include});
    if row.output.is_some() {
        shown["outputDetails"] = json!({"included": include});
    }
    shown["redriveStatus"] = json!(redrivability.status());
    if let Some(reason) = redrivability.reason() {
        shown["redriveStatusReason"] = json!(reason);
    }
    shown
}
