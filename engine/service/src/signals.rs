//! Nudges between services: "something arrived at this ARN".

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Nudges by ARN; clones share them. They carry no data and may be spurious: whoever is woken looks for itself, so that
/// correctness never depends on one, only promptness.
#[derive(Clone, Default)]
pub struct Signals(Arc<Mutex<HashMap<String, Arc<Notify>>>>);

impl Signals {
    /// Wakes everybody who listens for `arn`.
    pub fn notify(&self, arn: &str) {
        let listened = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned();
        if let Some(notify) = listened {
            notify.notify_waiters();
        }
    }

    /// The nudges for `arn`. Take `notified()` (and `enable()` it) before looking, so that none falls in between.
    pub fn listen(&self, arn: &str) -> Arc<Notify> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(arn.to_owned()).or_default())
    }
}
