//! JSON strings, unescaped.

use super::error::SyntaxError;
use super::lexer::Lexer;

impl Lexer<'_> {
    /// Reads a string up to and with its closing quote; the opening one has been read.
    pub(super) fn read_string(&mut self, what: &str) -> Result<String, SyntaxError> {
        let mut value = String::new();
        loop {
            match self.bump() {
                Some('"') => return Ok(value),
                Some('\\') => value.push(self.read_escape()?),
                Some(control) if u32::from(control) < 0x20 => {
                    return Err(self.error(format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {})): has to be escaped using backslash to be included in {what}",
                        u32::from(control)
                    )));
                }
                Some(other) => value.push(other),
                None => {
                    return Err(
                        self.error(format!("Unexpected end-of-input: was expecting closing quote for a {what}"))
                    );
                }
            }
        }
    }

    fn read_escape(&mut self) -> Result<char, SyntaxError> {
        match self.bump() {
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(itself @ ('"' | '/' | '\\')) => Ok(itself),
            Some('u') => self.read_code_point(),
            Some(other) => {
                Err(self.error(format!("Unrecognized character escape '{other}' (code {})", u32::from(other))))
            }
            None => Err(self.error("Unexpected end-of-input in character escape sequence")),
        }
    }

    /// What follows `\u`, with a second escape where the two make a surrogate pair. Half a pair is no character and
    /// becomes U+FFFD.
    fn read_code_point(&mut self) -> Result<char, SyntaxError> {
        let mut code = self.read_hex4()?;
        while (0xD800..0xDC00).contains(&code) && self.take("\\u") {
            let second = self.read_hex4()?;
            if (0xDC00..0xE000).contains(&second) {
                code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
            } else {
                code = second;
            }
        }
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn read_hex4(&mut self) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(character) = self.bump() else {
                return Err(self.error("Unexpected end-of-input in character escape sequence"));
            };
            let Some(digit) = character.to_digit(16) else {
                return Err(self.unexpected(character, "expected a hex-digit for character escape sequence"));
            };
            code = code * 16 + digit;
        }
        Ok(code)
    }
}
