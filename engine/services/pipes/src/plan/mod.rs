//! What a pipe does, read from its definition.

mod definition;
mod enrichment;
mod log;
mod source;
mod target;

use std::str::FromStr;
use std::sync::Arc;

use ::service::{Arn, ServiceError};
use clock::Timestamp;
use consumer::{Filters, Intake, Source};
use event_pattern::{Parameter, Parameters, PipeTemplate, PipeVariables};
use serde_json::Value;

pub(crate) use enrichment::{Enricher, Enrichment};
pub(crate) use log::{Level, Log};
pub(crate) use target::{BusTarget, Invocation, LogTarget, QueueTarget, Target, TargetKind};

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
    /// Where its steps are told, and how many of them.
    pub(crate) log: Option<Log>,
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
        let home = arn("Arn", &row.arn)?;
        for (member, text) in [
            ("Source", Some(&definition.source)),
            ("Enrichment", definition.enrichment.as_ref().filter(|text| !text.is_empty())),
            ("Target", Some(&definition.target)),
        ] {
            text.map_or(Ok(()), |text| require_local(member, text, &home))?;
        }
        let log = match definition.log_configuration {
            None => None,
            Some(configuration) => Log::of(&row.name, configuration)?,
        };
        let parameters = definition.source_parameters.unwrap_or_default();
        let filters = filters(parameters.filter_criteria.as_ref())?;
        let (source, batching) = source::of(&definition.source, parameters)?;
        if let Source::Stream { retry, .. } = &source
            && let Some(taker) = &retry.dead_letters
        {
            require_local("DeadLetterConfig", taker, &home)?;
        }
        let enrichment = match definition.enrichment.as_deref() {
            None | Some("") => None,
            Some(text) => Some(Enrichment::of(text, definition.enrichment_parameters.unwrap_or_default())?),
        };
        let target = Target::of(&definition.target, definition.target_parameters.unwrap_or_default())?;
        let most = target.most_per_batch();
        let batch_size = batching.batch_size(&source, most)?;
        if let Some(most) = most
            && batch_size > most
        {
            let text = format!(
                "The configured batch size {batch_size} is greater than the max supported by the target: {most}"
            );
            return Err(invalid("BatchSize", text));
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
            log,
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
    Filters::parse(filters.iter().map(|filter| filter.pattern.as_str())).map_err(|error| {
        let told = error.to_string();
        let reason = told.strip_prefix("Event pattern is not valid. Reason: ").unwrap_or(&told);
        invalid("FilterCriteria", format!("Invalid Event Pattern. Reason: {reason}"))
    })
}

fn arn(member: &str, text: &str) -> Result<Arn, ServiceError> {
    Arn::from_str(text).map_err(|_| invalid(member, format!("must be an ARN: {text}")))
}

/// Refuses what is in another region or account: nothing of that is here, and what bears the same name here is another.
fn require_local(member: &str, text: &str, home: &Arn) -> Result<(), ServiceError> {
    let parsed = arn(member, text)?;
    if parsed.region != home.region {
        return Err(invalid(member, "Creating cross-region pipe is not permitted."));
    }
    if parsed.account != home.account {
        return Err(not_built(member, &format!("a pipe to another account than {}, {text}", home.account)));
    }
    Ok(())
}

/// A parameter that may be a path.
fn parameter(member: &str, text: Option<String>) -> Result<Option<Parameter>, ServiceError> {
    text.map(|text| Parameter::parse(&text)).transpose().map_err(|error| invalid(member, error.to_string()))
}

/// `HttpParameters`, each of which may be a path.
fn http(document: Option<&Value>) -> Result<Option<Parameters>, ServiceError> {
    document.map(Parameters::parse).transpose().map_err(|error| invalid("HttpParameters", error.to_string()))
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
