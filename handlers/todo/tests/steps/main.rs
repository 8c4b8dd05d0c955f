//! The functions against DynamoDB, through the SDK.
#![allow(clippy::unwrap_used)]

mod idempotency;
mod mutations;
mod reminders;
mod stream;
mod support;
