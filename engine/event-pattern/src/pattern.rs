//! A parsed pattern.

use std::sync::Arc;

use crate::compile;
use crate::condition::{Condition, Value};
use crate::event::Event;
use crate::search;

/// An event pattern: what an event has to look like.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
#[derive(Clone, Debug)]
pub struct Pattern {
    branches: Vec<Branch>,
}

/// One way to match: all of its fields must. `$or` makes several of one pattern.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// By path, which is the order in which they are looked at.
    pub(crate) fields: Vec<Field>,
}

/// A field of the event and what one of its values must meet.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// The steps to the field, joined by dots.
    pub(crate) path: String,
    /// One of them has to be met.
    pub(crate) conditions: Arc<[Condition]>,
}

impl Field {
    /// Whether a value of the field meets one of the conditions.
    pub(crate) fn accepts(&self, value: Value<'_>) -> bool {
        self.conditions.iter().any(|condition| condition.accepts(value))
    }

    /// Whether one of the conditions is that there be no value.
    pub(crate) fn may_be_absent(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(condition, Condition::Absent))
    }
}

/// A text that is no pattern. It prints AWS's text, which is the message of an `InvalidEventPatternException`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Event pattern is not valid. Reason: {reason}{places}")]
pub struct InvalidPattern {
    pub(crate) reason: String,
    /// Where, each place on a line of its own; empty for complaints that AWS makes without a place.
    pub(crate) places: String,
}

impl InvalidPattern {
    /// What is wrong, without where.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl Pattern {
    /// Parses a pattern from its JSON text. Of several values of a path, however spelled, the last counts.
    ///
    /// # Errors
    /// With AWS's text when it is no pattern.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        Ok(Self { branches: compile::branches(text)? })
    }

    /// Whether `event` looks like this. Values of fields below one array count together only when they come from the same
    /// element of it.
    pub fn matches(&self, event: &Event) -> bool {
        self.branches.iter().any(|branch| search::matches(branch, event))
    }

    pub(crate) fn into_branches(self) -> Vec<Branch> {
        self.branches
    }
}
