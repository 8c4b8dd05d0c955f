//! `numeric` expressions: `{"numeric": [">", 0, "<=", 5]}`.

use super::Compiler;
use crate::condition::{Bound, Condition, Range};
use crate::json::{Comparable, Token};
use crate::pattern::InvalidPattern;

/// AWS's text wherever something follows that doesn't belong, also outside of numbers.
pub(super) const TOO_MANY: &str = "Too many elements in numeric expression";

impl Compiler<'_> {
    /// Reads the value of `numeric` and the end of its expression.
    pub(super) fn numeric(&mut self) -> Result<Condition, InvalidPattern> {
        if self.lexer.next()? != Token::StartArray {
            return Err(self.refuse("Value of numeric must be an array."));
        }
        let range = self.range()?;
        self.end_object(TOO_MANY)?;
        Ok(Condition::Numeric(range))
    }

    fn range(&mut self) -> Result<Range, InvalidPattern> {
        if self.lexer.next()? != Token::String {
            let found = self.lexer.text()?.to_owned();
            return Err(self.refuse(&format!("Invalid member in numeric match: {found}")));
        }
        let operator = self.lexer.text()?.to_owned();
        let token = self.lexer.next()?;
        match operator.as_str() {
            "=" => {
                let value = self.number(token, "equals")?;
                self.end_of_range()?;
                Ok(Range::just(self.comparable(&value)?))
            }
            "<" | "<=" => {
                let value = self.number(token, &operator)?;
                self.end_of_range()?;
                let top = Bound { value: self.comparable(&value)?, open: operator == "<" };
                Ok(Range { bottom: None, top: Some(top) })
            }
            ">" | ">=" => {
                let value = self.number(token, &operator)?;
                let open = operator == ">";
                match self.lexer.next()? {
                    Token::EndArray => {
                        let bottom = Bound { value: self.comparable(&value)?, open };
                        Ok(Range { bottom: Some(bottom), top: None })
                    }
                    token => self.between(token, &value, open),
                }
            }
            other => Err(self.refuse(&format!("Unrecognized numeric range operator: {other}"))),
        }
    }

    /// Reads the upper end of a range whose lower end has been read, and the token behind that.
    fn between(&mut self, token: Token, bottom: &str, open_bottom: bool) -> Result<Range, InvalidPattern> {
        let operator = self.lexer.text()?.to_owned();
        if token != Token::String {
            return Err(self.refuse(&format!("Bad value in numeric range: {operator}")));
        }
        if operator != "<" && operator != "<=" {
            return Err(self.refuse(&format!("Bad numeric range operator: {operator}")));
        }
        let token = self.lexer.next()?;
        let top = self.number(token, &operator)?;
        if self.lexer.next()? != Token::EndArray {
            return Err(self.refuse("Too many terms in numeric range expression"));
        }
        let bottom = Bound { value: self.comparable(bottom)?, open: open_bottom };
        let top = Bound { value: self.comparable(&top)?, open: operator == "<" };
        if bottom.value >= top.value {
            return Err(self.refuse("Bottom must be less than top"));
        }
        Ok(Range { bottom: Some(bottom), top: Some(top) })
    }

    fn number(&mut self, token: Token, operator: &str) -> Result<String, InvalidPattern> {
        if token == Token::Number {
            Ok(self.lexer.text()?.to_owned())
        } else {
            Err(self.refuse(&format!("Value of {operator} must be numeric")))
        }
    }

    fn comparable(&self, spelling: &str) -> Result<Comparable, InvalidPattern> {
        Comparable::parse(spelling).ok_or_else(|| self.refuse(&cannot_compare(spelling)))
    }

    fn end_of_range(&mut self) -> Result<(), InvalidPattern> {
        if self.lexer.next()? == Token::EndArray { Ok(()) } else { Err(self.refuse(TOO_MANY)) }
    }
}

pub(super) fn cannot_compare(spelling: &str) -> String {
    format!("Cannot compare number : {spelling}")
}
