//! Text in which `*` stands for any characters.

/// Text in which `*` stands for any characters, also none; `\*` and `\\` stand for themselves.
#[derive(Clone, Debug)]
pub(crate) struct Wildcard {
    /// What stands between the wildcards: one part more than there are of them.
    parts: Vec<String>,
}

/// A text that is no wildcard pattern; positions count bytes, the quote in front of the text included.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidWildcard {
    #[error("Consecutive wildcard characters at pos {0}")]
    Consecutive(usize),
    #[error("Invalid escape character at pos {0}")]
    Escape(usize),
}

impl Wildcard {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidWildcard> {
        let mut parts = vec![String::new()];
        let mut characters = text.char_indices().map(|(offset, character)| (offset + 1, character)).peekable();
        while let Some((position, character)) = characters.next() {
            let following = characters.peek().map(|(_, following)| *following);
            match (character, following) {
                ('*', Some('*')) => return Err(InvalidWildcard::Consecutive(position)),
                ('*', _) => parts.push(String::new()),
                ('\\', Some(escaped @ ('*' | '\\'))) => {
                    characters.next();
                    push(&mut parts, escaped);
                }
                ('\\', _) => return Err(InvalidWildcard::Escape(position)),
                (other, _) => push(&mut parts, other),
            }
        }
        Ok(Self { parts })
    }

    /// The texts between the wildcards.
    pub(crate) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// What a matching text begins with.
    pub(crate) fn first_part(&self) -> &str {
        self.parts.first().map_or("", String::as_str)
    }

    /// What a matching text ends with.
    pub(crate) fn last_part(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, between @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == text);
        };
        let Some(rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
            return false;
        };
        between
            .iter()
            .try_fold(rest, |rest, part| rest.find(part.as_str()).map(|found| &rest[found + part.len()..]))
            .is_some()
    }
}

fn push(parts: &mut [String], character: char) {
    if let Some(part) = parts.last_mut() {
        part.push(character);
    }
}
