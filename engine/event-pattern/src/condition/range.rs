//! Ranges of numbers.

use crate::json::Comparable;

/// One end of a range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) value: Comparable,
    /// Whether the value itself lies outside.
    pub(crate) open: bool,
}

/// The numbers between two bounds, or on one side of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Range {
    pub(crate) bottom: Option<Bound>,
    pub(crate) top: Option<Bound>,
}

impl Range {
    /// The range that holds one number.
    pub(crate) fn just(value: Comparable) -> Self {
        let bound = Some(Bound { value, open: false });
        Self { bottom: bound, top: bound }
    }

    pub(crate) fn contains(&self, number: Comparable) -> bool {
        let above = self.bottom.is_none_or(|bottom| number > bottom.value || (!bottom.open && number == bottom.value));
        let below = self.top.is_none_or(|top| number < top.value || (!top.open && number == top.value));
        above && below
    }
}
