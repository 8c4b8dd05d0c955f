//! The values of an event that somebody asked for, without a copy of them.

use crate::condition::Value;
use crate::event::Place;
use crate::json::Comparable;

/// A field that is asked for, by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FieldId(pub(crate) u32);

/// In which elements of which arrays a value lies, by the number of the innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlaceId(u32);

impl PlaceId {
    /// Outside of any array.
    pub(crate) const NONE: Self = Self(0);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Number,
    True,
    False,
    Null,
}

/// What a [`Span`] is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The text of the event.
    Text,
    /// What [`Leaves::keep`] kept.
    Kept,
}

/// Where the spelling of a value lies; of a string, what it stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) source: Source,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// One value of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    pub(crate) field: FieldId,
    pub(crate) place: PlaceId,
    pub(crate) kind: Kind,
    source: Source,
    start: u32,
    end: u32,
    number: Option<Comparable>,
    /// The value of the same field that came before, counted from one.
    before: u32,
}

/// An element of an array, and the element of another array that this one lies in.
#[derive(Clone, Copy, Debug)]
struct Element {
    outer: PlaceId,
    array: u32,
    index: u32,
}

/// The values that were found in an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaves {
    leaves: Vec<Leaf>,
    elements: Vec<Element>,
    arrays: u32,
    kept: String,
    /// By field: the reading that it was last seen in, and its last value then, counted from one.
    last: Vec<(u32, u32)>,
    reading: u32,
}

impl Leaves {
    /// Forgets all values. There are `fields` fields to come.
    pub(crate) fn clear(&mut self, fields: usize) {
        self.leaves.clear();
        self.elements.clear();
        self.kept.clear();
        self.arrays = 0;
        if self.last.len() < fields {
            self.last.resize(fields, (0, 0));
        }
        self.reading = self.reading.wrapping_add(1);
        if self.reading == 0 {
            self.last.fill((0, 0));
            self.reading = 1;
        }
    }

    pub(crate) fn number_array(&mut self) -> u32 {
        self.arrays += 1;
        self.arrays
    }

    /// The place of an element of an array that lies at `outer`.
    pub(crate) fn place(&mut self, outer: PlaceId, array: u32, index: u32) -> PlaceId {
        self.elements.push(Element { outer, array, index });
        PlaceId(u32::try_from(self.elements.len()).unwrap_or(u32::MAX))
    }

    /// Keeps a text that the event's text doesn't hold as it is.
    pub(crate) fn keep(&mut self, text: &str) -> Span {
        let start = self.kept.len();
        self.kept.push_str(text);
        Span { source: Source::Kept, start, end: self.kept.len() }
    }

    #[inline]
    pub(crate) fn push(&mut self, field: FieldId, place: PlaceId, kind: Kind, span: Span) {
        let last = &mut self.last[field.0 as usize];
        let before = if last.0 == self.reading { last.1 } else { 0 };
        // Spans lie in texts that were found to be shorter than a u32 counts.
        let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let (start, end) = (offset(span.start), offset(span.end));
        self.leaves.push(Leaf { field, place, kind, source: span.source, start, end, number: None, before });
        *last = (self.reading, offset(self.leaves.len()));
    }

    /// Adds a number with its value.
    #[inline]
    pub(crate) fn push_number(&mut self, field: FieldId, place: PlaceId, span: Span, value: Option<Comparable>) {
        self.push(field, place, Kind::Number, span);
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.number = value;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter()
    }

    /// The values of one field, the last first.
    pub(crate) fn of(&self, field: FieldId) -> impl Iterator<Item = &Leaf> {
        let last = self.last.get(field.0 as usize).filter(|last| last.0 == self.reading).map_or(0, |last| last.1);
        let at = |number: u32| self.leaves.get((number as usize).wrapping_sub(1));
        std::iter::successors(at(last), move |leaf| at(leaf.before))
    }

    /// The bytes that a leaf's spelling is a part of, and where in them.
    #[inline]
    pub(crate) fn bytes<'t>(&'t self, leaf: &Leaf, text: &'t str) -> (&'t [u8], usize, usize) {
        let source = if leaf.source == Source::Text { text.as_bytes() } else { self.kept.as_bytes() };
        (source, leaf.start as usize, leaf.end as usize)
    }

    /// The value of a leaf of the event with this text.
    #[inline]
    pub(crate) fn value<'t>(&'t self, leaf: &Leaf, text: &'t str) -> Value<'t> {
        let source = if leaf.source == Source::Text { text } else { &self.kept };
        let spelling = || &source[leaf.start as usize..leaf.end as usize];
        match leaf.kind {
            Kind::String => Value::String(spelling()),
            Kind::Number => Value::Number { spelling: spelling(), comparable: leaf.number },
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Null => Value::Null,
        }
    }

    /// The place of a leaf, by array.
    pub(crate) fn full_place(&self, leaf: &Leaf) -> Place {
        let at = |place: PlaceId| self.elements.get((place.0 as usize).wrapping_sub(1));
        let mut place: Place = std::iter::successors(at(leaf.place), |element| at(element.outer))
            .map(|element| (element.array, element.index))
            .collect();
        // Outer arrays have the smaller numbers.
        place.reverse();
        place
    }
}
