//! Many rules at once.

mod affixes;
mod branches;
mod index;
mod keys;
mod paths;
mod postings;
mod ranges;
mod search;
mod texts;
mod values;

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::event::{Event, MalformedEvent, Scalar};
use crate::leaves::{Kind, PlaceId};
use crate::pattern::Pattern;
use crate::reader;
use index::Index;
use search::Search;

/// The rules of a bus: finds those whose pattern an event matches.
///
/// The fields that any rule asks for are one tree of paths, by which an event's text is read in one pass; what no rule asks
/// for is passed over. Each branch of a pattern is found by the values of one of its fields, the one by which the fewest are:
/// by what a value is, begins or ends with, lies between. So the cost follows the event and the rules that come into
/// question by its values, not the number of rules.
#[derive(Clone, Debug)]
pub struct Matcher<RuleId> {
    rules: BTreeMap<RuleId, Rule>,
    /// By the rules' numbers.
    ids: Vec<Option<RuleId>>,
    free: Vec<u32>,
    index: Index,
}

#[derive(Clone, Debug)]
struct Rule {
    number: u32,
    branches: Vec<u32>,
}

thread_local! {
    /// Memory of the last search on this thread, which is as good for the next, whichever matcher it is on.
    static SEARCH: Cell<Option<Box<Search>>> = const { Cell::new(None) };
}

impl<RuleId> Default for Matcher<RuleId> {
    fn default() -> Self {
        Self { rules: BTreeMap::new(), ids: Vec::new(), free: Vec::new(), index: Index::default() }
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
        let number = self.free.pop().unwrap_or_else(|| {
            self.ids.push(None);
            u32::try_from(self.ids.len() - 1).expect("fewer rules than a u32 counts")
        });
        let branches = pattern.into_branches().into_iter().map(|branch| self.index.add(number, branch)).collect();
        self.ids[number as usize] = Some(rule.clone());
        self.rules.insert(rule, Rule { number, branches });
    }

    /// Removes a rule; answers whether it was there.
    pub fn remove(&mut self, rule: &RuleId) -> bool {
        let Some(Rule { number, branches }) = self.rules.remove(rule) else {
            return false;
        };
        branches.into_iter().for_each(|branch| self.index.remove(branch));
        self.ids[number as usize] = None;
        self.free.push(number);
        true
    }

    /// The rules whose pattern `event` matches, by id.
    pub fn matching(&self, event: &Event) -> Vec<RuleId> {
        self.search(|search| {
            self.take_leaves(event, search);
            self.found(search.run(&self.index, ""))
        })
    }

    /// The rules whose pattern the event of this JSON text matches, by id. It is quicker than [`Matcher::matching`] with
    /// [`Event::parse`], as it reads only what rules ask for.
    ///
    /// # Errors
    /// When the text is no JSON object.
    pub fn matching_text(&self, text: &str) -> Result<Vec<RuleId>, MalformedEvent> {
        self.search(|search| {
            if reader::read(text, &self.index.paths, &mut search.leaves).is_some() {
                return Ok(self.found(search.run(&self.index, text)));
            }
            let event = Event::parse(text)?;
            search.clear(&self.index, self.ids.len());
            self.take_leaves(&event, search);
            Ok(self.found(search.run(&self.index, "")))
        })
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn search<T>(&self, run: impl FnOnce(&mut Search) -> T) -> T {
        let mut search = SEARCH.take().unwrap_or_default();
        search.clear(&self.index, self.ids.len());
        let result = run(&mut search);
        SEARCH.set(Some(search));
        result
    }

    fn take_leaves(&self, event: &Event, search: &mut Search) {
        let leaves = &mut search.leaves;
        for (path, values) in event.fields() {
            let Some(field) = self.index.paths.find(path) else { continue };
            for leaf in values {
                let place =
                    leaf.place.iter().fold(PlaceId::NONE, |outer, (array, index)| leaves.place(outer, *array, *index));
                match &leaf.value {
                    Scalar::String(text) => {
                        let span = leaves.keep(text);
                        leaves.push(field, place, Kind::String, span);
                    }
                    Scalar::Number { spelling, comparable } => {
                        let span = leaves.keep(spelling);
                        leaves.push_number(field, place, span, *comparable);
                    }
                    Scalar::Bool(value) => {
                        let span = leaves.keep(if *value { "true" } else { "false" });
                        leaves.push(field, place, if *value { Kind::True } else { Kind::False }, span);
                    }
                    Scalar::Null => {
                        let span = leaves.keep("null");
                        leaves.push(field, place, Kind::Null, span);
                    }
                }
            }
        }
    }

    fn found(&self, numbers: &[u32]) -> Vec<RuleId> {
        let mut found: Vec<RuleId> = numbers.iter().filter_map(|number| self.ids[*number as usize].clone()).collect();
        found.sort_unstable();
        found
    }
}
