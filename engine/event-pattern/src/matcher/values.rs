//! The branches that are found by the values of one field.

use std::collections::{BTreeMap, HashMap};

use super::affixes::Affixes;
use super::keys::{Key, rank};
use super::postings::{Posting, Postings};
use super::ranges::Ranges;
use super::texts::{ByText, Folding};
use crate::condition::{Folded, Network, Value};

/// The branches that are found by the values of one field.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    texts: ByText<Postings>,
    literals: ByText<Postings>,
    present: Postings,
    pub(super) absent: Postings,
    parts: Option<Box<Parts>>,
    ranks: Option<Box<Ranges>>,
}

/// What is rarer for texts than equality.
#[derive(Clone, Debug, Default)]
struct Parts {
    prefixes: Affixes,
    suffixes: Affixes,
    infixes: Affixes,
    folded: ByText<Postings>,
    folded_prefixes: Affixes,
    folded_suffixes: Affixes,
    networks: HashMap<Network, Postings, Folding>,
    /// How many networks there are of each size.
    network_sizes: BTreeMap<usize, usize>,
    any_text: Postings,
}

impl Values {
    pub(super) fn add(&mut self, key: &Key<'_>, posting: Posting) {
        match key {
            Key::Text(text) => self.texts.entry(text.as_bytes()).0.add(posting),
            Key::Literal(word) => self.literals.entry(word.as_bytes()).0.add(posting),
            Key::Present => self.present.add(posting),
            Key::Absent => self.absent.add(posting),
            Key::Ranks(first, last) => self.ranks.get_or_insert_default().add(*first, *last, posting),
            part => self.parts.get_or_insert_default().add(part, posting),
        }
    }

    pub(super) fn remove(&mut self, key: &Key<'_>, branch: u32) {
        let remove = |texts: &mut ByText<Postings>, text: &str| {
            texts.remove_if(text.as_bytes(), |postings| postings.remove(branch));
        };
        match key {
            Key::Text(text) => remove(&mut self.texts, text),
            Key::Literal(word) => remove(&mut self.literals, word),
            Key::Present => drop(self.present.remove(branch)),
            Key::Absent => drop(self.absent.remove(branch)),
            Key::Ranks(first, last) => {
                if let Some(ranks) = &mut self.ranks {
                    ranks.remove(*first, *last, branch);
                }
                self.ranks.take_if(|ranks| ranks.is_empty());
            }
            part => {
                if let Some(parts) = &mut self.parts {
                    parts.remove(part, branch);
                }
                self.parts.take_if(|parts| parts.is_empty());
            }
        }
    }

    /// Tells the branches that a value brings into question. Its spelling is `bytes[from..to]`; `folding` is room to fold
    /// text in.
    #[inline]
    pub(super) fn find(
        &self,
        value: Value<'_>,
        (bytes, from, to): (&[u8], usize, usize),
        folding: &mut String,
        found: &mut impl FnMut(&Postings),
    ) {
        found(&self.present);
        match value {
            Value::String(text) => {
                self.texts.get(bytes, from, to).into_iter().for_each(&mut *found);
                if let Some(parts) = &self.parts {
                    parts.find(text, (bytes, from, to), folding, found);
                }
            }
            Value::Number { comparable, .. } => {
                self.literals.get(bytes, from, to).into_iter().for_each(&mut *found);
                if let (Some(ranks), Some(rank)) = (&self.ranks, rank(comparable)) {
                    ranks.find(rank, found);
                }
            }
            Value::Bool(_) | Value::Null => self.literals.get(bytes, from, to).into_iter().for_each(found),
        }
    }
}

impl Parts {
    fn add(&mut self, key: &Key<'_>, posting: Posting) {
        match key {
            Key::Prefix(text) => self.prefixes.add(text.as_bytes(), posting),
            Key::Suffix(text) => self.suffixes.add(text.as_bytes(), posting),
            Key::Infix(text) => self.infixes.add(text, posting),
            Key::Folded(text) => self.folded.entry(text.as_bytes()).0.add(posting),
            Key::FoldedPrefix(text) => self.folded_prefixes.add(text.as_bytes(), posting),
            Key::FoldedSuffix(text) => self.folded_suffixes.add(text.as_bytes(), posting),
            Key::AnyText => self.any_text.add(posting),
            Key::Network(network) => self.add_network(*network, posting),
            Key::Text(_) | Key::Literal(_) | Key::Ranks(..) | Key::Present | Key::Absent => {}
        }
    }

    fn add_network(&mut self, network: Network, posting: Posting) {
        if !self.networks.contains_key(&network) {
            *self.network_sizes.entry(network.bits()).or_default() += 1;
        }
        self.networks.entry(network).or_default().add(posting);
    }

    fn remove(&mut self, key: &Key<'_>, branch: u32) {
        match key {
            Key::Prefix(text) => self.prefixes.remove(text.as_bytes(), branch),
            Key::Suffix(text) => self.suffixes.remove(text.as_bytes(), branch),
            Key::Infix(text) => self.infixes.remove(text, branch),
            Key::Folded(text) => drop(self.folded.remove_if(text.as_bytes(), |postings| postings.remove(branch))),
            Key::FoldedPrefix(text) => self.folded_prefixes.remove(text.as_bytes(), branch),
            Key::FoldedSuffix(text) => self.folded_suffixes.remove(text.as_bytes(), branch),
            Key::AnyText => drop(self.any_text.remove(branch)),
            Key::Network(network) => self.remove_network(network, branch),
            Key::Text(_) | Key::Literal(_) | Key::Ranks(..) | Key::Present | Key::Absent => {}
        }
    }

    fn remove_network(&mut self, network: &Network, branch: u32) {
        if self.networks.get_mut(network).is_some_and(|postings| postings.remove(branch)) {
            self.networks.remove(network);
            let bits = network.bits();
            if let Some(networks) = self.network_sizes.get_mut(&bits) {
                *networks -= 1;
                if *networks == 0 {
                    self.network_sizes.remove(&bits);
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        let affixes = [&self.prefixes, &self.suffixes, &self.infixes, &self.folded_prefixes, &self.folded_suffixes];
        affixes.iter().all(|affixes| affixes.is_empty())
            && self.folded.is_empty()
            && self.networks.is_empty()
            && self.any_text.is_empty()
    }

    fn find(
        &self,
        text: &str,
        (bytes, from, to): (&[u8], usize, usize),
        folding: &mut String,
        found: &mut impl FnMut(&Postings),
    ) {
        found(&self.any_text);
        self.prefixes.at_start(bytes, from, to, found);
        self.suffixes.at_end(bytes, from, to, found);
        if !self.infixes.is_empty() {
            self.infixes.anywhere(bytes, from, to, found);
        }
        if !self.networks.is_empty() {
            let networks = Network::of_sizes(text, self.network_sizes.keys().copied());
            networks.filter_map(|network| self.networks.get(&network)).for_each(&mut *found);
        }
        if !(self.folded.is_empty() && self.folded_prefixes.is_empty() && self.folded_suffixes.is_empty()) {
            Folded::fold_into(text, folding);
            let (bytes, to) = (folding.as_bytes(), folding.len());
            self.folded.get(bytes, 0, to).into_iter().for_each(&mut *found);
            self.folded_prefixes.at_start(bytes, 0, to, found);
            self.folded_suffixes.at_end(bytes, 0, to, found);
        }
    }
}
