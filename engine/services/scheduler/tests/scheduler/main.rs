//! What callers of EventBridge Scheduler, and the targets of its schedules, see.
#![allow(clippy::unwrap_used)]

mod api;
mod durability;
mod engine;
mod invocations;
