//! What AWS answers to an expression or a time zone that is none.

/// An expression that PutRule refuses, with AWS's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Parameter ScheduleExpression is not valid.")]
pub struct InvalidRuleExpression;

/// An expression that CreateSchedule refuses, with AWS's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid Schedule Expression {0}.")]
pub struct InvalidScheduleExpression(pub String);

/// A time zone that the database of time zones doesn't have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid Schedule Expression Timezone {0}.")]
pub struct InvalidTimeZone(pub String);
