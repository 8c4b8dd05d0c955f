//! What CreateSchedule and UpdateSchedule are given: read and checked.

use ::schedule::{Expression, Zone};
use ::service::ServiceError;
use clock::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{constraint, invalid, missing};
use crate::names::{self, DEFAULT_GROUP};
use crate::schedule::Schedule;
use crate::target::Target;
use crate::timing::Timing;

/// The namespace of the digests of requests.
const REQUESTS: Uuid = Uuid::from_u128(0x6f0f_9d0c_5f55_4a0b_b2a1_33d3_9f8e_7c41);

/// How far in the past a start may be: AWS's bound, in milliseconds.
const OLDEST_START: i64 = 5 * 60 * 1000;

/// The input of CreateSchedule and UpdateSchedule.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    name: Option<String>,
    group_name: Option<String>,
    description: Option<String>,
    schedule_expression: Option<String>,
    schedule_expression_timezone: Option<String>,
    start_date: Option<Moment>,
    end_date: Option<Moment>,
    flexible_time_window: Option<Window>,
    state: Option<Value>,
    action_after_completion: Option<Value>,
    kms_key_arn: Option<String>,
    target: Option<Value>,
    client_token: Option<String>,
}

/// A time as the wire has it, or as templates of CloudFormation do.
#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(f64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Window {
    mode: Option<String>,
    maximum_window_in_minutes: Option<u32>,
}

impl Schedule {
    /// The schedule that a call asks for.
    ///
    /// # Errors
    /// AWS's, naming the member that isn't valid.
    pub(crate) fn of(input: Value, now: Timestamp) -> Result<Self, ServiceError> {
        let digest = digest(&input);
        let input: Input = serde_json::from_value(input)
            .map_err(|failure| ServiceError::client("SerializationException", failure.to_string()))?;
        let name = input.name.ok_or_else(|| missing("name"))?;
        names::check(&name, "name")?;
        let group = input.group_name.unwrap_or_else(|| DEFAULT_GROUP.to_owned());
        names::check(&group, "groupName")?;
        let timing = Timing {
            expression: input.schedule_expression.ok_or_else(|| missing("scheduleExpression"))?,
            zone: input.schedule_expression_timezone.unwrap_or_else(|| "UTC".to_owned()),
            start: input.start_date.map(|start| start.read("startDate")).transpose()?,
            end: input.end_date.map(|end| end.read("endDate")).transpose()?,
            window_minutes: input.flexible_time_window.ok_or_else(|| missing("flexibleTimeWindow"))?.minutes()?,
            set_at: now,
        };
        check_timing(&timing, now)?;
        let target = Target::new(input.target.ok_or_else(|| missing("target"))?)?;
        Ok(Self {
            group,
            name,
            description: input.description,
            timing,
            state: one_of(input.state, "state", "[ENABLED, DISABLED]")?,
            after_completion: one_of(input.action_after_completion, "actionAfterCompletion", "[NONE, DELETE]")?,
            kms_key_arn: input.kms_key_arn,
            target: target.document,
            created_at: now,
            modified_at: now,
            made_by: input.client_token.map(|token| (token, digest)),
        })
    }
}

impl Moment {
    fn read(self, member: &str) -> Result<Timestamp, ServiceError> {
        match self {
            Self::Seconds(seconds) => Ok(Timestamp::from_epoch_seconds(seconds)),
            Self::Text(text) => {
                Timestamp::parse_rfc3339(&text).ok_or_else(|| constraint(text, member, "Member must be a timestamp"))
            }
        }
    }
}

impl Window {
    fn minutes(self) -> Result<Option<u32>, ServiceError> {
        let mode = self.mode.ok_or_else(|| missing("flexibleTimeWindow.mode"))?;
        match (mode.as_str(), self.maximum_window_in_minutes) {
            ("OFF", None) => Ok(None),
            ("OFF", Some(_)) => {
                let told = "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.";
                Err(invalid(told))
            }
            ("FLEXIBLE", Some(minutes @ 1..=1440)) => Ok(Some(minutes)),
            ("FLEXIBLE", Some(minutes)) => {
                let member = "flexibleTimeWindow.maximumWindowInMinutes";
                Err(constraint(minutes, member, "Member must be between 1 and 1440"))
            }
            ("FLEXIBLE", None) => {
                Err(invalid("MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE."))
            }
            _ => {
                let rule = "Member must satisfy enum value set: [OFF, FLEXIBLE]";
                Err(constraint(mode, "flexibleTimeWindow.mode", rule))
            }
        }
    }
}

fn check_timing(timing: &Timing, now: Timestamp) -> Result<(), ServiceError> {
    let expression = Expression::of_schedule(&timing.expression).map_err(|error| invalid(error.to_string()))?;
    Zone::named(&timing.zone).map_err(|error| invalid(error.to_string()))?;
    if expression.is_one_time() {
        return Ok(());
    }
    if timing.start.is_some_and(|start| start.as_millis() < now.as_millis() - OLDEST_START) {
        return Err(ServiceError::validation("The StartDate you specify cannot be earlier than 5 minutes ago."));
    }
    match (timing.start, timing.end) {
        (Some(start), Some(end)) if end <= start => {
            Err(ServiceError::validation("The StartDate you specify must come before the EndDate."))
        }
        _ => Ok(()),
    }
}

fn one_of<T: Default + for<'a> Deserialize<'a>>(
    value: Option<Value>,
    member: &str,
    set: &str,
) -> Result<T, ServiceError> {
    let Some(value) = value else { return Ok(T::default()) };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    serde_json::from_value(value)
        .map_err(|_| constraint(text, member, &format!("Member must satisfy enum value set: {set}")))
}

fn digest(input: &Value) -> Uuid {
    Uuid::new_v5(&REQUESTS, input.to_string().as_bytes())
}
