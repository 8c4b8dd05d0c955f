//! The ways by which a branch can be found.

use crate::condition::{Condition, Network, Range};
use crate::pattern::{Branch, Field};

/// A way to find a branch: every event that matches it is found this way, and others besides.
#[derive(Clone, Debug)]
pub(super) enum Access {
    /// By a value of a field.
    Field { path: String, keys: Vec<Key> },
    /// Always.
    Always,
}

/// What a value of a field has to be, or begin or end with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    String(String),
    /// In a form that is the same for all texts that are equal without regard to case.
    Folded(String),
    Prefix(String),
    Suffix(String),
    /// A number's value, by its rank.
    Number(u64),
    /// A number of at least this rank.
    AtLeast(u64),
    /// A number of at most this rank.
    AtMost(u64),
    Network(Network),
    /// A number that only its spelling tells.
    Spelling(String),
    Bool(bool),
    Null,
    /// Anything.
    Present,
}

/// The ways to find a branch: those by values first, then those by the presence of a field.
pub(super) fn accesses(branch: &Branch) -> Vec<Access> {
    let required = || branch.fields.iter().filter(|field| !may_be_absent(field));
    let by_value = required().filter_map(|field| {
        let keys = field.conditions.iter().map(key).collect::<Option<Vec<_>>>()?;
        Some(Access::Field { path: field.path.clone(), keys })
    });
    let by_presence = required().map(|field| Access::Field { path: field.path.clone(), keys: vec![Key::Present] });
    by_value.chain(by_presence).collect()
}

fn may_be_absent(field: &Field) -> bool {
    field.conditions.iter().any(|condition| matches!(condition, Condition::Absent))
}

/// The key of the values that meet a condition, where they have one in common.
fn key(condition: &Condition) -> Option<Key> {
    Some(match condition {
        Condition::String(text) => Key::String(text.clone()),
        Condition::Prefix(prefix) => Key::Prefix(prefix.clone()),
        Condition::Suffix(suffix) => Key::Suffix(suffix.clone()),
        Condition::EqualsIgnoreCase(folded) => Key::Folded(folded.key()),
        Condition::Wildcard(wildcard) if !wildcard.first_part().is_empty() => {
            Key::Prefix(wildcard.first_part().to_owned())
        }
        Condition::Wildcard(wildcard) if !wildcard.last_part().is_empty() => {
            Key::Suffix(wildcard.last_part().to_owned())
        }
        Condition::Number { comparable: Some(value), .. } => Key::Number(value.rank()),
        Condition::Number { spelling, comparable: None } => Key::Spelling(spelling.clone()),
        Condition::Numeric(range) => of_range(range)?,
        Condition::Cidr(network) => Key::Network(*network),
        Condition::Bool(value) => Key::Bool(*value),
        Condition::Null => Key::Null,
        Condition::PrefixIgnoreCase(_)
        | Condition::SuffixIgnoreCase(_)
        | Condition::Wildcard(_)
        | Condition::AnythingBut(_)
        | Condition::Exists
        | Condition::Absent => return None,
    })
}

/// The key of a range: its one number, or one of its ends.
fn of_range(range: &Range) -> Option<Key> {
    if let Some(only) = range.only() {
        return Some(Key::Number(only.rank()));
    }
    let bottom = range.bottom.map(|bottom| Key::AtLeast(bottom.value.rank()));
    bottom.or_else(|| range.top.map(|top| Key::AtMost(top.value.rank())))
}
