//! What a pipe does, read from its definition.

mod definition;
mod enrichment;
mod source;
mod target;

use std::str::FromStr;
use std::sync::Arc;

use ::service::{Arn, ServiceError};
use clock::Timestamp;
use consumer::{Filters, Intake};
use event_pattern::{PipeTemplate, PipeVariables};

pub(crate) use enrichment::{Enricher, Enrichment};
pub(crate) use target::{BusTarget, Dynamic, Invocation, LogTarget, QueueTarget, Target, TargetKind};

use crate::error::invalid;
use crate::tables::PipeRow;
use definition::{Definition, FilterCriteria};

/// What a pipe does.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) created_at: Timestamp,
    pub(crate) intake: Arc<Intake>,
    pub(crate) enrichment: Option<Enrichment>,
    pub(crate) target: Target,
}

impl Plan {
    /// Reads and checks the definition of a pipe.
    ///
    /// # Errors
    /// `ValidationException`, which names the member and, for what AWS has and the engine doesn't, the thing itself.
    pub(crate) fn of(row: &PipeRow) -> Result<Arc<Self>, ServiceError> {
        let definition: Definition = serde_json::from_value(row.definition.clone())
            .map_err(|error| ServiceError::validation(error.to_string()))?;
        definition.check()?;
        let parameters = definition.source_parameters.unwrap_or_default();
        let filters = filters(parameters.filter_criteria.as_ref())?;
        let (source, batching) = source::of(&definition.source, parameters)?;
        let enrichment = match definition.enrichment.as_deref() {
            None | Some("") => None,
            Some(text) => Some(Enrichment::of(text, definition.enrichment_parameters.unwrap_or_default())?),
        };
        let target = Target::of(&definition.target, definition.target_parameters.unwrap_or_default())?;
        let batch_size = batching.batch_size(&source)?;
        if let Some(most) = target.most_per_call()
            && batch_size > most
        {
            return Err(invalid("BatchSize", format!("must be at most {most} for the target {}", definition.target)));
        }
        Ok(Arc::new(Self {
            name: row.name.clone(),
            arn: row.arn.clone(),
            created_at: row.created_at,
            intake: Arc::new(Intake {
                consumer: row.arn.clone(),
                source_arn: definition.source,
                source,
                batch_size,
                window: batching.window()?,
                filters,
            }),
            enrichment,
            target,
        }))
    }

    /// What the pipe's templates may mention.
    pub(crate) fn variables<'a>(&'a self, ingestion_time: &'a str) -> PipeVariables<'a> {
        PipeVariables {
            pipe_arn: &self.arn,
            pipe_name: &self.name,
            source_arn: &self.intake.source_arn,
            enrichment_arn: self.enrichment.as_ref().map_or("", |enrichment| &enrichment.arn),
            target_arn: &self.target.arn,
            ingestion_time,
        }
    }
}

fn filters(criteria: Option<&FilterCriteria>) -> Result<Filters, ServiceError> {
    let filters = criteria.map_or(&[][..], |criteria| &criteria.filters);
    if filters.len() > 5 {
        return Err(invalid("FilterCriteria", format!("must have at most 5 filters, there are {}", filters.len())));
    }
    Filters::parse(filters.iter().map(|filter| filter.pattern.as_str()))
        .map_err(|error| invalid("FilterCriteria", format!("Invalid filter pattern definition. {error}")))
}

fn arn(member: &str, text: &str) -> Result<Arn, ServiceError> {
    Arn::from_str(text).map_err(|_| invalid(member, format!("must be an ARN: {text}")))
}

fn template(member: &str, text: Option<&str>) -> Result<Option<PipeTemplate>, ServiceError> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => PipeTemplate::parse(text).map(Some).map_err(|error| invalid(member, error.to_string())),
    }
}

/// An integer within AWS's bounds.
fn within(member: &str, value: i64, least: i64, most: i64) -> Result<i64, ServiceError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(invalid(member, format!("must be between {least} and {most}, it is {value}")))
    }
}

/// Refuses what AWS has and the engine doesn't.
fn not_built(member: &str, what: &str) -> ServiceError {
    invalid(member, format!("sluice does not implement this yet: {what}"))
}
