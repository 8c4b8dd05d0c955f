//! The engine's time: a timestamp, and the clock that everything in the engine asks for it.
//!
//! Nothing in the engine calls the operating system's clock or sleeps on its own; it asks a [`Clock`], so that a test
//! can hand it a [`VirtualClock`] that jumps from one awaited moment to the next.

mod clocks;
mod timestamp;

pub use clocks::{Clock, SystemClock, VirtualClock};
pub use timestamp::Timestamp;
