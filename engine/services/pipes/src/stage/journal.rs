//! The log of an execution: a record for each of its steps.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs-schema.html>

use ::service::{LogWriter, Platform};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Failure, Outcome};
use crate::plan::{Level, Log, Plan};

/// What a record may hold, in bytes; the payload is cut where it would hold more.
const MOST_BYTES: usize = 256 * 1024;
/// What a record may need besides its payload.
const OVERHEAD: usize = 4 * 1024;

/// Writes the steps of one execution, as far as the pipe's log level asks for them.
pub(super) struct Journal<'a> {
    platform: &'a Platform,
    writer: &'a LogWriter,
    plan: &'a Plan,
    execution: Uuid,
}

impl<'a> Journal<'a> {
    pub(super) fn new(platform: &'a Platform, writer: &'a LogWriter, plan: &'a Plan) -> Self {
        Self { platform, writer, plan, execution: Uuid::new_v4() }
    }

    /// Notes a step that is a matter of course.
    pub(super) fn trace(&self, step: &str) {
        self.note(step, Level::Trace, |_| {});
    }

    /// Notes a step.
    pub(super) fn info(&self, step: &str) {
        self.note(step, Level::Info, |_| {});
    }

    /// Notes a step behind which the batch may be another than before.
    pub(super) fn batch(&self, step: &str, level: Level, batch: impl FnOnce() -> Value) {
        self.note(step, level, |record| {
            if self.plan.log.as_ref().is_some_and(|log| log.with_payloads) {
                let mut payload = batch().to_string();
                if payload.len() > MOST_BYTES - OVERHEAD {
                    payload.truncate(payload.floor_char_boundary(MOST_BYTES - OVERHEAD));
                    record["truncatedFields"] = json!(["payload"]);
                }
                record["payload"] = payload.into();
            }
        });
    }

    /// Notes that a step failed; `called` is the ARN of what was called, empty where it was nothing.
    pub(super) fn failed(&self, step: &str, called: &str, reason: &str) {
        self.note(step, Level::Error, |record| {
            record["error"] = json!({"message": reason});
            if let Some(service) = called.split(':').nth(2) {
                record["error"]["awsService"] = service.into();
                record["error"]["resourceArn"] = called.into();
            }
        });
    }

    /// Notes how the execution, or a stage of it, ended.
    pub(super) fn ended(&self, what: &str, outcome: &Result<Outcome, Failure>) {
        let target = self.plan.target.arn.as_str();
        match outcome {
            Ok(Outcome::Done) => self.info(&format!("{what}Succeeded")),
            Ok(Outcome::Partial { reason, .. } | Outcome::From { reason, .. }) => {
                self.failed(&format!("{what}PartiallyFailed"), target, reason);
            }
            Ok(Outcome::Failed(failure)) | Err(failure) => {
                self.failed(&format!("{what}Failed"), target, &failure.reason);
            }
        }
    }

    fn note(&self, step: &str, level: Level, add: impl FnOnce(&mut Value)) {
        let Some(log) = self.plan.log.as_ref().filter(|log| level <= log.level) else { return };
        let now = self.platform.clock.now();
        let mut record = json!({
            "resourceArn": self.plan.arn,
            "timestamp": now.as_millis(),
            "executionId": self.execution,
            "messageType": step,
            "logLevel": level.as_str(),
        });
        add(&mut record);
        let Log { group, stream, .. } = log;
        self.writer.write(group, stream, now, record.to_string());
    }
}
