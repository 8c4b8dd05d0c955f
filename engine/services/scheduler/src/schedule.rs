//! A schedule: what is kept and what is told of it.

use ::service::{Scope, ServiceError};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::names;
use crate::timing::Timing;

/// A schedule as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) timing: Timing,
    pub(crate) state: State,
    pub(crate) after_completion: AfterCompletion,
    pub(crate) kms_key_arn: Option<String>,
    /// As it was given, with the defaults of its retry policy.
    pub(crate) target: Value,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    /// The token and the digest of the call that made it: the same call again makes no other.
    pub(crate) made_by: Option<(String, Uuid)>,
}

/// Whether a schedule is ever due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    #[default]
    Enabled,
    Disabled,
}

/// What becomes of a schedule after its last invocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum AfterCompletion {
    #[default]
    None,
    Delete,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

impl Schedule {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        names::schedule_arn(scope, &self.group, &self.name)
    }

    /// When it is due for the first time.
    pub(crate) fn first(&self) -> Result<Option<Timestamp>, ServiceError> {
        if self.state == State::Disabled { Ok(None) } else { self.timing.first() }
    }

    /// As GetSchedule tells it.
    pub(crate) fn describe(&self, scope: &Scope) -> Value {
        let window = match self.timing.window_minutes {
            None => json!({"Mode": "OFF"}),
            Some(minutes) => json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}),
        };
        let date = |moment: Option<Timestamp>| moment.map(|moment| Value::from(moment.as_epoch_seconds()));
        let mut members = self.summary(scope);
        members.extend(
            [
                ("ActionAfterCompletion", Some(json!(self.after_completion))),
                ("Description", self.description.clone().map(Value::from)),
                ("EndDate", date(self.timing.end)),
                ("FlexibleTimeWindow", Some(window)),
                ("KmsKeyArn", self.kms_key_arn.clone().map(Value::from)),
                ("ScheduleExpression", Some(self.timing.expression.clone().into())),
                ("ScheduleExpressionTimezone", Some(self.timing.zone.clone().into())),
                ("StartDate", date(self.timing.start)),
                ("Target", Some(self.target.clone())),
            ]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?))),
        );
        members.into()
    }

    /// As ListSchedules tells it.
    pub(crate) fn summary(&self, scope: &Scope) -> Map<String, Value> {
        let members = json!({
            "Arn": self.arn(scope),
            "CreationDate": self.created_at.as_epoch_seconds(),
            "GroupName": self.group,
            "LastModificationDate": self.modified_at.as_epoch_seconds(),
            "Name": self.name,
            "State": self.state,
            "Target": {"Arn": self.target["Arn"]},
        });
        members.as_object().cloned().unwrap_or_default()
    }
}
