//! What functions wrote: to CloudWatch Logs, and the last lines of each in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clock::{Clock, Timestamp};
use service::{LogWriter, Platform};
use uuid::Uuid;

use crate::name::LATEST;

/// Lines kept of each function.
const KEPT_LINES: usize = 1000;

/// Bytes of `LogResult`.
const TAIL_BYTES: usize = 4096;

/// What functions wrote; clones share it.
#[derive(Clone)]
pub(crate) struct Logs {
    logs: Arc<Mutex<HashMap<String, Log>>>,
    writer: Arc<LogWriter>,
    clock: Arc<dyn Clock>,
    /// Tells this engine's streams from those of an earlier run.
    engine: Uuid,
}

struct Log {
    group: Arc<str>,
    /// The stream of a day.
    stream: (String, Arc<str>),
    /// Lines that were dropped at the front.
    dropped: usize,
    lines: VecDeque<String>,
}

impl Logs {
    pub(crate) fn new(platform: &Platform) -> Self {
        let writer = LogWriter::new(platform, true);
        Self { logs: Arc::default(), writer, clock: Arc::clone(&platform.clock), engine: Uuid::new_v4() }
    }

    /// Begins to write to CloudWatch Logs.
    pub(crate) fn start(&self) {
        self.writer.start();
    }

    /// Adds a line that a function wrote; it is the engine's log line too.
    pub(crate) fn append(&self, function: &str, line: impl Into<String>) {
        let line = line.into();
        tracing::info!(target: "lambda::log", function, "{line}");
        self.note(function, line);
    }

    /// Adds a line of Lambda's own, and returns how many lines there were before it.
    pub(crate) fn note(&self, function: &str, line: String) -> usize {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let log = logs.entry(function.to_owned()).or_insert_with(|| Log::of(function));
        let now = self.clock.now();
        log.turn_to(now, function, self.engine);
        self.writer.write(&log.group, &log.stream.1, now, line.as_str());
        if log.lines.len() == KEPT_LINES {
            log.lines.pop_front();
            log.dropped += 1;
        }
        log.lines.push_back(line);
        log.dropped + log.lines.len() - 1
    }

    /// A function's last lines, oldest first, without the first `skipped` that it ever wrote.
    pub(crate) fn lines(&self, function: &str, skipped: usize) -> Vec<String> {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(log) = logs.get(function) else { return Vec::new() };
        log.lines.iter().skip(skipped.saturating_sub(log.dropped)).cloned().collect()
    }

    /// The end of what was written after the first `skipped` lines, as `LogResult` carries it.
    pub(crate) fn tail(&self, function: &str, skipped: usize) -> String {
        let text: String = self.lines(function, skipped).into_iter().map(|line| line + "\n").collect();
        BASE64_STANDARD.encode(&text.as_bytes()[text.len().saturating_sub(TAIL_BYTES)..])
    }
}

impl Log {
    fn of(function: &str) -> Self {
        Self {
            group: format!("/aws/lambda/{function}").into(),
            stream: (String::new(), "".into()),
            dropped: 0,
            lines: VecDeque::new(),
        }
    }

    /// Begins a stream where the day is another one.
    fn turn_to(&mut self, now: Timestamp, function: &str, engine: Uuid) {
        let mut day = now.to_rfc3339_seconds();
        day.truncate(10);
        if day != self.stream.0 {
            let id = Uuid::new_v5(&engine, function.as_bytes()).simple();
            self.stream = (day.clone(), format!("{}/[{LATEST}]{id}", day.replace('-', "/")).into());
        }
    }
}
