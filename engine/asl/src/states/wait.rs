//! Wait: for a number of seconds, or until a moment.

use std::time::Duration;

use clock::Timestamp;

use crate::data::Data;
use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::json::Value;
use crate::jsonata::Expression;
use crate::machine::{Fields, QueryLanguage, State};
use crate::path::Path;
use crate::timestamp;

/// A delay that AWS refuses as too long, in milliseconds: what fits 32 bits of seconds.
const MAX_DELAY_MILLISECONDS: i64 = 2_147_483_647_000;
const MAX_SECONDS: u64 = 99_999_999;

/// A Wait state.
#[derive(Debug)]
pub(crate) enum Wait {
    Seconds(u64),
    SecondsPath(Path),
    SecondsExpression(Expression),
    Timestamp(Timestamp),
    TimestampPath(Path),
    TimestampExpression(Expression),
}

impl Wait {
    pub(crate) const FIELDS: &[&str] = &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

    pub(crate) fn read(fields: &Fields<'_>) -> Option<Self> {
        let set: Vec<_> = Self::FIELDS.iter().copied().filter(|field| fields.has(field)).collect();
        match set[..] {
            ["Seconds"] => match fields.expression("Seconds") {
                Some(expression) => expression.map(Self::SecondsExpression),
                None => fields.integer("Seconds", 0, MAX_SECONDS).map(Self::Seconds),
            },
            ["SecondsPath"] => fields.path("SecondsPath").map(Self::SecondsPath),
            ["Timestamp"] => match fields.expression("Timestamp") {
                Some(expression) => expression.map(Self::TimestampExpression),
                None => {
                    let moment = timestamp::parse(fields.text("Timestamp")?);
                    if moment.is_none() {
                        fields.field_problem("Timestamp", "String does not match RFC3339 timestamp");
                    }
                    moment.map(Self::Timestamp)
                }
            },
            ["TimestampPath"] => fields.path("TimestampPath").map(Self::TimestampPath),
            _ => {
                let found = if set.is_empty() { "This object should have only" } else { "There should only be" };
                let fields_of_all = "SecondsPath, Seconds, TimestampPath, Timestamp";
                fields.problem(format!("{found} one of the following fields: [{fields_of_all}]"));
                None
            }
        }
    }

    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let input = match state.io.language {
            QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
            QueryLanguage::Jsonata => execution.input(frame),
        };
        let now = execution.now();
        let until = execution.evaluate(frame, &input, |data| self.until(now, &data))?;
        if until.as_millis().saturating_sub(now.as_millis()) > MAX_DELAY_MILLISECONDS {
            return Err(Failure::runtime("Wait state delay is too long."));
        }
        if until <= now || execution.is_test() {
            return execution.complete(frame, state, input);
        }
        execution.wait_until(frame, until);
        Ok(())
    }

    /// The wait is over.
    pub(crate) fn finish(execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let input = match state.io.language {
            QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
            QueryLanguage::Jsonata => execution.input(frame),
        };
        execution.complete(frame, state, input)
    }

    fn until(&self, now: Timestamp, data: &Data<'_>) -> Result<Timestamp, Failure> {
        let after = |seconds: i64| match u64::try_from(seconds) {
            Ok(seconds) => now.plus(Duration::from_secs(seconds)),
            Err(_) => now,
        };
        match self {
            Self::Seconds(seconds) => Ok(now.plus(Duration::from_secs(*seconds))),
            Self::Timestamp(moment) => Ok(*moment),
            Self::SecondsPath(path) => {
                let value = data.find(path).map_err(|_| {
                    Failure::runtime(format!(
                        "The SecondsPath parameter does not reference an input value: {}",
                        path.text
                    ))
                })?;
                let spelled = value.spelled();
                match spelled.parse().ok().filter(|seconds: &i64| *seconds >= 0) {
                    Some(seconds) => Ok(after(seconds)),
                    None => Err(Failure::runtime(format!(
                        "The SecondsPath parameter cannot be parsed as a long value: {} == {spelled}",
                        path.text
                    ))),
                }
            }
            Self::TimestampPath(path) => {
                let value = data.find(path).map_err(|_| {
                    Failure::runtime(format!(
                        "The TimestampPath parameter does not reference an input value: {}",
                        path.text
                    ))
                })?;
                value.as_str().and_then(timestamp::parse).ok_or_else(|| {
                    Failure::runtime(format!(
                        "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {}",
                        path.text,
                        value.spelled()
                    ))
                })
            }
            Self::SecondsExpression(expression) => {
                let value = expression.evaluate("Seconds", data)?;
                match value.as_i64().filter(|seconds| *seconds >= 0) {
                    Some(seconds) => Ok(after(seconds)),
                    None if matches!(value, Value::Number(_)) => Err(query(
                        "Seconds",
                        format!("The Seconds field cannot be parsed as a long value: {}", value.spelled()),
                    )),
                    None => Err(expression.unexpected("Seconds", "number", &value)),
                }
            }
            Self::TimestampExpression(expression) => {
                let value = expression.evaluate("Timestamp", data)?;
                let Some(text) = value.as_str() else {
                    return Err(expression.unexpected("Timestamp", "string", &value));
                };
                timestamp::parse(text).ok_or_else(|| {
                    query(
                        "Timestamp",
                        format!(
                            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
                        ),
                    )
                })
            }
        }
    }

    /// The path and the expression that the state is made of.
    pub(super) fn parts(&self) -> (Option<&Path>, Option<&Expression>) {
        match self {
            Self::SecondsPath(path) | Self::TimestampPath(path) => (Some(path), None),
            Self::SecondsExpression(expression) | Self::TimestampExpression(expression) => (None, Some(expression)),
            Self::Seconds(_) | Self::Timestamp(_) => (None, None),
        }
    }
}

/// The expression had a value, but the wrong one.
fn query(field: &str, message: String) -> Failure {
    Failure::Query { message, location: Some(field.to_owned()), evaluated: true }
}
