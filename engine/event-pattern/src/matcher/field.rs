//! The branches that are found by one field.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use super::BranchId;
use super::access::Key;
use crate::condition::{Folded, Network};
use crate::event::Scalar;
use crate::json::Comparable;

/// The branches that are found by one field, by what a value of it has to be.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldIndex {
    strings: ByText,
    folded: ByText,
    prefixes: BySize<String>,
    suffixes: BySize<String>,
    spellings: ByText,
    at_least: BTreeMap<u64, BTreeSet<BranchId>>,
    at_most: BTreeMap<u64, BTreeSet<BranchId>>,
    networks: BySize<Network>,
    /// Numbers, booleans, null and what asks for nothing but presence.
    others: HashMap<Key, BTreeSet<BranchId>>,
}

type ByText = HashMap<String, BTreeSet<BranchId>>;

/// Branches by a key of some size, and how many such keys there are of each size: a value is looked up in all sizes.
#[derive(Clone, Debug)]
struct BySize<K> {
    by_key: HashMap<K, BTreeSet<BranchId>>,
    sizes: BTreeMap<usize, usize>,
}

impl FieldIndex {
    pub(super) fn add(&mut self, keys: &[Key], branch: BranchId) {
        for key in keys {
            let branches = match key {
                Key::String(text) => self.strings.entry(text.clone()).or_default(),
                Key::Folded(text) => self.folded.entry(text.clone()).or_default(),
                Key::Spelling(text) => self.spellings.entry(text.clone()).or_default(),
                Key::Prefix(text) => self.prefixes.of(text, text.len()),
                Key::Suffix(text) => self.suffixes.of(text, text.len()),
                Key::AtLeast(rank) => self.at_least.entry(*rank).or_default(),
                Key::AtMost(rank) => self.at_most.entry(*rank).or_default(),
                Key::Network(network) => self.networks.of(network, network.bits()),
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
                Key::Prefix(text) => self.prefixes.remove(text, text.len(), branch),
                Key::Suffix(text) => self.suffixes.remove(text, text.len(), branch),
                Key::AtLeast(rank) => take_ranked(&mut self.at_least, *rank, branch),
                Key::AtMost(rank) => take_ranked(&mut self.at_most, *rank, branch),
                Key::Network(network) => self.networks.remove(network, network.bits(), branch),
                Key::Number(_) | Key::Bool(_) | Key::Null | Key::Present => take(&mut self.others, key, branch),
            };
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.strings.is_empty()
            && self.folded.is_empty()
            && self.spellings.is_empty()
            && self.prefixes.by_key.is_empty()
            && self.suffixes.by_key.is_empty()
            && self.at_least.is_empty()
            && self.at_most.is_empty()
            && self.networks.by_key.is_empty()
            && self.others.is_empty()
    }

    /// How many branches are found by one of the keys. Ranges overlap, so each counts with all of its kind.
    pub(super) fn company(&self, keys: &[Key]) -> usize {
        let of = |key: &Key| match key {
            Key::String(text) => count(self.strings.get(text)),
            Key::Folded(text) => count(self.folded.get(text)),
            Key::Spelling(text) => count(self.spellings.get(text)),
            Key::Prefix(text) => count(self.prefixes.by_key.get(text)),
            Key::Suffix(text) => count(self.suffixes.by_key.get(text)),
            Key::AtLeast(_) => self.at_least.len(),
            Key::AtMost(_) => self.at_most.len(),
            Key::Network(network) => count(self.networks.by_key.get(network)),
            Key::Number(_) | Key::Bool(_) | Key::Null | Key::Present => count(self.others.get(key)),
        };
        keys.iter().map(of).sum()
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
                for length in self.prefixes.sizes(text.len()) {
                    add(text.get(..length).and_then(|prefix| self.prefixes.by_key.get(prefix)));
                }
                for length in self.suffixes.sizes(text.len()) {
                    add(text.get(text.len() - length..).and_then(|suffix| self.suffixes.by_key.get(suffix)));
                }
                if !self.networks.by_key.is_empty() {
                    let networks = Network::of_sizes(text, self.networks.sizes(usize::MAX));
                    networks.for_each(|network| add(self.networks.by_key.get(&network)));
                }
            }
            Scalar::Number { spelling, comparable } => {
                add(self.spellings.get(spelling));
                if let Some(rank) = comparable.map(Comparable::rank) {
                    add(self.others.get(&Key::Number(rank)));
                    self.at_least.range(..=rank).for_each(|(_, branches)| add(Some(branches)));
                    self.at_most.range(rank..).for_each(|(_, branches)| add(Some(branches)));
                }
            }
            Scalar::Bool(value) => add(self.others.get(&Key::Bool(*value))),
            Scalar::Null => add(self.others.get(&Key::Null)),
        }
    }
}

impl<K> Default for BySize<K> {
    fn default() -> Self {
        Self { by_key: HashMap::new(), sizes: BTreeMap::new() }
    }
}

impl<K: Hash + Eq + Clone> BySize<K> {
    /// The branches of a key, none yet where it is new.
    fn of(&mut self, key: &K, size: usize) -> &mut BTreeSet<BranchId> {
        if !self.by_key.contains_key(key) {
            *self.sizes.entry(size).or_default() += 1;
        }
        self.by_key.entry(key.clone()).or_default()
    }

    fn remove(&mut self, key: &K, size: usize, branch: BranchId) -> bool {
        let was_there = take(&mut self.by_key, key, branch);
        if was_there
            && !self.by_key.contains_key(key)
            && let Some(keys) = self.sizes.get_mut(&size)
        {
            *keys -= 1;
            if *keys == 0 {
                self.sizes.remove(&size);
            }
        }
        was_there
    }

    /// The sizes that there are, up to one.
    fn sizes(&self, most: usize) -> impl Iterator<Item = usize> {
        self.sizes.range(..=most).map(|(size, _)| *size)
    }
}

/// Takes a branch out of the set of a key; answers whether it was there.
fn take<K, Q>(by_key: &mut HashMap<K, BTreeSet<BranchId>>, key: &Q, branch: BranchId) -> bool
where
    K: Borrow<Q> + Hash + Eq,
    Q: Hash + Eq + ?Sized,
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

fn take_ranked(by_rank: &mut BTreeMap<u64, BTreeSet<BranchId>>, rank: u64, branch: BranchId) -> bool {
    let Some(branches) = by_rank.get_mut(&rank) else {
        return false;
    };
    let was_there = branches.remove(&branch);
    if branches.is_empty() {
        by_rank.remove(&rank);
    }
    was_there
}

fn count(branches: Option<&BTreeSet<BranchId>>) -> usize {
    branches.map_or(0, BTreeSet::len)
}
