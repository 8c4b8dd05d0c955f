//! How much work the wildcards of a field can make.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Condition, Excluded, Wildcard};

/// AWS refuses a pattern whose complexity is greater.
pub(crate) const MAX_COMPLEXITY: usize = 10;

/// How many sets of prefixes are looked at before a pattern counts as too complex.
const MAX_SETS: usize = 20_000;

/// The most wildcard prefixes that one value can match at the same time, over all values. All wildcards of one field are
/// one automaton, in which patterns share the states of the prefix they share.
pub(crate) fn complexity(conditions: &[Condition]) -> usize {
    let mut trie = Trie::default();
    for (number, condition) in conditions.iter().enumerate() {
        match condition {
            Condition::Wildcard(wildcard) => trie.add(number, wildcard),
            Condition::AnythingBut(Excluded::Wildcards(wildcards)) => {
                wildcards.iter().for_each(|wildcard| trie.add(number, wildcard));
            }
            _ => {}
        }
    }
    trie.complexity()
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Element {
    Byte(u8),
    Any,
}

/// Where a value can be in the automaton.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum At {
    /// Behind a prefix.
    State(usize),
    /// At the end of one of a condition's wildcards; which one makes no difference.
    End(usize),
}

#[derive(Default)]
struct Trie {
    states: Vec<State>,
}

#[derive(Default)]
struct State {
    next: HashMap<Element, usize>,
    is_wildcard: bool,
    /// The conditions that this prefix leads to.
    conditions: HashSet<usize>,
    /// The conditions that the closing quote meets here.
    ends: HashSet<usize>,
}

impl Trie {
    fn add(&mut self, condition: usize, wildcard: &Wildcard) {
        if self.states.is_empty() {
            self.states.push(State::default());
        }
        let mut elements = vec![Element::Byte(b'"')];
        for (index, part) in wildcard.parts().iter().enumerate() {
            if index > 0 {
                elements.push(Element::Any);
            }
            elements.extend(part.bytes().map(Element::Byte));
        }
        let mut state = 0;
        for element in elements {
            let fresh = self.states.len();
            state = *self.states[state].next.entry(element).or_insert(fresh);
            if state == fresh {
                self.states.push(State { is_wildcard: element == Element::Any, ..State::default() });
            }
            self.states[state].conditions.insert(condition);
        }
        self.states[state].ends.insert(condition);
    }

    fn complexity(&self) -> usize {
        if self.states.is_empty() {
            return 0;
        }
        let start = BTreeSet::from([At::State(0)]);
        let mut seen = HashSet::from([start.clone()]);
        let mut waiting = vec![start];
        let mut most = 0;
        while let Some(places) = waiting.pop() {
            for after in self.successors(&places) {
                most = most.max(self.weight(&after));
                if most > MAX_COMPLEXITY || seen.len() > MAX_SETS {
                    return MAX_COMPLEXITY + 1;
                }
                if seen.insert(after.clone()) {
                    waiting.push(after);
                }
            }
        }
        most
    }

    /// Where one more byte leads to: each byte that some state waits for, and any other.
    fn successors(&self, places: &BTreeSet<At>) -> Vec<BTreeSet<At>> {
        let mut others = BTreeSet::new();
        let mut by_byte: HashMap<u8, BTreeSet<At>> = HashMap::new();
        for place in self.with_wildcards(places) {
            let At::State(number) = place else { continue };
            let state = &self.states[number];
            if state.is_wildcard {
                others.insert(place);
            }
            for (element, &next) in &state.next {
                if let Element::Byte(byte) = element {
                    by_byte.entry(*byte).or_default().insert(At::State(next));
                }
            }
            if !state.ends.is_empty() {
                by_byte.entry(b'"').or_default().extend(state.ends.iter().map(|&condition| At::End(condition)));
            }
        }
        let mut sets: Vec<_> = by_byte.into_values().map(|set| &set | &others).collect();
        if !others.is_empty() {
            sets.push(others);
        }
        sets
    }

    /// The places, and the wildcards that stand behind one of them: those match nothing, too.
    fn with_wildcards(&self, places: &BTreeSet<At>) -> BTreeSet<At> {
        let behind = places.iter().filter_map(|place| match place {
            At::State(state) => self.states[*state].next.get(&Element::Any).map(|&wildcard| At::State(wildcard)),
            At::End(_) => None,
        });
        places.iter().copied().chain(behind).collect()
    }

    fn weight(&self, places: &BTreeSet<At>) -> usize {
        let weight = |place: &At| match place {
            At::State(state) => self.states[*state].conditions.len(),
            At::End(_) => 1,
        };
        self.with_wildcards(places).iter().map(weight).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complexity_of(wildcards: &[&str]) -> usize {
        let parsed = wildcards.iter().map(|text| Wildcard::parse(text).expect("valid")).collect();
        complexity(&[Condition::AnythingBut(Excluded::Wildcards(parsed))])
    }

    #[test]
    fn complexity_counts_the_prefixes_that_a_value_matches_at_once() {
        assert_eq!(complexity_of(&["plain"]), 1);
        assert_eq!(complexity_of(&["he*l"]), 2);
        assert_eq!(complexity_of(&["he*ll"]), 3);
        assert_eq!(complexity_of(&["*foo*", "*bar*"]), 4);
        assert_eq!(complexity_of(&["*bbb*"]), 5);
        assert_eq!(complexity_of(&["/Users/*/dir/dir/dir/dir/dir/doc.txt"]), 7);
        assert_eq!(complexity_of(&["*:*:*:*:*:event-bus/*"]), 11);
    }
}
