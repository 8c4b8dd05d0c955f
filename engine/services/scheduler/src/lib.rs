//! Amazon EventBridge Scheduler: schedules, schedule groups, durable invocation of targets.
//!
//! A schedule's row says when it is due next. When that moment comes, one transaction writes a row for the invocation and
//! the moment after; the invocation's row stays until its target was called, or its dead-letter queue has what could not
//! be delivered. So no moment is lost over a restart: each that passed while the engine was stopped is invoked for, and a
//! repeated call bears the name of the first.
//!
//! <https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html>

mod api;
mod destination;
mod error;
mod group;
mod invocation;
mod names;
mod operations;
mod request;
mod rows;
mod schedule;
mod service;
mod target;
mod timing;
mod universal;

pub use service::Scheduler;
