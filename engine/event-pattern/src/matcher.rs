//! Many rules at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::condition::Condition;
use crate::event::{Event, Scalar};
use crate::pattern::{Branch, Pattern};
use crate::search;

/// The rules of a bus: finds those whose pattern an event matches.
///
/// Rules that require one of a few strings of a field are found by the strings that the event has there; only the others
/// are tried one by one.
#[derive(Clone, Debug)]
pub struct Matcher<RuleId> {
    patterns: BTreeMap<RuleId, Pattern>,
    by_value: HashMap<String, HashMap<String, BTreeSet<(RuleId, usize)>>>,
    others: BTreeSet<(RuleId, usize)>,
}

impl<RuleId> Default for Matcher<RuleId> {
    fn default() -> Self {
        Self { patterns: BTreeMap::new(), by_value: HashMap::new(), others: BTreeSet::new() }
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
        for (index, branch) in pattern.branches().iter().enumerate() {
            let entry = (rule.clone(), index);
            match required_strings(branch) {
                Some((path, values)) => {
                    let by_value = self.by_value.entry(path.to_owned()).or_default();
                    for value in values {
                        by_value.entry(value.to_owned()).or_default().insert(entry.clone());
                    }
                }
                None => {
                    self.others.insert(entry);
                }
            }
        }
        self.patterns.insert(rule, pattern);
    }

    /// Removes a rule; answers whether it was there.
    pub fn remove(&mut self, rule: &RuleId) -> bool {
        let Some(pattern) = self.patterns.remove(rule) else {
            return false;
        };
        for (index, branch) in pattern.branches().iter().enumerate() {
            let entry = (rule.clone(), index);
            self.others.remove(&entry);
            let Some((path, values)) = required_strings(branch) else {
                continue;
            };
            let Some(by_value) = self.by_value.get_mut(path) else {
                continue;
            };
            for value in values {
                if let Some(entries) = by_value.get_mut(value) {
                    entries.remove(&entry);
                }
            }
            by_value.retain(|_, entries| !entries.is_empty());
            if by_value.is_empty() {
                self.by_value.remove(path);
            }
        }
        true
    }

    /// The rules whose pattern `event` matches, by id.
    pub fn matching(&self, event: &Event) -> Vec<RuleId> {
        let mut matching = BTreeSet::new();
        let found = self.by_value.iter().flat_map(|(path, by_value)| {
            event.values(path).iter().filter_map(|leaf| match &leaf.value {
                Scalar::String(text) => by_value.get(text),
                _ => None,
            })
        });
        for (rule, branch) in found.flatten().chain(&self.others) {
            if !matching.contains(rule)
                && let Some(branch) = self.patterns.get(rule).and_then(|pattern| pattern.branches().get(*branch))
                && search::matches(branch, event)
            {
                matching.insert(rule.clone());
            }
        }
        matching.into_iter().collect()
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// The field of a branch that must be one of the fewest strings, with them.
fn required_strings(branch: &Branch) -> Option<(&str, Vec<&str>)> {
    let strings = |conditions: &'_ [Condition]| -> Option<usize> {
        conditions.iter().all(|condition| matches!(condition, Condition::String(_))).then_some(conditions.len())
    };
    let field = branch
        .fields
        .iter()
        .filter_map(|field| strings(&field.conditions).map(|count| (count, field)))
        .min_by_key(|(count, _)| *count)?
        .1;
    let values = field.conditions.iter().filter_map(|condition| match condition {
        Condition::String(text) => Some(text.as_str()),
        _ => None,
    });
    Some((&field.path, values.collect()))
}
