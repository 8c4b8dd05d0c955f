//! Amazon EventBridge: buses, rules with patterns or schedules, durable delivery to targets, archives and replays.
//!
//! What PutEvents accepts is on disk before it is answered: the event in each archive that matches and one row per
//! target, in one transaction. Targets are then called from memory; the rows are for retries, for what doesn't fit into
//! memory, and for the next start. A message to a standard queue is written in that same transaction instead, so that
//! nothing is left to deliver. A replay goes the same way: it reads an archive and routes what it finds.

mod api;
mod archive;
mod bus;
mod delivery;
mod entry;
mod envelope;
mod error;
mod names;
mod operations;
mod policy;
mod registry;
mod replay;
mod replay_preview;
mod replay_run;
mod retention;
mod routing;
mod rows;
mod rule;
mod scheduled;
mod service;
mod target;
mod web;

pub use replay_preview::{PreviewedTarget, ReplayPreview};
pub use routing::Accepted;
pub use service::{EventBridge, Settings};
