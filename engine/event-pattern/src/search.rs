//! Whether an event has values that meet all fields of a branch together.

use crate::event::{Event, Leaf};
use crate::pattern::{Branch, Field};
use crate::places::{Choice, together};

/// Whether `event` has, for each field of the branch, a value that meets one of its conditions, such that no two of them
/// lie in different elements of the same array.
pub(crate) fn matches(branch: &Branch, event: &Event) -> bool {
    // Each field must have a value on its own; mostly that already decides.
    let mut candidates = Vec::with_capacity(branch.fields.len());
    for field in &branch.fields {
        let candidate = Candidates::of(field, event);
        if candidate.met.is_empty() && !field.may_be_absent() {
            return false;
        }
        candidates.push(candidate);
    }
    let tied = candidates.iter().any(Candidates::lies_in_arrays);
    if !tied {
        return candidates.iter().all(|candidate| !candidate.met.is_empty() || candidate.all.is_empty());
    }
    together(&candidates.iter().map(Candidates::choice).collect::<Vec<_>>())
}

/// The values of a field that may take part in a match.
struct Candidates<'e> {
    field: &'e Field,
    all: &'e [Leaf],
    met: Vec<&'e Leaf>,
}

impl<'e> Candidates<'e> {
    fn of(field: &'e Field, event: &'e Event) -> Self {
        let all = event.values(&field.path);
        Self { field, all, met: all.iter().filter(|leaf| field.accepts(leaf.value.view())).collect() }
    }

    fn lies_in_arrays(&self) -> bool {
        self.all.iter().any(|leaf| !leaf.place.is_empty())
    }

    fn choice(&self) -> Choice {
        Choice {
            all: self.all.iter().map(|leaf| leaf.place.clone()).collect(),
            met: self.met.iter().map(|leaf| leaf.place.clone()).collect(),
            may_be_absent: self.field.may_be_absent(),
        }
    }
}
