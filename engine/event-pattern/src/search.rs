//! Whether an event has values that meet all fields of a branch together.

use std::collections::HashSet;

use crate::condition::Condition;
use crate::event::{Event, Leaf, Place};
use crate::pattern::{Branch, Field};

/// Whether `event` has, for each field of the branch, a value that meets one of its conditions, such that no two of them
/// lie in different elements of the same array.
pub(crate) fn matches(branch: &Branch, event: &Event) -> bool {
    // Each field must have a value on its own; mostly that already decides.
    let mut candidates = Vec::with_capacity(branch.fields.len());
    for field in &branch.fields {
        let candidate = Candidates::of(field, event);
        if candidate.met.is_empty() && !candidate.may_be_absent {
            return false;
        }
        candidates.push(candidate);
    }
    let tied = candidates.iter().any(Candidates::lies_in_arrays);
    if !tied {
        return candidates.iter().all(|candidate| !candidate.met.is_empty() || candidate.all.is_empty());
    }
    together(&candidates)
}

/// The values of a field that may take part in a match.
struct Candidates<'e> {
    all: &'e [Leaf],
    met: Vec<&'e Leaf>,
    may_be_absent: bool,
}

impl<'e> Candidates<'e> {
    fn of(field: &Field, event: &'e Event) -> Self {
        let all = event.values(&field.path);
        let is_met = |leaf: &&Leaf| field.conditions.iter().any(|condition| condition.accepts(&leaf.value));
        Self {
            all,
            met: all.iter().filter(is_met).collect(),
            may_be_absent: field.conditions.iter().any(|condition| matches!(condition, Condition::Absent)),
        }
    }

    fn lies_in_arrays(&self) -> bool {
        self.all.iter().any(|leaf| !leaf.place.is_empty())
    }
}

/// Goes through the fields in order with the set of places that the values chosen so far can lie in. Places keep only the
/// arrays that matter to fields still to come, so that the set doesn't grow with the number of combinations.
fn together(candidates: &[Candidates<'_>]) -> bool {
    let mut places = HashSet::from([Place::new()]);
    for (index, field) in candidates.iter().enumerate() {
        let to_come: HashSet<u32> = candidates[index + 1..]
            .iter()
            .flat_map(|later| later.all)
            .flat_map(|leaf| leaf.place.iter().map(|(array, _)| *array))
            .collect();
        let mut next = HashSet::new();
        for place in &places {
            // A field is absent where all of its values lie in other elements than those chosen.
            if field.may_be_absent && field.all.iter().all(|leaf| merged(place, &leaf.place).is_none()) {
                next.insert(kept(place, &to_come));
            }
            let merged = field.met.iter().filter_map(|leaf| merged(place, &leaf.place));
            next.extend(merged.map(|place| kept(&place, &to_come)));
        }
        if next.is_empty() {
            return false;
        }
        places = next;
    }
    true
}

/// Both places together, `None` when they lie in different elements of one array.
fn merged(one: &Place, other: &Place) -> Option<Place> {
    let mut merged = one.clone();
    for &(array, index) in other {
        match merged.binary_search_by_key(&array, |(array, _)| *array) {
            Ok(found) if merged[found].1 != index => return None,
            Ok(_) => {}
            Err(position) => merged.insert(position, (array, index)),
        }
    }
    Some(merged)
}

fn kept(place: &Place, arrays: &HashSet<u32>) -> Place {
    place.iter().filter(|(array, _)| arrays.contains(array)).copied().collect()
}
