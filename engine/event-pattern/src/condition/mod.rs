//! What a pattern asks of one value of a field.

mod address;
mod complexity;
mod folded;
mod range;
mod wildcard;

pub(crate) use address::Network;
pub(crate) use complexity::{MAX_COMPLEXITY, complexity};
pub(crate) use folded::Folded;
pub(crate) use range::{Bound, Range};
pub(crate) use wildcard::Wildcard;

use crate::json::Comparable;

/// What a pattern asks of one value of a field; [`Condition::Absent`] asks that there be none.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    String(String),
    /// A number by its value or, where it can't be compared, by its spelling.
    Number {
        spelling: String,
        comparable: Option<Comparable>,
    },
    Bool(bool),
    Null,
    Prefix(String),
    Suffix(String),
    EqualsIgnoreCase(Folded),
    PrefixIgnoreCase(Folded),
    SuffixIgnoreCase(Folded),
    Wildcard(Wildcard),
    AnythingBut(Excluded),
    Numeric(Range),
    Cidr(Network),
    Exists,
    Absent,
}

/// A value of an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'e> {
    String(&'e str),
    /// A number with its value where it can be compared.
    Number {
        spelling: &'e str,
        comparable: Option<Comparable>,
    },
    Bool(bool),
    Null,
}

/// What `anything-but` excludes. Values of another type are never excluded.
#[derive(Clone, Debug)]
pub(crate) enum Excluded {
    Strings(Vec<String>),
    Numbers(Vec<Comparable>),
    Prefixes(Vec<String>),
    Suffixes(Vec<String>),
    IgnoringCase(Vec<Folded>),
    Wildcards(Vec<Wildcard>),
}

impl Condition {
    /// Whether a value of the field meets the condition.
    pub(crate) fn accepts(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Exists, _) => true,
            (Self::AnythingBut(excluded), value) => !excluded.contains(value),
            (Self::Null, Value::Null) => true,
            (Self::Bool(expected), Value::Bool(value)) => *expected == value,
            (Self::Number { spelling, comparable }, Value::Number { spelling: text, comparable: value }) => {
                (comparable.is_some() && *comparable == value) || spelling == text
            }
            (Self::Numeric(range), Value::Number { comparable: Some(value), .. }) => range.contains(value),
            (condition, Value::String(text)) => condition.accepts_string(text),
            _ => false,
        }
    }

    fn accepts_string(&self, text: &str) -> bool {
        match self {
            Self::String(expected) => expected == text,
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::EqualsIgnoreCase(folded) => folded.equals(text),
            Self::PrefixIgnoreCase(folded) => folded.starts(text),
            Self::SuffixIgnoreCase(folded) => folded.ends(text),
            Self::Wildcard(wildcard) => wildcard.matches(text),
            Self::Cidr(network) => network.contains(text),
            _ => false,
        }
    }
}

impl Excluded {
    /// Whether numbers are excluded by their value.
    pub(crate) fn is_of_numbers(&self) -> bool {
        matches!(self, Self::Numbers(_))
    }

    fn contains(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Numbers(numbers), Value::Number { comparable: Some(value), .. }) => numbers.contains(&value),
            (Self::Strings(strings), Value::String(text)) => strings.iter().any(|string| string == text),
            (Self::Prefixes(prefixes), Value::String(text)) => prefixes.iter().any(|prefix| text.starts_with(prefix)),
            (Self::Suffixes(suffixes), Value::String(text)) => suffixes.iter().any(|suffix| text.ends_with(suffix)),
            (Self::IgnoringCase(folded), Value::String(text)) => folded.iter().any(|folded| folded.equals(text)),
            (Self::Wildcards(wildcards), Value::String(text)) => {
                wildcards.iter().any(|wildcard| wildcard.matches(text))
            }
            _ => false,
        }
    }
}
