//! What publishers and subscribers of topics see.
#![allow(clippy::unwrap_used)]

mod attributes;
mod delivery;
mod engine;
mod fifo;
mod publish;
mod push;
