//! A job: what was asked for, and how far it is.

use std::collections::BTreeMap;
use std::time::Duration;

use ::service::Scope;
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::names;

/// Where a job is in its life.
///
/// `Submitted` waits for room in its queue, `Progressing` is worked on, the others are its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Submitted,
    Progressing,
    Complete,
    Canceled,
    Error,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "SUBMITTED",
            Self::Progressing => "PROGRESSING",
            Self::Complete => "COMPLETE",
            Self::Canceled => "CANCELED",
            Self::Error => "ERROR",
        }
    }

    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Canceled | Self::Error)
    }
}

/// What is being done in a job that is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Phase {
    Probing,
    Transcoding,
    Uploading,
}

impl Phase {
    pub(crate) const ALL: [Self; 3] = [Self::Probing, Self::Transcoding, Self::Uploading];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Probing => "PROBING",
            Self::Transcoding => "TRANSCODING",
            Self::Uploading => "UPLOADING",
        }
    }

    /// The job's percentage when this phase is done to `percent`: probing is a twentieth, uploading a tenth of the work.
    pub(crate) const fn of_job(self, percent: u8) -> u8 {
        match self {
            Self::Probing => percent / 20,
            Self::Transcoding => 5 + (percent as u16 * 85 / 100) as u8,
            Self::Uploading => 90 + percent / 10,
        }
    }
}

/// A job as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) queue: String,
    pub(crate) priority: i64,
    pub(crate) status: Status,
    pub(crate) submitted_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) phase: Option<Phase>,
    pub(crate) phase_percent: u8,
    pub(crate) retry_count: u32,
    pub(crate) error: Option<JobError>,
    /// `OutputGroupDetails`, once it is complete.
    pub(crate) output_groups: Option<Value>,
    /// The settings with those of template and presets in them.
    pub(crate) settings: Value,
    /// Members of the request that are only told again.
    pub(crate) told: Map<String, Value>,
    pub(crate) user_metadata: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
    /// The token of the request, and what tells whether another one with it asks for the same.
    pub(crate) token: Option<String>,
    pub(crate) digest: uuid::Uuid,
}

/// Why a job failed.
/// <https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub(crate) struct JobError {
    pub(crate) code: u32,
    pub(crate) message: String,
}

impl JobError {
    pub(crate) fn new(code: u32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl Job {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        names::arn(scope, "jobs", &self.id)
    }

    /// How much of it is done; AWS keeps the number when a job is over.
    pub(crate) fn percent(&self) -> Option<u8> {
        if self.status == Status::Complete {
            return Some(100);
        }
        self.phase.map(|phase| phase.of_job(self.phase_percent))
    }

    /// How often it tells of its progress.
    pub(crate) fn status_update_interval(&self) -> Duration {
        let seconds = self.told.get("StatusUpdateInterval").and_then(Value::as_str);
        let seconds = seconds.and_then(|text| text.strip_prefix("SECONDS_")?.parse().ok());
        Duration::from_secs(seconds.unwrap_or(60))
    }

    /// As GetJob and the others tell it.
    pub(crate) fn describe(&self, scope: &Scope) -> Value {
        let mut told = self.told.clone();
        let mut tell = |name: &str, value: Value| drop(told.insert(name.to_owned(), value));
        let seconds = |at: Timestamp| json!(at.as_epoch_seconds());
        tell("Arn", self.arn(scope).into());
        tell("Id", self.id.clone().into());
        tell("Queue", names::arn(scope, "queues", &self.queue).into());
        tell("Priority", self.priority.into());
        tell("Status", self.status.as_str().into());
        tell("CreatedAt", seconds(self.submitted_at));
        tell("AccelerationStatus", "NOT_APPLICABLE".into());
        tell("RetryCount", self.retry_count.into());
        tell("Settings", self.settings.clone());
        tell("UserMetadata", json!(self.user_metadata));
        tell("Messages", json!({"Info": [], "Warning": []}));
        if let Some(token) = &self.token {
            tell("ClientRequestToken", token.clone().into());
        }
        if let Some(phase) = self.phase.filter(|_| !self.status.is_over()) {
            tell("CurrentPhase", phase.as_str().into());
        }
        if let Some(percent) = self.percent() {
            tell("JobPercentComplete", percent.into());
        }
        if let Some(error) = &self.error {
            tell("ErrorCode", error.code.into());
            tell("ErrorMessage", error.message.clone().into());
        }
        if let Some(groups) = &self.output_groups {
            tell("OutputGroupDetails", groups.clone());
        }
        let mut timing = json!({"SubmitTime": seconds(self.submitted_at)});
        if let Some(at) = self.started_at {
            timing["StartTime"] = seconds(at);
        }
        if let Some(at) = self.finished_at {
            timing["FinishTime"] = seconds(at);
        }
        tell("Timing", timing);
        Value::Object(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentage_of_a_job_grows_from_phase_to_phase() {
        let all: Vec<u8> =
            Phase::ALL.iter().flat_map(|phase| [0, 50, 100].map(|percent| phase.of_job(percent))).collect();
        assert_eq!(all, [0, 2, 5, 5, 47, 90, 90, 95, 100]);
        assert!(all.is_sorted());
    }
}
