//! Finding the rules that one event matches.

use super::branches::Body;
use super::index::Index;
use super::paths;
use crate::leaves::{Leaf, Leaves, PlaceId};
use crate::pattern::Field;
use crate::places::{Choice, together};

/// What is known of the event that is looked at, and memory for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    pub(super) leaves: Leaves,
    round: u32,
    /// By number, the round in which a rule was found to match, and in which a branch came into question.
    rules: Vec<u32>,
    branches: Vec<u32>,
    /// Branches with several fields that are in question.
    candidates: Vec<u32>,
    matching: Vec<u32>,
    folding: String,
}

impl Search {
    /// Forgets the last event.
    pub(super) fn clear(&mut self, index: &Index, rules: usize) {
        self.leaves.clear(index.paths.end());
        self.candidates.clear();
        self.matching.clear();
        for (marks, end) in [(&mut self.rules, rules), (&mut self.branches, index.branches.end())] {
            if marks.len() < end {
                marks.resize(end, 0);
            }
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.rules.fill(0);
            self.branches.fill(0);
            self.round = 1;
        }
    }

    /// The numbers of the rules that the event matches whose leaves have been read from `text`.
    pub(super) fn run(&mut self, index: &Index, text: &str) -> &[u32] {
        let Self { leaves, round, rules, branches, candidates, matching, folding } = self;
        let round = *round;
        let mut found = |rule: u32| {
            let mark = &mut rules[rule as usize];
            if *mark != round {
                *mark = round;
                matching.push(rule);
            }
        };
        for leaf in leaves.iter() {
            let value = leaves.value(leaf, text);
            let bytes = leaves.bytes(leaf, text);
            index.values[paths::index(leaf.field)].find(value, bytes, folding, &mut |postings| {
                for posting in postings.as_slice() {
                    let branch = posting.branch();
                    let head = index.branches.head(branch);
                    if !head.is_single {
                        let mark = &mut branches[branch as usize];
                        if *mark != round {
                            *mark = round;
                            candidates.push(branch);
                        }
                    } else if posting.is_sure() || index.branches.body(branch).fields[0].1.accepts(value) {
                        found(head.rule);
                    }
                }
            });
        }
        for field in &index.lacking {
            let is_absent = leaves.of(*field).next().is_none();
            // Values in arrays leave room for a choice of other elements, in which the field is absent.
            if !is_absent && leaves.of(*field).any(|leaf| leaf.place == PlaceId::NONE) {
                continue;
            }
            for posting in index.values[paths::index(*field)].absent.as_slice() {
                let head = index.branches.head(posting.branch());
                if !head.is_single {
                    candidates.push(posting.branch());
                } else if is_absent {
                    found(head.rule);
                }
            }
        }
        for &branch in candidates.iter() {
            if matches(index.branches.body(branch), leaves, text) {
                found(index.branches.head(branch).rule);
            }
        }
        matching
    }
}

/// Whether the leaves of an event meet all fields of a branch together.
fn matches(body: &Body, leaves: &Leaves, text: &str) -> bool {
    let mut in_arrays = 0;
    for (number, field) in &body.fields {
        let mut met = leaves.of(*number).filter(|leaf| field.accepts(leaves.value(leaf, text))).peekable();
        if met.peek().is_none() {
            let may_be_absent = field.may_be_absent() && leaves.of(*number).all(|leaf| leaf.place != PlaceId::NONE);
            if !may_be_absent {
                return false;
            }
        } else if met.all(|leaf| leaf.place != PlaceId::NONE) {
            in_arrays += 1;
        }
    }
    let lies_in_arrays = |leaf: &Leaf| leaf.place != PlaceId::NONE;
    let is_tied = if body.may_lack {
        body.fields.iter().any(|(number, _)| leaves.of(*number).any(lies_in_arrays))
    } else {
        // A value outside of all arrays goes with any other.
        in_arrays > 1
    };
    !is_tied
        || together(&body.fields.iter().map(|(number, field)| choice(*number, field, leaves, text)).collect::<Vec<_>>())
}

fn choice(number: crate::leaves::FieldId, field: &Field, leaves: &Leaves, text: &str) -> Choice {
    let met = leaves.of(number).filter(|leaf| field.accepts(leaves.value(leaf, text)));
    Choice {
        all: leaves.of(number).map(|leaf| leaves.full_place(leaf)).collect(),
        met: met.map(|leaf| leaves.full_place(leaf)).collect(),
        may_be_absent: field.may_be_absent(),
    }
}
