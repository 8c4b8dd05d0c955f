//! Enrichment: a function or a state machine answers what goes on in place of the records.

use ::service::Platform;
use event_pattern::PipeVariables;
use serde_json::{Value, json};

use super::{Failure, Record, api_destination, function, machine, not_json};
use crate::plan::{Enricher, Enrichment};

pub(super) async fn enrich(
    platform: &Platform,
    enrichment: &Enrichment,
    records: &[Record],
    variables: &PipeVariables<'_>,
) -> Result<Value, Failure> {
    let inputs = records.iter().map(|record| match &enrichment.template {
        None => Ok(record.value.clone()),
        Some(template) => template.render(&record.value, variables).map_err(|text| not_json("enrichment", &text)),
    });
    let input = json!(inputs.collect::<Result<Vec<_>, _>>()?);
    match &enrichment.by {
        Enricher::Function => function::invoke(platform, &enrichment.arn, input).await,
        Enricher::Machine => machine::run_to_end(platform, &enrichment.arn, &input).await,
        Enricher::ApiDestination(parameters) => {
            api_destination::ask(platform, &enrichment.arn, parameters, &input).await
        }
    }
}
