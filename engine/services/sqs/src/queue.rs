//! A queue in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use clock::Timestamp;

use crate::deduplication::Deduplication;
use crate::index::Index;
use crate::rows::QueueRow;

/// How the name of a FIFO queue ends, and that of no other.
pub(crate) const FIFO_SUFFIX: &str = ".fifo";

/// A queue in memory: what was set on it, and the index of its messages.
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) arn: String,
    row: Mutex<QueueRow>,
    index: Mutex<Index>,
    /// When it was purged last.
    pub(crate) purged_at: Mutex<Option<Timestamp>>,
    /// What a FIFO queue was sent lately; held while it is sent to, which keeps its messages in order.
    pub(crate) recent: tokio::sync::Mutex<Deduplication>,
}

impl Queue {
    pub(crate) fn new(arn: String, row: QueueRow) -> Self {
        Self {
            name: row.name.clone(),
            arn,
            row: Mutex::new(row),
            index: Mutex::default(),
            purged_at: Mutex::default(),
            recent: tokio::sync::Mutex::default(),
        }
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.name.ends_with(FIFO_SUFFIX)
    }

    /// What is kept of the queue itself.
    pub(crate) fn row(&self) -> MutexGuard<'_, QueueRow> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its messages.
    pub(crate) fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
