//! What goes wrong in the analytics context, under stable names.

use function::Failure;

/// Why an event wasn't counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalyticsError {
    /// Others wrote the same counter each time.
    #[error("others kept writing the counter, {attempts} attempts were in vain; deliver the event again: {event_id}")]
    Contended {
        /// The event.
        event_id: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The table can't be written.
    #[error("the table can't be used: {table}: {reason}")]
    Unavailable {
        /// The table.
        table: String,
        /// What AWS, or the way to it, says.
        reason: String,
    },
}

impl AnalyticsError {
    /// The name that an invocation fails with; it never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Contended { .. } => "Analytics.Contended",
            Self::Unavailable { .. } => "Analytics.Unavailable",
        }
    }
}

impl From<AnalyticsError> for Failure {
    fn from(error: AnalyticsError) -> Self {
        Failure::new(error.name(), error.to_string())
    }
}
