//! An expression and its two parsers.

use std::time::Duration;

use jiff::civil::DateTime;

use crate::cron::Cron;
use crate::{InvalidRuleExpression, InvalidScheduleExpression};

/// When something is due, before it is known in which time zone and from when on it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression(pub(crate) Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rate(Duration),
    Cron(Box<Cron>),
    At(DateTime),
}

/// Whether a unit must agree with its number: `1 minute`, `2 minutes`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Required,
    Ignored,
}

impl Expression {
    /// An expression of a rule: `rate` or `cron`. The unit of a rate must agree with its number (`rate(1 minutes)` is
    /// refused).
    ///
    /// # Errors
    /// [`InvalidRuleExpression`] with AWS's text.
    pub fn of_rule(text: &str) -> Result<Self, InvalidRuleExpression> {
        rate(text, Agreement::Required).or_else(|| cron(text)).map(Self).ok_or(InvalidRuleExpression)
    }

    /// An expression of a schedule of EventBridge Scheduler: `rate`, `cron` or `at`.
    ///
    /// # Errors
    /// [`InvalidScheduleExpression`] with AWS's text, which repeats the expression.
    pub fn of_schedule(text: &str) -> Result<Self, InvalidScheduleExpression> {
        rate(text, Agreement::Ignored)
            .or_else(|| cron(text))
            .or_else(|| cron_of_every_year(text))
            .or_else(|| at(text))
            .map(Self)
            .ok_or_else(|| InvalidScheduleExpression(text.to_owned()))
    }

    /// Whether it is a `rate`, which is due at once when nothing says from when on it is counted.
    pub fn is_rate(&self) -> bool {
        matches!(self.0, Kind::Rate(_))
    }

    /// Whether it is an `at`, which is due only once.
    pub fn is_one_time(&self) -> bool {
        matches!(self.0, Kind::At(_))
    }
}

/// What is in the brackets of `name(…)`, without white space at its ends, which AWS refuses.
fn argument<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let argument = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
    (argument.trim() == argument).then_some(argument)
}

fn rate(text: &str, agreement: Agreement) -> Option<Kind> {
    let (number, unit) = argument(text, "rate")?.split_once(' ')?;
    // `parse` takes a sign, which AWS doesn't.
    let value: u64 = number.bytes().all(|digit| digit.is_ascii_digit()).then(|| number.parse().ok())??;
    let (seconds, is_plural) = match unit {
        "minute" | "minutes" => (60, unit.ends_with('s')),
        "hour" | "hours" => (3_600, unit.ends_with('s')),
        "day" | "days" => (86_400, unit.ends_with('s')),
        _ => return None,
    };
    if value == 0 || (agreement == Agreement::Required && is_plural != (value > 1)) {
        return None;
    }
    Some(Kind::Rate(Duration::from_secs(value.checked_mul(seconds)?)))
}

fn cron(text: &str) -> Option<Kind> {
    Cron::parse(argument(text, "cron")?).map(|cron| Kind::Cron(Box::new(cron)))
}

/// Scheduler takes five fields, too: without the year.
fn cron_of_every_year(text: &str) -> Option<Kind> {
    let fields = argument(text, "cron")?;
    let has_five = fields.split_whitespace().count() == 5;
    has_five.then(|| Cron::parse(&format!("{fields} *"))).flatten().map(|cron| Kind::Cron(Box::new(cron)))
}

fn at(text: &str) -> Option<Kind> {
    let argument = argument(text, "at")?;
    // Exactly `yyyy-mm-ddThh:mm:ss`; the parser of dates would take more.
    let is_pattern = argument.len() == 19
        && argument.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    is_pattern.then(|| argument.parse().ok()).flatten().map(Kind::At)
}
