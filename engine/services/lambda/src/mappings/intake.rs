//! What a mapping takes from its source.

use std::time::Duration;

use consumer::{Filters, Intake, RetryPolicy, Source, StartingPosition};
use serde_json::{Map, Value};
use service::{Arn, Scope, ServiceError};

use super::Mapping;
use crate::error::invalid;

/// How many batches of a queue are under way at a time, unless the mapping says otherwise.
const BATCHES_OF_A_QUEUE: usize = 5;

/// Most filters of a mapping.
const FILTERS: usize = 10;

impl Mapping {
    /// What the mapping takes from its source.
    pub(crate) fn intake(&self, scope: &Scope) -> Result<Intake, ServiceError> {
        let count = |name: &str| count(&self.members, name);
        let source = if self.is_stream() {
            let is_latest = self.members.get("StartingPosition").is_some_and(|position| position == "LATEST");
            Source::Stream {
                starting_position: if is_latest { StartingPosition::Latest } else { StartingPosition::TrimHorizon },
                lanes: count("ParallelizationFactor").and_then(|lanes| usize::try_from(lanes).ok()).unwrap_or(1),
                retry: RetryPolicy {
                    most_attempts: count("MaximumRetryAttempts"),
                    most_age: count("MaximumRecordAgeInSeconds").map(Duration::from_secs),
                    bisect: self.members.get("BisectBatchOnFunctionError") == Some(&Value::Bool(true)),
                    dead_letters: dead_letters(&self.members)?,
                },
            }
        } else {
            let scaling = self.members.get("ScalingConfig").and_then(Value::as_object);
            let most = scaling.and_then(|scaling| usize::try_from(self::count(scaling, "MaximumConcurrency")?).ok());
            Source::Queue { concurrency: most.unwrap_or(BATCHES_OF_A_QUEUE) }
        };
        Ok(Intake {
            consumer: self.arn(scope),
            source_arn: self.source_arn.clone(),
            source,
            batch_size: count("BatchSize").and_then(|size| usize::try_from(size).ok()).unwrap_or(1),
            window: Duration::from_secs(count("MaximumBatchingWindowInSeconds").unwrap_or_default()),
            filters: filters(&self.members)?,
        })
    }
}

/// A number that isn't negative.
fn count(members: &Map<String, Value>, name: &str) -> Option<u64> {
    members.get(name).and_then(Value::as_u64)
}

/// The mapping's filters.
pub(super) fn filters(members: &Map<String, Value>) -> Result<Filters, ServiceError> {
    let criteria = members.get("FilterCriteria").and_then(|criteria| criteria.get("Filters")).and_then(Value::as_array);
    let filters = criteria.map_or(&[][..], Vec::as_slice);
    if filters.len() > FILTERS {
        return Err(invalid(format!("FilterCriteria can have {FILTERS} filters, there are {}", filters.len())));
    }
    let patterns = filters.iter().map(|filter| filter["Pattern"].as_str().unwrap_or_default());
    Filters::parse(patterns).map_err(|_| invalid("Invalid filter pattern definition."))
}

/// Who is told of records that are given up.
pub(super) fn dead_letters(members: &Map<String, Value>) -> Result<Option<String>, ServiceError> {
    let config = members.get("DestinationConfig");
    let destination = config.and_then(|config| config.pointer("/OnFailure/Destination")).and_then(Value::as_str);
    let Some(destination) = destination.filter(|text| !text.is_empty()) else { return Ok(None) };
    let arn: Arn = destination.parse().map_err(|_| invalid(format!("Destination is no ARN: {destination}")))?;
    match arn.service.as_str() {
        "sqs" | "sns" => Ok(Some(destination.to_owned())),
        service => {
            Err(invalid(format!("sluice sends failures of batches to SQS and SNS, not to {service}: {destination}")))
        }
    }
}
