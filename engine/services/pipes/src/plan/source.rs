//! Where a pipe takes its records.

use std::time::Duration;

use ::service::ServiceError;
use consumer::{RetryPolicy, Source, StartingPosition};

use super::definition::{Batching, SourceParameters, StreamParameters};
use super::{arn, not_built, within};
use crate::error::invalid;

/// How many batches of a queue are under way at a time.
const BATCHES_OF_A_QUEUE: usize = 5;

/// How the source of a pipe is read, and in what batches.
pub(super) fn of(source: &str, parameters: SourceParameters) -> Result<(Source, Batching), ServiceError> {
    let parsed = arn("Source", source)?;
    if let Some(other) = parameters.others.keys().next() {
        return Err(not_built("SourceParameters", other));
    }
    match (parsed.service.as_str(), parsed.resource_parts().as_slice()) {
        ("dynamodb", ["table", _, "stream", _, ..]) if parameters.queue.is_none() => {
            let parameters = parameters
                .stream
                .ok_or_else(|| invalid("SourceParameters.DynamoDBStreamParameters", "Missing required parameter."))?;
            let batching = parameters.batching;
            Ok((stream(parameters)?, batching))
        }
        ("sqs", [_]) if parameters.stream.is_none() => {
            Ok((Source::Queue { concurrency: BATCHES_OF_A_QUEUE }, parameters.queue.unwrap_or_default()))
        }
        ("dynamodb", ["table", _]) => {
            Err(invalid("Source", format!("must be the ARN of the table's stream, not of the table: {source}")))
        }
        ("dynamodb" | "sqs", _) => Err(invalid("SourceParameters", "Invalid source parameter provided for source.")),
        (service, _) => Err(not_built("Source", &format!("a source of {service}, {source}"))),
    }
}

fn stream(parameters: StreamParameters) -> Result<Source, ServiceError> {
    let starting_position = match parameters.starting_position.as_deref() {
        Some("TRIM_HORIZON") => StartingPosition::TrimHorizon,
        Some("LATEST") => StartingPosition::Latest,
        Some(other) => {
            return Err(invalid("StartingPosition", format!("must be TRIM_HORIZON or LATEST, it is {other}")));
        }
        None => return Err(invalid("StartingPosition", "is required for a stream")),
    };
    let attempts = within("MaximumRetryAttempts", parameters.maximum_retry_attempts.unwrap_or(-1), -1, 10_000)?;
    let age = within("MaximumRecordAgeInSeconds", parameters.maximum_record_age_in_seconds.unwrap_or(-1), -1, 604_800)?;
    let lanes = within("ParallelizationFactor", parameters.parallelization_factor.unwrap_or(1), 1, 10)?;
    let bisect = match parameters.on_partial_batch_item_failure.as_deref() {
        None => false,
        Some("AUTOMATIC_BISECT") => true,
        Some(other) => {
            return Err(invalid("OnPartialBatchItemFailure", format!("must be AUTOMATIC_BISECT, it is {other}")));
        }
    };
    let dead_letters = parameters.dead_letter_config.and_then(|config| config.arn);
    if let Some(taker) = &dead_letters
        && !["sqs", "sns"].contains(&arn("DeadLetterConfig", taker)?.service.as_str())
    {
        return Err(invalid("DeadLetterConfig", format!("must be the ARN of a queue or a topic: {taker}")));
    }
    let retry = RetryPolicy {
        most_attempts: u64::try_from(attempts).ok(),
        most_age: u64::try_from(age).ok().map(Duration::from_secs),
        bisect,
        dead_letters,
    };
    let lanes = usize::try_from(lanes).expect("it is within its bounds");
    Ok(Source::Stream { starting_position, lanes, retry })
}

impl Batching {
    pub(super) fn batch_size(self, source: &Source, most: Option<usize>) -> Result<usize, ServiceError> {
        let default = match source {
            Source::Stream { .. } => 1,
            Source::Queue { .. } if most == Some(1) => 1,
            Source::Queue { .. } => 10,
        };
        let size = within("BatchSize", self.batch_size.unwrap_or(default), 1, 10_000)?;
        Ok(usize::try_from(size).expect("it is within its bounds"))
    }

    pub(super) fn window(self) -> Result<Duration, ServiceError> {
        let seconds = within("MaximumBatchingWindowInSeconds", self.window_seconds.unwrap_or(0), 0, 300)?;
        Ok(Duration::from_secs(u64::try_from(seconds).expect("it is within its bounds")))
    }
}
