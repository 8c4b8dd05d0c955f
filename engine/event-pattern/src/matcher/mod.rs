//! Many rules at once.

mod access;
mod field;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::event::Event;
use crate::pattern::{Branch, Pattern};
use crate::search;
use access::{Access, accesses};
use field::FieldIndex;

/// The rules of a bus: finds those whose pattern an event matches.
///
/// Each branch of a pattern is found by one of its fields, the one by which the fewest others are found: by the values that
/// the field must have, begin or end with, or else by being there at all. So the cost follows the values of the event and
/// the rules that come into question by them, not the number of rules.
#[derive(Clone, Debug)]
pub struct Matcher<RuleId> {
    rules: BTreeMap<RuleId, Vec<BranchId>>,
    branches: HashMap<BranchId, Entry<RuleId>>,
    next_branch: BranchId,
    fields: HashMap<String, FieldIndex>,
    /// Branches that match events which have none of their fields.
    always: BTreeSet<BranchId>,
}

type BranchId = u64;

#[derive(Clone, Debug)]
struct Entry<RuleId> {
    rule: RuleId,
    branch: Branch,
    access: Access,
}

impl<RuleId> Default for Matcher<RuleId> {
    fn default() -> Self {
        Self {
            rules: BTreeMap::new(),
            branches: HashMap::new(),
            next_branch: 0,
            fields: HashMap::new(),
            always: BTreeSet::new(),
        }
    }
}

impl<RuleId: Ord + Clone> Matcher<RuleId> {
    /// A matcher with no rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule, in place of one of the same id.
    pub fn add(&mut self, rule: RuleId, pattern: Pattern) {
        self.remove(&rule);
        let mut ids = Vec::new();
        for branch in pattern.into_branches() {
            let id = self.next_branch;
            self.next_branch += 1;
            let access = self.narrowest(&branch);
            match &access {
                Access::Always => {
                    self.always.insert(id);
                }
                Access::Field { path, keys } => {
                    self.fields.entry(path.clone()).or_default().add(keys, id);
                }
            }
            self.branches.insert(id, Entry { rule: rule.clone(), branch, access });
            ids.push(id);
        }
        self.rules.insert(rule, ids);
    }

    /// Removes a rule; answers whether it was there.
    pub fn remove(&mut self, rule: &RuleId) -> bool {
        let Some(ids) = self.rules.remove(rule) else {
            return false;
        };
        for id in ids {
            match self.branches.remove(&id).map(|entry| entry.access) {
                Some(Access::Field { path, keys }) => {
                    if let Some(field) = self.fields.get_mut(&path) {
                        field.remove(&keys, id);
                        if field.is_empty() {
                            self.fields.remove(&path);
                        }
                    }
                }
                Some(Access::Always) => {
                    self.always.remove(&id);
                }
                None => {}
            }
        }
        true
    }

    /// The rules whose pattern `event` matches, by id.
    pub fn matching(&self, event: &Event) -> Vec<RuleId> {
        let mut candidates: HashSet<BranchId> = self.always.iter().copied().collect();
        for (path, leaves) in event.fields() {
            if let Some(field) = self.fields.get(path) {
                leaves.iter().for_each(|leaf| field.find(&leaf.value, &mut candidates));
            }
        }
        let mut matching = BTreeSet::new();
        for entry in candidates.iter().filter_map(|id| self.branches.get(id)) {
            if !matching.contains(&entry.rule) && search::matches(&entry.branch, event) {
                matching.insert(entry.rule.clone());
            }
        }
        matching.into_iter().collect()
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The way to find a branch on which the fewest others are found today.
    fn narrowest(&self, branch: &Branch) -> Access {
        let company = |access: &Access| match access {
            Access::Always => usize::MAX,
            Access::Field { path, keys } => self.fields.get(path).map_or(0, |field| field.company(keys)),
        };
        // Of equals the first: the ways come with the more telling ones in front.
        accesses(branch).into_iter().min_by_key(company).unwrap_or(Access::Always)
    }
}
