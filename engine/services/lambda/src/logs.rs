//! What functions wrote: the last lines of each, until CloudWatch Logs is here.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Lines kept of each function.
const KEPT_LINES: usize = 1000;

/// Bytes of `LogResult`.
const TAIL_BYTES: usize = 4096;

/// The last lines of each function; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<HashMap<String, Log>>>);

#[derive(Default)]
struct Log {
    /// Lines that were dropped at the front.
    dropped: usize,
    lines: VecDeque<String>,
}

impl Logs {
    /// Adds a line that a function wrote; it is the engine's log line too.
    pub(crate) fn append(&self, function: &str, line: impl Into<String>) {
        let line = line.into();
        tracing::info!(target: "lambda::log", function, "{line}");
        self.note(function, line);
    }

    /// Adds a line of Lambda's own, and returns how many lines there were before it.
    pub(crate) fn note(&self, function: &str, line: String) -> usize {
        let mut logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let log = logs.entry(function.to_owned()).or_default();
        if log.lines.len() == KEPT_LINES {
            log.lines.pop_front();
            log.dropped += 1;
        }
        log.lines.push_back(line);
        log.dropped + log.lines.len() - 1
    }

    /// A function's last lines, oldest first, without the first `skipped` that it ever wrote.
    pub(crate) fn lines(&self, function: &str, skipped: usize) -> Vec<String> {
        let logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(log) = logs.get(function) else { return Vec::new() };
        log.lines.iter().skip(skipped.saturating_sub(log.dropped)).cloned().collect()
    }

    /// The end of what was written after the first `skipped` lines, as `LogResult` carries it.
    pub(crate) fn tail(&self, function: &str, skipped: usize) -> String {
        let text: String = self.lines(function, skipped).into_iter().map(|line| line + "\n").collect();
        BASE64_STANDARD.encode(&text.as_bytes()[text.len().saturating_sub(TAIL_BYTES)..])
    }
}
