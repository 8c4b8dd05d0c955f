//! Map runs: describe and list.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::Input;
use super::paging::{self, Page};
use crate::arns;
use crate::errors;
use crate::runtime::{Counts, Record, Settings};
use crate::service::StepFunctions;

pub(crate) async fn describe(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("mapRunArn", 2000)?;
    arns::check_map_run(arn)?;
    let record = service.runtime.find_map_run(arn).await?.ok_or_else(|| errors::no_resource(arn))?;
    let mut answer = json!({
        "mapRunArn": record.arn,
        "executionArn": record.execution,
        "status": record.status,
        "startDate": record.started_at.as_epoch_seconds(),
        "maxConcurrency": record.max_concurrency,
        "toleratedFailureCount": record.tolerated_count.unwrap_or(0),
        "toleratedFailurePercentage": record.tolerated_percentage.unwrap_or(0.0),
        "itemCounts": counts(&record.items),
        "executionCounts": counts(&record.executions),
        "redriveCount": record.redrive_count,
    });
    if let Some(redriven_at) = record.redrive_date {
        answer["redriveDate"] = json!(redriven_at.as_epoch_seconds());
    }
    if let Some(stopped_at) = record.stopped_at {
        answer["stopDate"] = json!(stopped_at.as_epoch_seconds());
    }
    Ok(answer)
}

pub(crate) async fn update(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("mapRunArn", 2000)?;
    arns::check_map_run(arn)?;
    let settings = Settings {
        max_concurrency: input.number("maxConcurrency", i32::MAX as u64)?,
        tolerated_count: input.number("toleratedFailureCount", i64::MAX as u64)?,
        tolerated_percentage: input.float("toleratedFailurePercentage", (0.0, 100.0))?,
    };
    service.runtime.find_map_run(arn).await?.ok_or_else(|| errors::no_resource(arn))?;
    match service.runtime.update_map_run(arn, settings).await? {
        true => Ok(json!({})),
        false => Err(ServiceError::validation("Map Run is not running and cannot be updated")),
    }
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("executionArn", 256)?;
    let page: Page<(i64, String)> = Page::of(&input, 1024)?;
    arns::check_execution(arn)?;
    if service.runtime.find(arn).await?.is_none() {
        return Err(errors::no_execution(arn));
    }
    let key = |record: &Record| (record.started_at.as_millis(), record.arn.clone());
    let mut records = service.runtime.map_runs_of(arn).await?;
    records.sort_by_key(key);
    let (records, next) = paging::cut(records.into_iter(), &page, key);
    let runs: Vec<Value> = records.iter().map(summary).collect();
    let mut answer = json!({"mapRuns": runs});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

fn summary(record: &Record) -> Value {
    let machine = record.arn.rsplit_once(':').map_or("", |(base, _)| base).replacen(":mapRun:", ":stateMachine:", 1);
    let mut shown = json!({
        "executionArn": record.execution,
        "mapRunArn": record.arn,
        "stateMachineArn": machine,
        "startDate": record.started_at.as_epoch_seconds(),
    });
    if let Some(stopped_at) = record.stopped_at {
        shown["stopDate"] = json!(stopped_at.as_epoch_seconds());
    }
    shown
}

fn counts(counts: &Counts) -> Value {
    json!({
        "pending": counts.pending(),
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total,
        "resultsWritten": counts.written,
        "failuresNotRedrivable": counts.not_redrivable,
        "pendingRedrive": counts.pending_redrive(),
    })
}
