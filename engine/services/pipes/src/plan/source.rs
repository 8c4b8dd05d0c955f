//! Where a pipe takes its records.

use std::time::Duration;

use ::service::ServiceError;

use super::definition::{Batching, SourceParameters, StreamParameters};
use super::{arn, not_built, within};
use crate::error::invalid;

#[derive(Debug)]
pub(crate) enum Source {
    Stream { starting_position: StartingPosition, retry: RetryPolicy },
    Queue,
}

/// Where a pipe begins in a stream that it has not read yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartingPosition {
    TrimHorizon,
    Latest,
}

/// What becomes of the records of a stream when they fail.
#[derive(Debug)]
pub(crate) struct RetryPolicy {
    /// `None`: as long as the stream keeps the record.
    pub(crate) most_attempts: Option<u64>,
    /// `None`: as long as the stream keeps the record.
    pub(crate) most_age: Option<Duration>,
    /// Whether a batch that fails is halved.
    pub(crate) bisect: bool,
    /// The ARN of the queue that is told of records given up.
    pub(crate) dead_letters: Option<String>,
}

impl Source {
    pub(super) fn of(source: &str, parameters: SourceParameters) -> Result<(Self, Batching), ServiceError> {
        let parsed = arn("Source", source)?;
        if let Some(other) = parameters.others.keys().next() {
            return Err(not_built("SourceParameters", other));
        }
        match (parsed.service.as_str(), parsed.resource_parts().as_slice()) {
            ("dynamodb", ["table", _, "stream", _, ..]) if parameters.queue.is_none() => {
                let parameters = parameters.stream.unwrap_or_default();
                let batching = parameters.batching;
                Ok((Self::stream(parameters)?, batching))
            }
            ("sqs", [_]) if parameters.stream.is_none() => Ok((Self::Queue, parameters.queue.unwrap_or_default())),
            ("dynamodb", ["table", _]) => {
                Err(invalid("Source", format!("must be the ARN of the table's stream, not of the table: {source}")))
            }
            ("dynamodb" | "sqs", _) => Err(invalid("SourceParameters", format!("do not fit the source {source}"))),
            (service, _) => Err(not_built("Source", &format!("a source of {service}, {source}"))),
        }
    }

    fn stream(parameters: StreamParameters) -> Result<Self, ServiceError> {
        let starting_position = match parameters.starting_position.as_deref() {
            Some("TRIM_HORIZON") => StartingPosition::TrimHorizon,
            Some("LATEST") => StartingPosition::Latest,
            Some(other) => {
                return Err(invalid("StartingPosition", format!("must be TRIM_HORIZON or LATEST, it is {other}")));
            }
            None => return Err(invalid("StartingPosition", "is required for a stream")),
        };
        let attempts = within("MaximumRetryAttempts", parameters.maximum_retry_attempts.unwrap_or(-1), -1, 10_000)?;
        let age =
            within("MaximumRecordAgeInSeconds", parameters.maximum_record_age_in_seconds.unwrap_or(-1), -1, 604_800)?;
        // Batches of a shard run one after another here, which any factor allows.
        within("ParallelizationFactor", parameters.parallelization_factor.unwrap_or(1), 1, 10)?;
        let bisect = match parameters.on_partial_batch_item_failure.as_deref() {
            None => false,
            Some("AUTOMATIC_BISECT") => true,
            Some(other) => {
                return Err(invalid("OnPartialBatchItemFailure", format!("must be AUTOMATIC_BISECT, it is {other}")));
            }
        };
        let dead_letters = parameters.dead_letter_config.and_then(|config| config.arn);
        if let Some(queue) = &dead_letters
            && arn("DeadLetterConfig", queue)?.service != "sqs"
        {
            return Err(not_built("DeadLetterConfig", &format!("dead letters elsewhere than in SQS, {queue}")));
        }
        let retry = RetryPolicy {
            most_attempts: u64::try_from(attempts).ok(),
            most_age: u64::try_from(age).ok().map(Duration::from_secs),
            bisect,
            dead_letters,
        };
        Ok(Self::Stream { starting_position, retry })
    }
}

impl Batching {
    pub(super) fn batch_size(self, source: &Source) -> Result<usize, ServiceError> {
        let default = match source {
            Source::Stream { .. } => 1,
            Source::Queue => 10,
        };
        let size = within("BatchSize", self.batch_size.unwrap_or(default), 1, 10_000)?;
        Ok(usize::try_from(size).expect("it is within its bounds"))
    }

    pub(super) fn window(self) -> Result<Duration, ServiceError> {
        let seconds = within("MaximumBatchingWindowInSeconds", self.window_seconds.unwrap_or(0), 0, 300)?;
        Ok(Duration::from_secs(u64::try_from(seconds).expect("it is within its bounds")))
    }
}
