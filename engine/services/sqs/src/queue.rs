//! A queue in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::index::Index;
use crate::rows::QueueRow;

/// A queue in memory: what was set on it, and the index of its messages.
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) arn: String,
    row: Mutex<QueueRow>,
    index: Mutex<Index>,
}

impl Queue {
    pub(crate) fn new(arn: String, row: QueueRow) -> Self {
        Self { name: row.name.clone(), arn, row: Mutex::new(row), index: Mutex::default() }
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
