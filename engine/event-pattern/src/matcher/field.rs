//! The branches that are found by one field.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::BranchId;
use super::access::Key;
use crate::condition::Folded;
use crate::event::Scalar;

/// The branches that are found by one field, by what a value of it has to be.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldIndex {
    strings: ByText,
    folded: ByText,
    prefixes: ByAffix,
    suffixes: ByAffix,
    spellings: ByText,
    /// Numbers, booleans, null and what asks for nothing but presence.
    others: HashMap<Key, BTreeSet<BranchId>>,
}

type ByText = HashMap<String, BTreeSet<BranchId>>;

/// Branches by a part of a text, and how many such texts there are of each length.
#[derive(Clone, Debug, Default)]
struct ByAffix {
    by_text: ByText,
    lengths: BTreeMap<usize, usize>,
}

impl FieldIndex {
    pub(super) fn add(&mut self, keys: &[Key], branch: BranchId) {
        for key in keys {
            let branches = match key {
                Key::String(text) => self.strings.entry(text.clone()).or_default(),
                Key::Folded(text) => self.folded.entry(text.clone()).or_default(),
                Key::Spelling(text) => self.spellings.entry(text.clone()).or_default(),
                Key::Prefix(text) => self.prefixes.of(text),
                Key::Suffix(text) => self.suffixes.of(text),
                Key::Number(_) | Key::Bool(_) | Key::Null | Key::Present => self.others.entry(key.clone()).or_default(),
            };
            branches.insert(branch);
        }
    }

    pub(super) fn remove(&mut self, keys: &[Key], branch: BranchId) {
        for key in keys {
            match key {
                Key::String(text) => take(&mut self.strings, text, branch),
                Key::Folded(text) => take(&mut self.folded, text, branch),
                Key::Spelling(text) => take(&mut self.spellings, text, branch),
                Key::Prefix(text) => self.prefixes.remove(text, branch),
                Key::Suffix(text) => self.suffixes.remove(text, branch),
                Key::Number(_) | Key::Bool(_) | Key::Null | Key::Present => take(&mut self.others, key, branch),
            };
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.strings.is_empty()
            && self.folded.is_empty()
            && self.spellings.is_empty()
            && self.prefixes.by_text.is_empty()
            && self.suffixes.by_text.is_empty()
            && self.others.is_empty()
    }

    /// How many branches are found by one of the keys.
    pub(super) fn company(&self, keys: &[Key]) -> usize {
        let of = |key: &Key| match key {
            Key::String(text) => self.strings.get(text),
            Key::Folded(text) => self.folded.get(text),
            Key::Spelling(text) => self.spellings.get(text),
            Key::Prefix(text) => self.prefixes.by_text.get(text),
            Key::Suffix(text) => self.suffixes.by_text.get(text),
            Key::Number(_) | Key::Bool(_) | Key::Null | Key::Present => self.others.get(key),
        };
        keys.iter().filter_map(of).map(BTreeSet::len).sum()
    }

    /// Adds the branches that a value of the field brings into question.
    pub(super) fn find(&self, value: &Scalar, found: &mut HashSet<BranchId>) {
        let mut add = |branches: Option<&BTreeSet<BranchId>>| found.extend(branches.into_iter().flatten());
        add(self.others.get(&Key::Present));
        match value {
            Scalar::String(text) => {
                add(self.strings.get(text));
                if !self.folded.is_empty() {
                    add(self.folded.get(&Folded::new(text).key()));
                }
                for length in self.prefixes.lengths.range(..=text.len()).map(|(length, _)| *length) {
                    add(text.get(..length).and_then(|prefix| self.prefixes.by_text.get(prefix)));
                }
                for length in self.suffixes.lengths.range(..=text.len()).map(|(length, _)| *length) {
                    add(text.get(text.len() - length..).and_then(|suffix| self.suffixes.by_text.get(suffix)));
                }
            }
            Scalar::Number { spelling, comparable } => {
                add(self.spellings.get(spelling));
                add(comparable.and_then(|value| self.others.get(&Key::Number(value.bits()))));
            }
            Scalar::Bool(value) => add(self.others.get(&Key::Bool(*value))),
            Scalar::Null => add(self.others.get(&Key::Null)),
        }
    }
}

impl ByAffix {
    /// The branches of a text, none yet where it is new.
    fn of(&mut self, text: &str) -> &mut BTreeSet<BranchId> {
        if !self.by_text.contains_key(text) {
            *self.lengths.entry(text.len()).or_default() += 1;
        }
        self.by_text.entry(text.to_owned()).or_default()
    }

    fn remove(&mut self, text: &str, branch: BranchId) -> bool {
        let was_there = take(&mut self.by_text, text, branch);
        if was_there
            && !self.by_text.contains_key(text)
            && let Some(texts) = self.lengths.get_mut(&text.len())
        {
            *texts -= 1;
            if *texts == 0 {
                self.lengths.remove(&text.len());
            }
        }
        was_there
    }
}

/// Takes a branch out of the set of a key; answers whether it was there.
fn take<K, Q>(by_key: &mut HashMap<K, BTreeSet<BranchId>>, key: &Q, branch: BranchId) -> bool
where
    K: std::borrow::Borrow<Q> + std::hash::Hash + Eq,
    Q: std::hash::Hash + Eq + ?Sized,
{
    let Some(branches) = by_key.get_mut(key) else {
        return false;
    };
    let was_there = branches.remove(&branch);
    if branches.is_empty() {
        by_key.remove(key);
    }
    was_there
}
