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

use crate::event::Scalar;
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
    pub(crate) fn accepts(&self, value: &Scalar) -> bool {
        match (self, value) {
            (Self::Exists, _) => true,
            (Self::AnythingBut(excluded), value) => !excluded.contains(value),
            (Self::Null, Scalar::Null) => true,
            (Self::Bool(expected), Scalar::Bool(value)) => expected == value,
            (Self::Number { spelling, comparable }, Scalar::Number { spelling: text, comparable: value }) => {
                (comparable.is_some() && comparable == value) || spelling == text
            }
            (Self::Numeric(range), Scalar::Number { comparable: Some(value), .. }) => range.contains(*value),
            (condition, Scalar::String(text)) => condition.accepts_string(text),
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
    fn contains(&self, value: &Scalar) -> bool {
        match (self, value) {
            (Self::Numbers(numbers), Scalar::Number { comparable: Some(value), .. }) => numbers.contains(value),
            (Self::Strings(strings), Scalar::String(text)) => strings.contains(text),
            (Self::Prefixes(prefixes), Scalar::String(text)) => prefixes.iter().any(|prefix| text.starts_with(prefix)),
            (Self::Suffixes(suffixes), Scalar::String(text)) => suffixes.iter().any(|suffix| text.ends_with(suffix)),
            (Self::IgnoringCase(folded), Scalar::String(text)) => folded.iter().any(|folded| folded.equals(text)),
            (Self::Wildcards(wildcards), Scalar::String(text)) => {
                wildcards.iter().any(|wildcard| wildcard.matches(text))
            }
            _ => false,
        }
    }
}
