//! Ranges of numbers, found by a number in them.

use std::collections::{BTreeMap, HashMap};

use super::postings::{Posting, Postings};
use super::texts::Folding;

/// Ranges of ranks, ends included. A range lies at the smallest block of ranks that holds it, a block being all ranks that
/// share their leading bits. It straddles that block's middle, so whether it holds a rank in one half of the block takes
/// only a look at its end in that half. A rank lies in one block of each size.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    single: HashMap<u64, Postings, Folding>,
    blocks: HashMap<Block, Straddling, Folding>,
    /// How many blocks there are of each size that there is, by the number of bits that ranks in them differ in.
    sizes: BTreeMap<u32, usize>,
}

/// All ranks that are equal in front of their last `size` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Block {
    size: u32,
    leading: u64,
}

#[derive(Clone, Debug, Default)]
struct Straddling {
    by_first: BTreeMap<u64, Postings>,
    by_last: BTreeMap<u64, Postings>,
}

impl Block {
    fn around(rank: u64, size: u32) -> Self {
        Self { size, leading: rank.checked_shr(size).unwrap_or(0) }
    }

    fn holding(first: u64, last: u64) -> Self {
        Self::around(first, u64::BITS - (first ^ last).leading_zeros())
    }
}

impl Ranges {
    pub(super) fn add(&mut self, first: u64, last: u64, posting: Posting) {
        if first == last {
            return self.single.entry(first).or_default().add(posting);
        }
        let block = Block::holding(first, last);
        if !self.blocks.contains_key(&block) {
            *self.sizes.entry(block.size).or_default() += 1;
        }
        let straddling = self.blocks.entry(block).or_default();
        straddling.by_first.entry(first).or_default().add(posting);
        straddling.by_last.entry(last).or_default().add(posting);
    }

    pub(super) fn remove(&mut self, first: u64, last: u64, branch: u32) {
        if first == last {
            if self.single.get_mut(&first).is_some_and(|postings| postings.remove(branch)) {
                self.single.remove(&first);
            }
            return;
        }
        let block = Block::holding(first, last);
        let Some(straddling) = self.blocks.get_mut(&block) else { return };
        for (ranges, end) in [(&mut straddling.by_first, first), (&mut straddling.by_last, last)] {
            if ranges.get_mut(&end).is_some_and(|postings| postings.remove(branch)) {
                ranges.remove(&end);
            }
        }
        if straddling.by_first.is_empty() {
            self.blocks.remove(&block);
            if let Some(blocks) = self.sizes.get_mut(&block.size) {
                *blocks -= 1;
                if *blocks == 0 {
                    self.sizes.remove(&block.size);
                }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.single.is_empty() && self.blocks.is_empty()
    }

    /// Tells the ranges that hold a rank.
    pub(super) fn find(&self, rank: u64, found: &mut impl FnMut(&Postings)) {
        if let Some(postings) = self.single.get(&rank) {
            found(postings);
        }
        for &size in self.sizes.keys() {
            let Some(straddling) = self.blocks.get(&Block::around(rank, size)) else { continue };
            if rank & 1 << (size - 1) == 0 {
                straddling.by_first.range(..=rank).for_each(|(_, postings)| found(postings));
            } else {
                straddling.by_last.range(rank..).for_each(|(_, postings)| found(postings));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_found_in_exactly_the_ranges_that_hold_it() {
        let ends = [0, 1, 2, 7, 8, 9, 1 << 40, (1 << 63) - 1, 1 << 63, u64::MAX - 1, u64::MAX];
        let ranges: Vec<(u64, u64)> = ends
            .iter()
            .flat_map(|&first| ends.map(|last| (first, last)))
            .filter(|(first, last)| first <= last)
            .collect();
        let mut index = Ranges::default();
        for (branch, (first, last)) in (0..).zip(&ranges) {
            index.add(*first, *last, Posting::new(branch, true));
        }
        for rank in ends.iter().flat_map(|&end| [end.saturating_sub(1), end, end.saturating_add(1)]) {
            let mut found = Vec::new();
            index.find(rank, &mut |postings| found.extend(postings.as_slice().iter().map(|posting| posting.branch())));
            found.sort_unstable();
            let expected: Vec<u32> = (0..)
                .zip(&ranges)
                .filter(|(_, (first, last))| (first..=last).contains(&&rank))
                .map(|(n, _)| n)
                .collect();
            assert_eq!(found, expected, "{rank}");
        }
        for (branch, (first, last)) in (0..).zip(&ranges) {
            index.remove(*first, *last, branch);
        }
        assert!(index.is_empty() && index.sizes.is_empty());
    }
}
