//! Reads of an event's text only the fields that somebody asks for, in one pass.
//!
//! What nobody asks for is checked to be JSON and otherwise passed over. The reader knows no messages: where it stops, the
//! lexer reads the text again and says why, or reads what is JSON after all.

mod scan;

use crate::json::{Comparable, Lexer, MAX_DEPTH};
use crate::leaves::{FieldId, Kind, Leaves, PlaceId, Source, Span};

/// The fields that are asked for.
pub(crate) trait Fields {
    /// The field whose path is empty, which holds all others.
    fn root(&self) -> FieldId;

    /// The field one step below another, `None` where nothing is asked for there. The step is `bytes[from..to]`.
    fn step(&self, field: FieldId, bytes: &[u8], from: usize, to: usize) -> Option<FieldId>;

    /// What is asked for of a field.
    fn interest(&self, field: FieldId) -> Interest;
}

/// What is asked for of a field.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Interest {
    /// Its own values.
    pub(crate) values: bool,
    /// Numbers by their value, not only their spelling.
    pub(crate) numbers: bool,
    /// Fields below it.
    pub(crate) below: bool,
}

/// Reads the values of `fields` from the text of an event into `leaves`. `None` where the text is no event or has something
/// that this reader leaves to the lexer; `leaves` then holds a part of them.
pub(crate) fn read<F: Fields>(text: &str, fields: &F, leaves: &mut Leaves) -> Option<()> {
    u32::try_from(text.len()).ok()?;
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, fields, leaves };
    reader.white_space();
    reader.expect(b'{')?;
    reader.object(fields.root(), PlaceId::NONE, 1)?;
    reader.white_space();
    (reader.at == text.len()).then_some(())
}

struct Reader<'a, F> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    fields: &'a F,
    leaves: &'a mut Leaves,
}

impl<F: Fields> Reader<'_, F> {
    /// Reads the rest of an object whose brace has been read; it is the `depth`th that is open.
    fn object(&mut self, field: FieldId, place: PlaceId, depth: usize) -> Option<()> {
        if self.opens_empty(b'}', depth)? {
            return Some(());
        }
        loop {
            self.expect(b'"')?;
            let name = self.string()?;
            self.colon()?;
            match self.member(field, name) {
                Some(member) => self.value(member, place, depth)?,
                None => self.skip(depth)?,
            }
            if self.closes(b'}')? {
                return Some(());
            }
        }
    }

    fn array(&mut self, field: FieldId, place: PlaceId, depth: usize) -> Option<()> {
        if self.opens_empty(b']', depth)? {
            return Some(());
        }
        let array = self.leaves.number_array();
        let mut index = 0;
        loop {
            let place = match self.peek()? {
                b'{' | b'[' => self.leaves.place(place, array, index),
                _ => place,
            };
            self.value(field, place, depth)?;
            if self.closes(b']')? {
                return Some(());
            }
            index += 1;
        }
    }

    fn value(&mut self, field: FieldId, place: PlaceId, depth: usize) -> Option<()> {
        let interest = self.fields.interest(field);
        let start = self.at;
        match self.bump()? {
            b'{' if interest.below => self.object(field, place, depth + 1),
            b'{' => self.skip_object(depth + 1),
            b'[' => self.array(field, place, depth + 1),
            b'"' => {
                let found = self.string()?;
                if interest.values {
                    let span = if found.is_escaped { self.unescaped(found)? } else { found.span() };
                    self.leaves.push(field, place, Kind::String, span);
                }
                Some(())
            }
            first @ (b'-' | b'0'..=b'9') => {
                self.number(first)?;
                if interest.values {
                    let span = Span { source: Source::Text, start, end: self.at };
                    let value = interest.numbers.then(|| Comparable::parse(&self.text[start..self.at])).flatten();
                    self.leaves.push_number(field, place, span, value);
                }
                Some(())
            }
            first => {
                let kind = self.word(first)?;
                if interest.values {
                    let span = Span { source: Source::Text, start, end: self.at };
                    self.leaves.push(field, place, kind, span);
                }
                Some(())
            }
        }
    }

    /// The field that a member is. A name with dots in it stands for several steps.
    fn member(&self, field: FieldId, name: Found) -> Option<FieldId> {
        if name.is_escaped {
            let name = self.decoded(name)?;
            return name
                .split('.')
                .try_fold(field, |field, step| self.fields.step(field, step.as_bytes(), 0, step.len()));
        }
        let Found { start, end, .. } = name;
        self.fields.step(field, self.bytes, start, end).or_else(|| {
            let name = &self.text[start..end];
            if !name.contains('.') {
                return None;
            }
            name.split('.').try_fold(field, |field, step| self.fields.step(field, step.as_bytes(), 0, step.len()))
        })
    }

    fn decoded(&self, found: Found) -> Option<String> {
        let quoted = &self.text[found.start - 1..=found.end];
        let mut lexer = Lexer::new(quoted);
        lexer.next().ok()?;
        lexer.text().ok().map(str::to_owned)
    }

    fn unescaped(&mut self, found: Found) -> Option<Span> {
        let text = self.decoded(found)?;
        Some(self.leaves.keep(&text))
    }
}

/// Where a string lies, without its quotes.
#[derive(Clone, Copy)]
struct Found {
    start: usize,
    end: usize,
    is_escaped: bool,
}

impl Found {
    fn span(self) -> Span {
        Span { source: Source::Text, start: self.start, end: self.end }
    }
}

/// What is passed over.
impl<F> Reader<'_, F> {
    fn skip(&mut self, depth: usize) -> Option<()> {
        match self.bump()? {
            b'"' => self.string().map(drop),
            b'{' => self.skip_object(depth + 1),
            b'[' => self.skip_array(depth + 1),
            first @ (b'-' | b'0'..=b'9') => self.number(first),
            first => self.word(first).map(drop),
        }
    }

    fn skip_object(&mut self, depth: usize) -> Option<()> {
        if self.opens_empty(b'}', depth)? {
            return Some(());
        }
        loop {
            self.expect(b'"')?;
            self.string()?;
            self.colon()?;
            self.skip(depth)?;
            if self.closes(b'}')? {
                return Some(());
            }
        }
    }

    fn skip_array(&mut self, depth: usize) -> Option<()> {
        if self.opens_empty(b']', depth)? {
            return Some(());
        }
        loop {
            self.skip(depth)?;
            if self.closes(b']')? {
                return Some(());
            }
        }
    }
}

/// Tokens.
impl<F> Reader<'_, F> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn bump(&mut self) -> Option<u8> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    #[inline]
    fn expect(&mut self, expected: u8) -> Option<()> {
        (self.bump()? == expected).then_some(())
    }

    #[inline]
    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn colon(&mut self) -> Option<()> {
        self.white_space();
        self.expect(b':')?;
        self.white_space();
        Some(())
    }

    /// Whether the object or array that was just opened closes again at once. `None` where it lies too deep.
    #[inline]
    fn opens_empty(&mut self, close: u8, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.white_space();
        let is_empty = self.peek()? == close;
        self.at += usize::from(is_empty);
        Some(is_empty)
    }

    /// Reads what stands behind a member: the end of what it is a member of, or a comma.
    #[inline]
    fn closes(&mut self, close: u8) -> Option<bool> {
        self.white_space();
        let next = self.bump()?;
        if next == close {
            return Some(true);
        }
        self.white_space();
        (next == b',').then_some(false)
    }

    /// Reads the rest of a string whose opening quote has been read.
    #[inline]
    fn string(&mut self) -> Option<Found> {
        let start = self.at;
        let mut is_escaped = false;
        loop {
            match scan::chunk(self.bytes, self.at).map(scan::plain_bytes) {
                Some(8) => {
                    self.at += 8;
                    continue;
                }
                Some(plain) => self.at += plain,
                None => {}
            }
            match self.bump()? {
                b'"' => return Some(Found { start, end: self.at - 1, is_escaped }),
                b'\\' => {
                    is_escaped = true;
                    self.escape()?;
                }
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    #[cold]
    fn escape(&mut self) -> Option<()> {
        match self.bump()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.bytes.get(self.at..self.at + 4)?;
                self.at += 4;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())
            }
            _ => None,
        }
    }

    /// Reads the rest of a number whose first character has been read.
    #[inline]
    fn number(&mut self, first: u8) -> Option<()> {
        let first_digit = if first == b'-' { self.bump()? } else { first };
        match first_digit {
            b'0' if self.peek().is_some_and(|next| next.is_ascii_digit()) => return None,
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Some(())
    }

    #[inline]
    fn digits(&mut self) {
        while let Some(chunk) = scan::chunk(self.bytes, self.at) {
            let digits = scan::digits(chunk);
            self.at += digits;
            if digits < 8 {
                return;
            }
        }
        while self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.at += 1;
        }
    }

    #[inline]
    fn some_digits(&mut self) -> Option<()> {
        let start = self.at;
        self.digits();
        (self.at > start).then_some(())
    }

    fn word(&mut self, first: u8) -> Option<Kind> {
        let (rest, kind): (&[u8], Kind) = match first {
            b't' => (b"rue", Kind::True),
            b'f' => (b"alse", Kind::False),
            b'n' => (b"ull", Kind::Null),
            _ => return None,
        };
        let found = self.bytes.get(self.at..)?.starts_with(rest);
        self.at += rest.len();
        found.then_some(kind)
    }
}
