//! EventBridge's schedule expressions: `rate(5 minutes)`, `cron(0 10 ? * MON-FRI *)`, `at(2026-11-21T08:00:00)`.
//!
//! Rules of EventBridge and EventBridge Scheduler have the same expressions with small differences, so each has a
//! parser of its own: [`Expression::of_rule`] and [`Expression::of_schedule`]. A [`Schedule`] is an expression in a time
//! zone; told a moment, it answers the next one that is due. It asks no clock and reads no file: the time zone database
//! is part of the program.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>
//! <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>

mod cron;
mod error;
mod expression;
mod next;
mod zone;

pub use error::{InvalidRuleExpression, InvalidScheduleExpression, InvalidTimeZone};
pub use expression::Expression;
pub use next::Schedule;
pub use zone::Zone;
