//! What functions wrote: the last lines of each, until CloudWatch Logs is here.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Lines kept of each function.
const KEPT_LINES: usize = 1000;

/// The last lines of each function; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<HashMap<String, VecDeque<String>>>>);

impl Logs {
    /// Adds a line to a function's log.
    pub(crate) fn append(&self, function: &str, line: impl Into<String>) {
        let line = line.into();
        tracing::info!(target: "lambda::log", function, "{line}");
        let mut logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = logs.entry(function.to_owned()).or_default();
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// A function's last lines, oldest first.
    pub(crate) fn lines(&self, function: &str) -> Vec<String> {
        let logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logs.get(function).into_iter().flatten().cloned().collect()
    }
}
