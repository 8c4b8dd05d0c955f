//! Media through the front door, as a client's program does it: uploads, variants, refusals, deletion, erasure, crashes.
#![allow(clippy::unwrap_used)]

mod captions;
mod client;
mod crashes;
mod deletion;
mod erasure;
mod films;
mod machines;
mod maintenance;
mod multipart;
mod object_index;
mod objects;
#[path = "../../../../handlers/imaging/benches/peers/photo.rs"]
mod photo;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod uploads;
