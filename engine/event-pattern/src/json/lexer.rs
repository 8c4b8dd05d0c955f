//! Tokens of a JSON text, pulled one at a time.

use super::error::{Location, SyntaxError};

/// How deep objects and arrays may lie in each other; the engine reads JSON elsewhere to half of that.
pub(crate) const MAX_DEPTH: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    /// The key of a member; [`Lexer::text`] is the key.
    Name,
    /// A string, which is read only when [`Lexer::text`] asks for it or the next token is pulled.
    String,
    /// A number; [`Lexer::text`] is its spelling.
    Number,
    True,
    False,
    Null,
    /// The end of the text outside of any object or array.
    End,
}

/// An open object or array.
struct Scope {
    start: usize,
    is_object: bool,
    has_members: bool,
}

/// A value whose first character has been read: its token, where it starts, and its spelling unless it is a string.
struct Begun {
    token: Token,
    start: usize,
    text: String,
}

/// Pulls the tokens of a JSON text. It stands where AWS's parser would stand after the same token, so that
/// [`Lexer::location`] is the position that AWS's messages carry.
pub(crate) struct Lexer<'a> {
    source: &'a str,
    offset: usize,
    scopes: Vec<Scope>,
    /// The value behind a name: it is begun together with the name.
    after_name: Option<Begun>,
    unread_string: bool,
    text: String,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, offset: 0, scopes: Vec::new(), after_name: None, unread_string: false, text: String::new() }
    }

    /// The place up to which the text has been read.
    pub(crate) fn location(&self) -> Location {
        Location::of(self.source, self.offset)
    }

    /// The spelling of the last token: of a name or a string, what it stands for.
    pub(crate) fn text(&mut self) -> Result<&str, SyntaxError> {
        if std::mem::take(&mut self.unread_string) {
            self.text = self.read_string("string value")?;
        }
        Ok(&self.text)
    }

    /// Whether nothing but white space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.skip_white_space();
        self.peek().is_none()
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token, SyntaxError> {
        if let Some(begun) = self.after_name.take() {
            return self.enter(begun);
        }
        self.text()?;
        self.skip_white_space();
        match self.peek() {
            None => return self.end(),
            Some(marker @ (']' | '}')) => return self.close(marker),
            Some(first) => self.separate(first)?,
        }
        if self.scopes.last().is_some_and(|scope| scope.is_object) {
            return self.name();
        }
        let begun = self.begin_value()?;
        self.enter(begun)
    }

    fn end(&mut self) -> Result<Token, SyntaxError> {
        let Some(scope) = self.scopes.last() else {
            return Ok(Token::End);
        };
        let start = Location::of(self.source, scope.start);
        Err(self.error(format!(
            "Unexpected end-of-input: expected close marker for {} (start marker at {start})",
            kind(scope.is_object)
        )))
    }

    /// Reads the comma in front of every member but the first.
    fn separate(&mut self, first: char) -> Result<(), SyntaxError> {
        let Some(scope) = self.scopes.last_mut() else {
            return Ok(());
        };
        let is_object = scope.is_object;
        if std::mem::replace(&mut scope.has_members, true) {
            self.bump();
            if first != ',' {
                let expectation = format!("was expecting comma to separate {} entries", kind(is_object));
                return Err(self.unexpected(first, &expectation));
            }
            self.skip_white_space();
        }
        Ok(())
    }

    fn name(&mut self) -> Result<Token, SyntaxError> {
        match self.bump() {
            Some('"') => {}
            Some(other) => return Err(self.unexpected(other, "was expecting double-quote to start field name")),
            None => return Err(self.error("Unexpected end-of-input within/between Object entries")),
        }
        self.text = self.read_string("field name")?;
        self.skip_white_space();
        match self.bump() {
            Some(':') => {}
            Some(other) => {
                return Err(self.unexpected(other, "was expecting a colon to separate field name and value"));
            }
            None => return Err(self.error("Unexpected end-of-input within/between Object entries")),
        }
        self.skip_white_space();
        self.after_name = Some(self.begin_value()?);
        Ok(Token::Name)
    }

    fn begin_value(&mut self) -> Result<Begun, SyntaxError> {
        let start = self.offset;
        let begun = |token, text: &str| Begun { token, start, text: text.to_owned() };
        match self.bump() {
            Some('"') => Ok(begun(Token::String, "")),
            Some('{') => Ok(begun(Token::StartObject, "{")),
            Some('[') => Ok(begun(Token::StartArray, "[")),
            Some(first @ ('-' | '0'..='9')) => {
                self.read_number(first)?;
                Ok(begun(Token::Number, &self.source[start..self.offset]))
            }
            Some(first) if first.is_alphabetic() || first == '_' || first == '$' => {
                let word = self.read_word(start);
                match word {
                    "true" => Ok(begun(Token::True, word)),
                    "false" => Ok(begun(Token::False, word)),
                    "null" => Ok(begun(Token::Null, word)),
                    other => Err(self.error(format!(
                        "Unrecognized token '{other}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
                    ))),
                }
            }
            Some(other) => Err(self.unexpected(
                other,
                "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            )),
            None => Err(self.error("Unexpected end-of-input: expected a value")),
        }
    }

    /// Makes a begun value the current token.
    fn enter(&mut self, begun: Begun) -> Result<Token, SyntaxError> {
        let Begun { token, start, text } = begun;
        if matches!(token, Token::StartObject | Token::StartArray) {
            if self.scopes.len() == MAX_DEPTH {
                return Err(self.error(format!(
                    "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH})",
                    MAX_DEPTH + 1
                )));
            }
            self.scopes.push(Scope { start, is_object: token == Token::StartObject, has_members: false });
        }
        self.unread_string = token == Token::String;
        self.text = text;
        Ok(token)
    }

    fn close(&mut self, marker: char) -> Result<Token, SyntaxError> {
        self.bump();
        let is_object = marker == '}';
        match self.scopes.pop() {
            Some(scope) if scope.is_object == is_object => {
                self.text = marker.to_string();
                Ok(if is_object { Token::EndObject } else { Token::EndArray })
            }
            Some(scope) => {
                let expected = if scope.is_object { '}' } else { ']' };
                let start = Location::of(self.source, scope.start);
                Err(self.error(format!(
                    "Unexpected close marker '{marker}': expected '{expected}' (for {} starting at {start})",
                    kind(scope.is_object)
                )))
            }
            None => Err(self.error(format!("Unexpected close marker '{marker}': no open Array or Object"))),
        }
    }

    /// Reads the rest of a word that began at `start`.
    fn read_word(&mut self, start: usize) -> &'a str {
        while self.peek().is_some_and(|next| next.is_alphanumeric() || next == '_' || next == '$') {
            self.bump();
        }
        &self.source[start..self.offset]
    }

    pub(super) fn skip_white_space(&mut self) {
        while self.peek().is_some_and(|next| matches!(next, ' ' | '\t' | '\n' | '\r')) {
            self.bump();
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.source[self.offset..].chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.offset += next.len_utf8();
        Some(next)
    }

    /// Reads `expected` where the text goes on with it.
    pub(super) fn take(&mut self, expected: &str) -> bool {
        let found = self.source[self.offset..].starts_with(expected);
        if found {
            self.offset += expected.len();
        }
        found
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> SyntaxError {
        SyntaxError { reason: reason.into(), location: self.location() }
    }

    pub(super) fn unexpected(&self, character: char, expectation: &str) -> SyntaxError {
        self.error(format!("Unexpected character ('{character}' (code {})): {expectation}", u32::from(character)))
    }
}

fn kind(is_object: bool) -> &'static str {
    if is_object { "Object" } else { "Array" }
}
