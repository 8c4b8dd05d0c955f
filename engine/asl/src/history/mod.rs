//! History events, in AWS's shapes.

mod api;
mod details;

use clock::Timestamp;

pub use details::{Details, StateKind};

/// One entry of an execution's history; cheap to make and to clone, rendered when somebody reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEvent {
    /// 1, 2, …
    pub id: u64,
    /// The event that led to this one; 0 for none.
    pub previous_id: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub details: Details,
}
