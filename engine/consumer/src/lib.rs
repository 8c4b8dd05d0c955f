//! Takes records from a DynamoDB stream or an SQS queue and hands them to a [`Stage`] in batches.
//!
//! A pipe and an event source mapping differ in what they do with a batch; how they come by it, how they repeat it and when
//! they give it up is the same, and is here: filters, batching windows, several batches of a shard at a time with the order
//! of each key kept, attempts and ages, bisecting, dead letters. How far a consumer has come in a shard is written down
//! after each batch, so a restart goes on from there and each record arrives at least once.

mod batch;
mod buffer;
mod checkpoint;
mod dead_letter;
mod filter;
mod gather;
mod intake;
mod item_failures;
mod lanes;
mod progress;
mod queue;
mod retry;
mod run;
mod shard;
mod stage;
mod stream;

pub use checkpoint::{forget, migrate};
pub use filter::Filters;
pub use intake::{Intake, RetryPolicy, Source, StartingPosition};
pub use item_failures::reported;
pub use queue::url as queue_url;
pub use run::{Consumer, backoff};
pub use stage::{Condition, Failure, GivenUp, Outcome, Record, Stage};
