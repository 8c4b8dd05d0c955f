//! What callers of EventBridge, and the targets of its rules, see.
#![allow(clippy::unwrap_used)]

mod archive;
mod bus;
mod delivery;
mod engine;
mod refusals;
mod schedule;
mod targets;
mod web;
