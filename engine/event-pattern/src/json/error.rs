//! Where and why a text is no JSON, worded as AWS words it.

use std::fmt;

/// How much of the text a location quotes.
const QUOTED_CHARACTERS: usize = 500;

/// A place in a text, which it prints with the text, as AWS's messages do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    quoted: String,
    left_out: usize,
    line: usize,
    column: usize,
}

impl Location {
    /// The place before the byte at `offset`.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            quoted: text.chars().take(QUOTED_CHARACTERS).collect(),
            left_out: text.chars().count().saturating_sub(QUOTED_CHARACTERS),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].encode_utf16().count() + 1,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "[Source: (String)\"{}\"", self.quoted)?;
        if self.left_out > 0 {
            write!(formatter, "[truncated {} chars]", self.left_out)?;
        }
        write!(formatter, "; line: {}, column: {}]", self.line, self.column)
    }
}

/// A text that is no JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}\n at {location}")]
pub(crate) struct SyntaxError {
    pub(crate) reason: String,
    pub(crate) location: Location,
}
