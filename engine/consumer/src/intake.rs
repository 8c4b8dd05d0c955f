//! What a consumer takes, and what becomes of records that fail.

use std::time::Duration;

use crate::Filters;

/// What a consumer takes.
#[derive(Debug)]
pub struct Intake {
    /// The consumer's ARN: its checkpoints are kept under it.
    pub consumer: String,
    /// The ARN of the stream or queue.
    pub source_arn: String,
    /// How it is read.
    pub source: Source,
    /// The most records of a batch.
    pub batch_size: usize,
    /// How long to wait for a batch to fill up.
    pub window: Duration,
    /// Which records it takes; others count as done.
    pub filters: Filters,
}

/// How a source is read.
#[derive(Debug)]
pub enum Source {
    /// A DynamoDB stream.
    Stream {
        /// Where a consumer begins that is new.
        starting_position: StartingPosition,
        /// How many batches of a shard are under way at a time. Records of one key stay in order.
        lanes: usize,
        /// What becomes of records that fail.
        retry: RetryPolicy,
    },
    /// An SQS queue, which has its own rules for messages that fail.
    Queue {
        /// How many batches are under way at a time.
        concurrency: usize,
    },
}

/// Where a consumer begins in a stream that it has not read yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartingPosition {
    /// With the oldest record there is.
    TrimHorizon,
    /// With the next that is written.
    Latest,
}

/// What becomes of the records of a stream when they fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// `None`: as long as the stream keeps the record.
    pub most_attempts: Option<u64>,
    /// `None`: as long as the stream keeps the record.
    pub most_age: Option<Duration>,
    /// Whether a batch that fails is halved.
    pub bisect: bool,
    /// The ARN of the queue or topic that is told of records given up.
    pub dead_letters: Option<String>,
}
