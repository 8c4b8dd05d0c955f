//! The scalar for moments.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use events::Timestamp;
use serde::Serialize;

use crate::rejection::Rejection;

/// A moment as a client writes it, which may be any text: whether it is a moment, and one that will do, is for the
/// workflow to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DateTime(String);

/// A moment as RFC 3339 with an offset, such as `2026-11-21T08:00:00Z`. Answers are in UTC with three digits of fraction.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl DateTime {
    /// The moment, where this API itself has to compare it.
    ///
    /// # Errors
    /// It is no moment.
    pub fn moment(&self) -> Result<Timestamp, Rejection> {
        self.0.parse().map_err(|error| Rejection::BadInput(format!("{error}")))
    }
}

impl From<Timestamp> for DateTime {
    fn from(moment: Timestamp) -> Self {
        Self(moment.to_string())
    }
}
