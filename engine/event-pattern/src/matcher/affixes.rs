//! Parts of texts, found by the texts that have them.

use std::collections::BTreeMap;

use super::postings::{Posting, Postings};
use super::texts::ByText;

/// Parts of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Affixes {
    parts: ByText<Postings>,
    /// How many parts there are of each length.
    lengths: BTreeMap<usize, usize>,
}

impl Affixes {
    pub(super) fn add(&mut self, part: &[u8], posting: Posting) {
        let (postings, is_new) = self.parts.entry(part);
        postings.add(posting);
        if is_new {
            *self.lengths.entry(part.len()).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, part: &[u8], branch: u32) {
        if self.parts.remove_if(part, |postings| postings.remove(branch))
            && let Some(parts) = self.lengths.get_mut(&part.len())
        {
            *parts -= 1;
            if *parts == 0 {
                self.lengths.remove(&part.len());
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Tells the parts that the text `bytes[from..to]` begins with.
    pub(super) fn at_start(&self, bytes: &[u8], from: usize, to: usize, found: &mut impl FnMut(&Postings)) {
        for (&length, _) in self.lengths.range(..=to - from) {
            self.parts.get(bytes, from, from + length).into_iter().for_each(&mut *found);
        }
    }

    /// Tells the parts that the text ends with.
    pub(super) fn at_end(&self, bytes: &[u8], from: usize, to: usize, found: &mut impl FnMut(&Postings)) {
        for (&length, _) in self.lengths.range(..=to - from) {
            self.parts.get(bytes, to - length, to).into_iter().for_each(&mut *found);
        }
    }

    /// Tells the parts that the text has anywhere, as often as it has them.
    pub(super) fn anywhere(&self, bytes: &[u8], from: usize, to: usize, found: &mut impl FnMut(&Postings)) {
        for start in from..to {
            self.at_start(bytes, start, to, found);
        }
    }
}
