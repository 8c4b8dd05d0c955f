//! Whether values of several fields can be chosen such that no two lie in different elements of one array.

use std::collections::HashSet;

use crate::event::Place;

/// The places of the values of one field.
pub(crate) struct Choice {
    /// Of all values.
    pub(crate) all: Vec<Place>,
    /// Of those that may be chosen.
    pub(crate) met: Vec<Place>,
    /// Whether none may be chosen where the others are such that the field is absent.
    pub(crate) may_be_absent: bool,
}

/// Goes through the fields in order with the set of places that the values chosen so far can lie in. Places keep only the
/// arrays that matter to fields still to come, so that the set doesn't grow with the number of combinations.
pub(crate) fn together(choices: &[Choice]) -> bool {
    let mut places = HashSet::from([Place::new()]);
    for (index, field) in choices.iter().enumerate() {
        let to_come: HashSet<u32> = choices[index + 1..]
            .iter()
            .flat_map(|later| &later.all)
            .flat_map(|place| place.iter().map(|(array, _)| *array))
            .collect();
        let mut next = HashSet::new();
        for place in &places {
            // A field is absent where all of its values lie in other elements than those chosen.
            if field.may_be_absent && field.all.iter().all(|other| merged(place, other).is_none()) {
                next.insert(kept(place, &to_come));
            }
            let merged = field.met.iter().filter_map(|other| merged(place, other));
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
