//! Text to path.

use std::sync::Arc;

use super::filter::{self, Filter};
use super::{Path, Root, Selector};

/// Longer paths are refused: nobody writes them, and parsing recurses for nested filters.
const MAX_LENGTH: usize = 4096;

/// Parses a path; `None` when it is none.
pub(crate) fn parse(text: &str) -> Option<Path> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let mut scanner = Scanner { rest: text.strip_prefix('$')?, depth: 0 };
    let root = if scanner.take("$") {
        Root::Context
    } else {
        match scanner.identifier() {
            Some(name) => Root::Variable(name.into()),
            None => Root::Input,
        }
    };
    let selectors = scanner.selectors()?;
    scanner.rest.is_empty().then(|| Path { text: text.into(), root, selectors })
}

/// What is left to read.
pub(super) struct Scanner<'a> {
    pub(super) rest: &'a str,
    pub(super) depth: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn take(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !accept(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn identifier(&mut self) -> Option<&'a str> {
        if !self.rest.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return None;
        }
        Some(self.take_while(|character| character.is_alphanumeric() || character == '_'))
    }

    pub(super) fn selectors(&mut self) -> Option<Vec<Selector>> {
        let mut selectors = Vec::new();
        loop {
            if self.take("..") {
                let inner = if self.rest.starts_with('[') { self.bracket()? } else { self.dotted()? };
                selectors.push(Selector::Descend(Box::new(inner)));
            } else if self.take(".") {
                selectors.push(if self.rest.starts_with('[') { self.bracket()? } else { self.dotted()? });
            } else if self.rest.starts_with('[') {
                selectors.push(self.bracket()?);
            } else {
                return Some(selectors);
            }
        }
    }

    fn dotted(&mut self) -> Option<Selector> {
        if self.take("*") {
            return Some(Selector::Wildcard);
        }
        let name = self.take_while(|character| {
            !matches!(
                character,
                '.' | '[' | ']' | '(' | ')' | '*' | ',' | '\'' | '"' | '=' | '<' | '>' | '!' | '&' | '|'
            ) && !character.is_whitespace()
        });
        if name.is_empty() {
            return None;
        }
        // AWS knows no functions: `length()` is a name like any other.
        let call = if self.take("()") { "()" } else { "" };
        Some(Selector::Name(format!("{name}{call}").into()))
    }

    fn bracket(&mut self) -> Option<Selector> {
        self.depth += 1;
        if self.depth > 32 || !self.take("[") {
            return None;
        }
        self.skip_space();
        let selector = if self.take("*") {
            Selector::Wildcard
        } else if self.take("?") {
            Selector::Filter(self.filter()?)
        } else if self.rest.starts_with(['\'', '"']) {
            self.names()?
        } else {
            self.numbers()?
        };
        self.skip_space();
        self.depth -= 1;
        self.take("]").then_some(selector)
    }

    fn filter(&mut self) -> Option<Filter> {
        self.skip_space();
        if !self.take("(") {
            return None;
        }
        let filter = filter::parse(self)?;
        self.skip_space();
        self.take(")").then_some(filter)
    }

    fn names(&mut self) -> Option<Selector> {
        let mut names: Vec<Arc<str>> = vec![self.quoted()?.into()];
        loop {
            self.skip_space();
            if !self.take(",") {
                break;
            }
            self.skip_space();
            names.push(self.quoted()?.into());
        }
        Some(match names.len() {
            1 => Selector::Name(names.swap_remove(0)),
            _ => Selector::Names(names),
        })
    }

    /// A string in single or double quotes, with backslash escapes.
    pub(super) fn quoted(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let mut text = String::new();
        let mut characters = self.rest[1..].char_indices();
        while let Some((position, character)) = characters.next() {
            match character {
                // Before anything but the quote a backslash is ordinary.
                '\\' => match characters.next()?.1 {
                    escaped if escaped == quote => text.push(escaped),
                    '\\' => text.push('\\'),
                    other => text.extend(['\\', other]),
                },
                _ if character == quote => {
                    self.rest = &self.rest[position + 2..];
                    return Some(text);
                }
                _ => text.push(character),
            }
        }
        None
    }

    fn integer(&mut self) -> Option<Option<i64>> {
        self.skip_space();
        let digits = self.take_while(|character| character.is_ascii_digit() || character == '-');
        self.skip_space();
        if digits.is_empty() { Some(None) } else { digits.parse().ok().map(Some) }
    }

    fn numbers(&mut self) -> Option<Selector> {
        // `[(@.length-1)]` is Jayway's way to say "the last".
        if self.take("(@.length") {
            self.skip_space();
            let offset = self.integer()??;
            return self.take(")").then_some(Selector::Index(offset));
        }
        let first = self.integer()?;
        if self.take(":") {
            let end = self.integer()?;
            let step = if self.take(":") { self.integer()?.unwrap_or(1) } else { 1 };
            return (step > 0).then_some(Selector::Slice { start: first, end, step });
        }
        let mut indexes = vec![first?];
        while self.take(",") {
            indexes.push(self.integer()??);
        }
        Some(match indexes.len() {
            1 => Selector::Index(indexes[0]),
            _ => Selector::Indexes(indexes),
        })
    }
}
