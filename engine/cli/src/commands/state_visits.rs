//! An execution's history folded into visits of states: what `sluice executions show` prints.

use std::collections::HashMap;

use aws_sdk_sfn::types::HistoryEvent;
use clock::Timestamp;
use serde::Serialize;

use crate::client::timestamp;

/// One visit of a state.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateVisit {
    /// The state's name.
    pub(crate) state: String,
    /// Its type: `Task`, `Wait`.
    pub(crate) kind: String,
    /// When it was entered.
    pub(crate) entered: String,
    /// How long it took; absent while it goes on.
    pub(crate) milliseconds: Option<i64>,
    /// `SUCCEEDED`, `FAILED`, `CAUGHT` or `RUNNING`.
    pub(crate) status: &'static str,
    /// Attempts of a task, or iterations of a map.
    pub(crate) attempts: usize,
    /// Input as JSON text.
    pub(crate) input: Option<String>,
    /// Output as JSON text.
    pub(crate) output: Option<String>,
    /// The last error and its cause.
    pub(crate) error: Option<String>,
    #[serde(skip)]
    pub(crate) entered_at: Timestamp,
}

/// The visits in the order in which the states were entered.
pub(crate) fn visits(events: &[HistoryEvent]) -> Vec<StateVisit> {
    let mut visits: Vec<StateVisit> = Vec::new();
    // Which visit an event belongs to: a state's events follow each other by `previousEventId`.
    let mut visit_of: HashMap<i64, usize> = HashMap::new();
    for event in events {
        let moment = timestamp(event.timestamp());
        let kind = event.r#type().as_str();
        if let (Some(entered), Some(state_type)) =
            (event.state_entered_event_details(), kind.strip_suffix("StateEntered"))
        {
            visit_of.insert(event.id(), visits.len());
            visits.push(StateVisit {
                state: entered.name().to_owned(),
                kind: state_type.to_owned(),
                entered: moment.to_rfc3339_millis(),
                milliseconds: None,
                status: "RUNNING",
                attempts: 0,
                input: entered.input().map(str::to_owned),
                output: None,
                error: None,
                entered_at: moment,
            });
            continue;
        }
        let Some(index) = visit_of.get(&event.previous_event_id()).copied() else { continue };
        visit_of.insert(event.id(), index);
        let visit = &mut visits[index];
        if kind.ends_with("Scheduled") || kind == "MapIterationStarted" {
            visit.attempts += 1;
            // A redrive goes on with a visit that had failed.
            (visit.status, visit.milliseconds) = ("RUNNING", None);
        }
        if let Some((error, cause)) = failure(event) {
            visit.error = Some(match cause {
                Some(cause) => format!("{error}: {cause}"),
                None => error,
            });
        }
        if kind.ends_with("Succeeded") {
            // An earlier attempt's error is history once another attempt has succeeded.
            visit.error = None;
        }
        if kind.ends_with("StateExited") {
            visit.status = if visit.error.is_some() { "CAUGHT" } else { "SUCCEEDED" };
            visit.milliseconds = Some(moment.as_millis() - visit.entered_at.as_millis());
            visit.output = event.state_exited_event_details().and_then(|exited| exited.output()).map(str::to_owned);
        } else if matches!(kind, "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted") {
            visit.status = "FAILED";
            visit.milliseconds = Some(moment.as_millis() - visit.entered_at.as_millis());
        }
    }
    visits
}

fn failure(event: &HistoryEvent) -> Option<(String, Option<String>)> {
    macro_rules! first_of {
        ($($details:ident),* $(,)?) => {
            $(if let Some(details) = event.$details() {
                return Some((details.error().unwrap_or("error").to_owned(), details.cause().map(str::to_owned)));
            })*
        };
    }
    first_of!(
        task_failed_event_details,
        task_timed_out_event_details,
        task_start_failed_event_details,
        task_submit_failed_event_details,
        lambda_function_failed_event_details,
        lambda_function_timed_out_event_details,
        lambda_function_schedule_failed_event_details,
        lambda_function_start_failed_event_details,
        activity_failed_event_details,
        activity_timed_out_event_details,
        activity_schedule_failed_event_details,
        map_run_failed_event_details,
        evaluation_failed_event_details,
        execution_failed_event_details,
        execution_timed_out_event_details,
        execution_aborted_event_details,
    );
    None
}
