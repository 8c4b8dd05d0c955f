//! What of an execution's history goes to CloudWatch Logs.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>

use std::sync::Arc;

use asl::{HistoryEvent, Seed};
use clock::Timestamp;
use serde_json::{Value, json};
use service::LogWriter;
use uuid::Uuid;

use super::Runtime;
use crate::machines::Revision;

/// Where the events of an execution are logged, and which of them.
#[derive(Clone)]
pub(super) struct ExecutionLog {
    writer: Arc<LogWriter>,
    group: Arc<str>,
    stream: Arc<str>,
    level: Level,
    include_data: bool,
    execution_arn: Arc<str>,
    redrive_count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    All,
    Error,
    Fatal,
}

/// An event to be logged once it is durable.
pub(super) struct Entry {
    at: Timestamp,
    message: String,
}

impl ExecutionLog {
    /// The log of an execution of a machine that logs, in a stream of its own.
    fn of(writer: &Arc<LogWriter>, revision: &Revision, seed: &Seed) -> Option<Self> {
        let level = match revision.logging["level"].as_str()? {
            "ALL" => Level::All,
            "ERROR" => Level::Error,
            "FATAL" => Level::Fatal,
            _ => return None,
        };
        let arn = revision.logging.pointer("/destinations/0/cloudWatchLogsLogGroup/logGroupArn")?.as_str()?;
        let group = arn.splitn(7, ':').nth(6)?.trim_end_matches(":*");
        // `2026-11-21T08:00` without what a stream's name can't have.
        let minute = seed.started_at.to_rfc3339_seconds().replace(['T', ':'], "-");
        let minute = minute.get(..16).unwrap_or_default();
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, seed.execution_arn.as_bytes()).simple().to_string();
        Some(Self {
            writer: Arc::clone(writer),
            group: group.into(),
            stream: format!("states/{}/{minute}/{}", seed.state_machine_name, &id[..8]).into(),
            level,
            include_data: revision.logging["includeExecutionData"] == true,
            execution_arn: Arc::clone(&seed.execution_arn),
            redrive_count: seed.redrive_count,
        })
    }

    /// Notes that the execution is redriven once more.
    pub(super) fn count_redrive(&mut self) {
        self.redrive_count += 1;
    }

    /// What is logged of an event, if anything.
    pub(super) fn entry(&self, event: &HistoryEvent) -> Option<Entry> {
        if level_of(event.event_type()) < self.level as u8 {
            return None;
        }
        let mut api = event.to_api(self.include_data);
        let details = api.as_object_mut().and_then(|members| {
            let name = members.keys().find(|name| name.ends_with("EventDetails"))?.clone();
            members.shift_remove(&name)
        });
        let message = json!({
            "id": api["id"].to_string(),
            "type": api["type"],
            "details": details.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            "redrive_count": self.redrive_count.to_string(),
            "previous_event_id": api["previousEventId"].to_string(),
            "event_timestamp": event.at.as_millis().to_string(),
            "execution_arn": *self.execution_arn,
        });
        Some(Entry { at: event.at, message: message.to_string() })
    }

    /// Writes entries whose events are durable.
    pub(super) fn write(&self, entries: Vec<Entry>) {
        for entry in entries {
            self.writer.write(&self.group, &self.stream, entry.at, entry.message);
        }
    }
}

impl Runtime {
    /// The log of an execution, where its machine logs.
    pub(super) fn log_of(&self, revision: &Revision, seed: &Seed) -> Option<ExecutionLog> {
        ExecutionLog::of(&self.log_writer, revision, seed)
    }
}

/// The highest level at which an event is logged: 0 for ALL, 1 for ERROR, 2 for FATAL.
fn level_of(event_type: &str) -> u8 {
    match event_type {
        "ExecutionAborted" | "ExecutionFailed" | "ExecutionTimedOut" => 2,
        "FailStateEntered" | "EvaluationFailed" => 1,
        "ExecutionStarted" | "ExecutionSucceeded" | "ExecutionRedriven" => 0,
        other if ["Failed", "TimedOut", "Aborted"].iter().any(|ending| other.ends_with(ending)) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_logged_at_the_levels_that_the_documentation_tells() {
        let logged = |level: Level, event: &str| level_of(event) >= level as u8;
        assert!(logged(Level::All, "PassStateEntered"));
        assert!(!logged(Level::Error, "PassStateEntered"));
        for event in ["LambdaFunctionFailed", "TaskTimedOut", "MapIterationAborted", "FailStateEntered"] {
            assert!(logged(Level::Error, event) && !logged(Level::Fatal, event), "{event}");
        }
        assert!(logged(Level::Fatal, "ExecutionTimedOut") && !logged(Level::Fatal, "ExecutionSucceeded"));
    }
}
