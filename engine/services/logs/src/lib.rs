//! Amazon CloudWatch Logs: log groups and streams, their events, filter patterns, retention.
//!
//! Events are kept in the store until their group's retention is over, on the engine's clock. Resource policies and KMS
//! keys are kept and shown; nothing is enforced or encrypted on one machine. Metric filters, subscriptions and Insights are
//! not built, and say so.

mod api;
mod error;
mod operations;
mod pattern;
mod policies;
mod position;
mod retention;
mod rows;
mod service;

pub use crate::service::Logs;
