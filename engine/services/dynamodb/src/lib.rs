//! Amazon DynamoDB and DynamoDB Streams, on dynoxide.
//!
//! One thread owns dynoxide's database and runs every operation of both APIs, one after another; a second one makes what
//! was written durable and then gives the answers (see `durability`). What dynoxide does not know is done around it: the
//! engine's region in ARNs and shard ids (`names`), an index and an end to stream records (`records`), client request
//! tokens that survive a restart (`tokens`), time to live on the platform's clock (`expiry`), and a signal at the
//! stream's ARN after each write to a streamed table.

mod database;
mod durability;
mod errors;
mod expiry;
mod names;
mod operations;
mod records;
mod service;
mod streams;
mod tokens;

pub use crate::service::{DynamoDb, DynamoDbStreams};
