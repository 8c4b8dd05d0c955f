//! Amazon SQS: standard and FIFO queues, visibility timeouts, long polling, delays, redrive to and from dead-letter queues.
//!
//! A queue is an index in memory ([`Sqs`] answers receives from it) over rows in the store. A message is on disk before
//! its send is answered and gone from it before its deletion is; what a receive changes (visibility, receive count) is
//! written shortly after, because losing it in a crash only means that a message is seen again.

mod api;
mod attributes;
mod deduplication;
mod digest;
mod error;
mod index;
mod message;
mod operations;
mod queue;
mod receipt;
mod rows;
mod service;

pub use service::Sqs;
