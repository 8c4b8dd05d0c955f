//! How branches are found: each by one of its fields, the one by whose values the fewest are.

use std::collections::HashMap;

use super::branches::{Body, Branches};
use super::keys::{Key, keys, looks_at_numbers};
use super::paths::{Paths, index};
use super::postings::Posting;
use super::texts::Folding;
use super::values::Values;
use crate::condition::Condition;
use crate::leaves::FieldId;
use crate::pattern::{Branch, Field};

/// The branches of all rules, and how they are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) paths: Paths,
    pub(super) branches: Branches,
    /// By the field's number.
    pub(super) values: Vec<Values>,
    /// Fields by whose absence branches are found.
    pub(super) lacking: Vec<FieldId>,
    /// By a key's fingerprint, how many branches have it.
    popularity: HashMap<u64, usize, Folding>,
}

impl Index {
    /// Adds a branch of the rule of this number; answers the branch's number.
    pub(super) fn add(&mut self, rule: u32, branch: Branch) -> u32 {
        let mut fields = Vec::with_capacity(branch.fields.len());
        let mut cheapest = (usize::MAX, 0);
        for (position, field) in branch.fields.iter().enumerate() {
            let number = self.paths.acquire(&field.path, is_of_numbers(field));
            let cost = all_keys(field).map(|(key, _)| self.count(number, &key)).sum();
            cheapest = cheapest.min((cost, position));
            fields.push(number);
        }
        if self.values.len() < self.paths.end() {
            self.values.resize_with(self.paths.end(), Values::default);
        }
        let number = self.branches.add(rule, branch, &fields, cheapest.1);
        let Body { fields, key, .. } = self.branches.body(number);
        if let Some((field, asked)) = fields.get(*key) {
            let values = &mut self.values[index(*field)];
            let lacked = values.absent.is_empty();
            for (key, is_sure) in all_keys(asked) {
                values.add(&key, Posting::new(number, is_sure));
            }
            if lacked && !values.absent.is_empty() {
                self.lacking.push(*field);
            }
        }
        number
    }

    /// Counts a key of a field; answers what finding a branch by it would cost.
    fn count(&mut self, field: FieldId, key: &Key<'_>) -> usize {
        let branches = self.popularity.entry(key.fingerprint(field)).or_default();
        *branches += 1;
        key.weight() * *branches
    }

    /// Removes a branch.
    pub(super) fn remove(&mut self, number: u32) {
        let Body { fields, key, .. } = self.branches.remove(number);
        if let Some((field, asked)) = fields.get(key) {
            let values = &mut self.values[index(*field)];
            let lacked = !values.absent.is_empty();
            for (key, _) in all_keys(asked) {
                values.remove(&key, number);
            }
            if lacked && values.absent.is_empty() {
                self.lacking.retain(|lacking| lacking != field);
            }
        }
        for (field, asked) in &fields {
            for (key, _) in all_keys(asked) {
                let fingerprint = key.fingerprint(*field);
                if let Some(branches) = self.popularity.get_mut(&fingerprint) {
                    *branches -= 1;
                    if *branches == 0 {
                        self.popularity.remove(&fingerprint);
                    }
                }
            }
            self.paths.release(&asked.path, is_of_numbers(asked));
        }
    }
}

fn all_keys(field: &Field) -> impl Iterator<Item = (Key<'_>, bool)> {
    field.conditions.iter().flat_map(keys)
}

fn is_of_numbers(field: &Field) -> bool {
    field.conditions.iter().any(looks_at_numbers as fn(&Condition) -> bool)
}
