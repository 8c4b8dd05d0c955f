//! Amazon EventBridge Pipes: sources with durable checkpoints, filters, enrichment, targets.
//!
//! A pipe is a `consumer` of its source; each batch is enriched and handed to the target (`stage`). What a pipe does is
//! read once from its definition (`plan`); how far it has come in a stream is written after each batch, so a restart goes on
//! from there and each record arrives at least once.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html>

mod api;
mod error;
mod operations;
mod plan;
mod runs;
mod service;
mod stage;
mod state;
mod tables;
mod trouble;

pub use service::Pipes;
