//! Counts events per type and hour, exactly: duplicates and replays change nothing.
//!
//! The table `analytics` holds a counter per type and hour, and a marker per event that was counted. One transaction
//! writes both, and fails when the marker is there. Markers never expire: the archive may keep events for ever, and a
//! replay of an event whose marker had gone would count it twice. A marker costs a hundred bytes.

mod count;
mod error;
mod ledger;

use function::Function;

pub use count::{Count, CountEvent, Counted};
pub use error::AnalyticsError;

/// Counts an event.
pub const COUNT: Function =
    Function { name: "analytics-count", build: |context| Ok(Box::new(CountEvent::build(context)?)) };

/// All functions of this context, for whoever links them.
pub const FUNCTIONS: &[Function] = &[COUNT];
