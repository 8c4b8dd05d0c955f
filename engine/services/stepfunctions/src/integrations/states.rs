//! `arn:aws:states:::states:startExecution`, also with `.sync`, `.sync:2` and `.waitForTaskToken`.

use asl::{Cause, Pattern, Payload, Phase, TaskId};
use clock::Timestamp;
use serde_json::{Map, Value, json};

use super::envelope::{self, Headers};
use super::failure::{Failure, STATES};
use super::{Attempt, as_text, payload};
use crate::runtime::{Redrivability, Row};

pub(super) async fn start_execution(attempt: &Attempt<'_>, pattern: Pattern) -> Result<Payload, Failure> {
    let mut given = attempt.parameters();
    as_text(&mut given, "Input");
    let request: Map<String, Value> = given.into_iter().map(|(name, value)| (lower_first(&name), value)).collect();
    let answer = attempt.platform.services.call("states", "StartExecution", Value::Object(request)).await;
    let answer = answer.map_err(|error| STATES.failure(&error))?;
    let arn = answer["executionArn"].as_str().unwrap_or_default();
    if matches!(pattern, Pattern::Sync | Pattern::Sync2) && arn.split(':').nth(5) == Some("express") {
        return Err(Failure {
            error: "States.TaskFailed".to_owned(),
            cause: format!("the end of an Express execution cannot be waited for: {arn}"),
        });
    }
    let started_at = Timestamp::from_epoch_seconds(answer["startDate"].as_f64().unwrap_or_default());
    let mut members = Map::new();
    members.insert("ExecutionArn".to_owned(), json!(arn));
    members.insert("StartDate".to_owned(), json!(started_at.as_millis()));
    // The length of the answer on AWS, which spells the moment with an exponent and without trailing zeros: `1.795254503123E9`.
    let length = format!("{{\"executionArn\":\"{arn}\",\"startDate\":{:E}}}", started_at.as_epoch_seconds()).len();
    let id = uuid::Uuid::new_v4().to_string();
    let content = ("application/x-amz-json-1.0", length);
    let headers = Headers::new("connection", ("x-amzn-RequestId", &id), content, attempt.platform.clock.now());
    Ok(payload(&envelope::wrap(members, &headers, 200, &id)))
}

/// The ARN of the execution, or of the job of MediaConvert, that a submitted task waits for.
pub(crate) fn child_arn(submitted: &Payload) -> Option<String> {
    let submitted = submitted.value();
    let job = || submitted.get("Job").and_then(|job| job.get("Arn"));
    submitted.get("ExecutionArn").or_else(job).and_then(|arn| arn.as_str()).map(str::to_owned)
}

/// What the end of a child means to the task that waits for it.
pub(crate) fn child_ended(task: TaskId, pattern: Pattern, child: &Row) -> Cause {
    let json_text = |text: &str| match pattern {
        Pattern::Sync2 => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        _ => json!(text),
    };
    let mut told = Map::new();
    let mut tell = |name: &str, value: Value| drop(told.insert(name.to_owned(), value));
    if let Some(cause) = &child.cause {
        tell("Cause", json!(cause));
    }
    if let Some(error) = &child.error {
        tell("Error", json!(error));
    }
    tell("ExecutionArn", json!(child.arn));
    tell("Input", json_text(&child.input));
    tell("InputDetails", json!({"Included": true}));
    tell("Name", json!(child.name));
    if let Some(output) = &child.output {
        tell("Output", json_text(output));
        tell("OutputDetails", json!({"Included": true}));
    }
    let redrivability = Redrivability::of_status(child);
    tell("RedriveCount", json!(child.redrive_count));
    if let Some(at) = child.redrive_date {
        tell("RedriveDate", json!(at.as_millis()));
    }
    tell("RedriveStatus", json!(redrivability.status()));
    if let Some(reason) = redrivability.reason() {
        tell("RedriveStatusReason", json!(reason));
    }
    tell("StartDate", json!(child.started_at.as_millis()));
    if let Some(alias) = &child.alias {
        tell("StateMachineAliasArn", json!(alias));
    }
    tell("StateMachineArn", json!(child.machine));
    if let Some(version) = &child.version {
        tell("StateMachineVersionArn", json!(version));
    }
    tell("Status", json!(child.status));
    tell("StopDate", json!(child.stopped_at.map(Timestamp::as_millis)));
    let told = Value::Object(told);
    if child.status == "SUCCEEDED" {
        return Cause::TaskSucceeded { task, output: payload(&told) };
    }
    let error = Some("States.TaskFailed".to_owned());
    Cause::TaskFailed { task, error, cause: Some(asl::Value::from(&told).to_text()), phase: Phase::Run }
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
