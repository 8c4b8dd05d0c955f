//! Enrichment: a function or a state machine answers what goes on in place of the records.

use ::service::Platform;
use event_pattern::PipeVariables;
use serde_json::{Value, json};

use super::journal::Journal;
use super::{Failure, Record, api_destination, function, machine, transformed};
use crate::plan::{Enricher, Enrichment};

pub(super) async fn enrich(
    platform: &Platform,
    journal: &Journal<'_>,
    enrichment: &Enrichment,
    records: &[Record],
    variables: &PipeVariables<'_>,
) -> Result<Value, Failure> {
    let events: Vec<Value> = records.iter().map(|record| record.value.clone()).collect();
    let first = events.first().cloned().unwrap_or_default();
    let inputs = match &enrichment.template {
        None => events,
        Some(template) => transformed(journal, "Enrichment", template, &events, variables)?,
    };
    journal.trace("EnrichmentInvocationStarted");
    let answer = ask(platform, enrichment, &first, json!(inputs)).await;
    match &answer {
        Ok(_) => journal.trace("EnrichmentInvocationSucceeded"),
        Err(failure) => journal.failed("EnrichmentInvocationFailed", &enrichment.arn, &failure.reason),
    }
    answer
}

async fn ask(platform: &Platform, enrichment: &Enrichment, first: &Value, input: Value) -> Result<Value, Failure> {
    match &enrichment.by {
        Enricher::Function => function::invoke(platform, &enrichment.arn, input).await,
        Enricher::Machine => machine::run_to_end(platform, &enrichment.arn, &input).await,
        Enricher::ApiDestination(parameters) => {
            api_destination::ask(platform, &enrichment.arn, parameters.as_ref(), first, &input).await
        }
    }
}
