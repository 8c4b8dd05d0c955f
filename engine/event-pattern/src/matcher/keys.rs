//! What the values have in common that meet a condition.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use super::texts::FoldingHasher;
use crate::condition::{Condition, Network, Range, Wildcard};
use crate::json::Comparable;
use crate::leaves::FieldId;

/// What the values have in common that meet a condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'c> {
    /// A text is this, begins with it, ends with it, or has it somewhere.
    Text(&'c str),
    Prefix(&'c str),
    Suffix(&'c str),
    Infix(&'c [u8]),
    /// The same for what becomes of a text when case is folded away.
    Folded(String),
    FoldedPrefix(String),
    FoldedSuffix(String),
    AnyText,
    Network(Network),
    /// A number is spelled like this, or it is one of the words `true`, `false` and `null`.
    Literal(Cow<'c, str>),
    /// A number's rank is in this range, ends included.
    Ranks(u64, u64),
    /// There is a value.
    Present,
    /// There is none.
    Absent,
}

/// How much of a text inside of wildcards makes a key: what has to be tried at each place of a value should be short.
const INFIX: usize = 8;

/// The keys of a condition, each with whether every value that has it meets the condition. A value that meets the condition
/// has one of them.
pub(super) fn keys(condition: &Condition) -> Vec<(Key<'_>, bool)> {
    let sure = |key| vec![(key, true)];
    let unsure = |key| vec![(key, false)];
    match condition {
        Condition::String(text) => sure(Key::Text(text)),
        Condition::Prefix(text) => sure(Key::Prefix(text)),
        Condition::Suffix(text) => sure(Key::Suffix(text)),
        Condition::EqualsIgnoreCase(folded) => unsure(Key::Folded(folded.key())),
        Condition::PrefixIgnoreCase(folded) => unsure(Key::FoldedPrefix(folded.key())),
        Condition::SuffixIgnoreCase(folded) => unsure(Key::FoldedSuffix(folded.key())),
        Condition::Wildcard(wildcard) => vec![of_wildcard(wildcard)],
        Condition::Cidr(network) => sure(Key::Network(*network)),
        Condition::Null => sure(Key::Literal("null".into())),
        Condition::Bool(value) => sure(Key::Literal(if *value { "true" } else { "false" }.into())),
        Condition::Number { comparable: Some(number), .. } => sure(Key::Ranks(number.rank(), number.rank())),
        Condition::Number { spelling, comparable: None } => sure(Key::Literal(spelling.into())),
        Condition::Numeric(range) => of_range(range).into_iter().map(|key| (key, true)).collect(),
        Condition::Exists => sure(Key::Present),
        Condition::AnythingBut(_) => unsure(Key::Present),
        Condition::Absent => sure(Key::Absent),
    }
}

/// The longest part of a wildcard, parts at its ends first.
fn of_wildcard(wildcard: &Wildcard) -> (Key<'_>, bool) {
    let parts = wildcard.parts();
    let (first, last) = (wildcard.first_part(), wildcard.last_part());
    match parts.len() {
        1 => return (Key::Text(first), true),
        2 if first.is_empty() && last.is_empty() => return (Key::AnyText, true),
        2 if last.is_empty() => return (Key::Prefix(first), true),
        2 if first.is_empty() => return (Key::Suffix(last), true),
        _ => {}
    }
    if !first.is_empty() || !last.is_empty() {
        return (if first.len() >= last.len() { Key::Prefix(first) } else { Key::Suffix(last) }, false);
    }
    let infix = parts.iter().max_by_key(|part| part.len()).map_or("", String::as_str);
    let key = &infix.as_bytes()[..infix.len().min(INFIX)];
    (Key::Infix(key), parts.len() == 3 && key.len() == infix.len())
}

/// The ranks in a range; `None` where there are none.
fn of_range(range: &Range) -> Option<Key<'static>> {
    let first = range.bottom.map_or(Some(0), |bottom| bottom.value.rank().checked_add(bottom.open.into()))?;
    let last = range.top.map_or(Some(u64::MAX), |top| top.value.rank().checked_sub(top.open.into()))?;
    (first <= last).then_some(Key::Ranks(first, last))
}

impl Key<'_> {
    /// How often values have keys of this kind, roughly: with what to multiply the number of branches that ask for this one.
    pub(super) fn weight(&self) -> usize {
        match self {
            Key::Text(_) | Key::Folded(_) => 1,
            Key::Ranks(first, last) if first == last => 1,
            Key::Prefix("") | Key::Suffix("") | Key::AnyText | Key::Present | Key::Absent => 64,
            Key::Literal(word) if word.starts_with(char::is_alphabetic) => 16,
            Key::Literal(_) => 1,
            Key::Prefix(_) | Key::Suffix(_) | Key::FoldedPrefix(_) | Key::FoldedSuffix(_) | Key::Network(_) => 4,
            Key::Infix(_) | Key::Ranks(..) => 8,
        }
    }

    /// A number that tells a field's key from others, to count by. That two may share it does no harm.
    pub(super) fn fingerprint(&self, field: FieldId) -> u64 {
        let mut hasher = FoldingHasher::default();
        (field, self).hash(&mut hasher);
        hasher.finish()
    }
}

/// Whether a condition looks at numbers by their value.
pub(super) fn looks_at_numbers(condition: &Condition) -> bool {
    match condition {
        Condition::Number { comparable, .. } => comparable.is_some(),
        Condition::Numeric(_) => true,
        Condition::AnythingBut(excluded) => excluded.is_of_numbers(),
        _ => false,
    }
}

/// The rank of a number that can be compared.
pub(super) fn rank(number: Option<Comparable>) -> Option<u64> {
    number.map(Comparable::rank)
}
