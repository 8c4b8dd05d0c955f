//! Amazon Data Firehose: delivery streams that buffer records and write them to S3.
//!
//! What PutRecord accepts is on disk before it is answered. A stream's records are written to its bucket together, once
//! there are enough of them or the oldest has waited long enough, on the engine's clock; after that their rows go. The
//! object of a buffer is named by its first record, so that one that is written again after a crash replaces itself.

mod api;
mod buffers;
mod delivery;
mod destination;
mod error;
mod object;
mod operations;
mod rows;
mod service;

pub use crate::service::Firehose;
