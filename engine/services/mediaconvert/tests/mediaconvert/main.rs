//! What callers of MediaConvert, and rules on the default bus, see.
#![allow(clippy::unwrap_used)]

mod api;
mod durability;
mod engine;
mod transcode;
