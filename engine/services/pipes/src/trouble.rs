//! Why a pipe that runs gets nowhere: the reason of its last failure, until a batch is done.

use std::sync::{Arc, Mutex, PoisonError};

/// The trouble of a pipe at work; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// Notes the reason of a failure, or that all is well.
    pub(crate) fn set(&self, reason: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// The reason of the last failure.
    pub(crate) fn reason(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
