//! Pipes between doubles of the services they call.
#![allow(clippy::unwrap_used)]

mod api;
mod doubles;
mod logs;
mod queues;
mod streams;
mod tables;
