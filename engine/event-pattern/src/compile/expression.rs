//! Match expressions: `{"prefix": "us-"}`.

use super::Compiler;
use crate::condition::{Condition, Folded, Network, Wildcard};
use crate::json::Token;
use crate::pattern::InvalidPattern;

const ONE_KEY: &str = "Only one key allowed in match expression";

impl Compiler<'_> {
    /// Reads a match expression whose brace has been read.
    pub(super) fn expression(&mut self) -> Result<Condition, InvalidPattern> {
        if self.lexer.next()? != Token::Name {
            return Err(self.refuse("Match expression name not found"));
        }
        let operator = self.lexer.text()?.to_owned();
        match operator.as_str() {
            "exactly" => {
                let text = self.string("exact match pattern must be a string")?;
                self.closed(Condition::String(text))
            }
            "prefix" => self.affix("prefix", "Prefix", Condition::Prefix, Condition::PrefixIgnoreCase),
            "suffix" => self.affix("suffix", "Suffix", Condition::Suffix, Condition::SuffixIgnoreCase),
            "equals-ignore-case" => {
                let text = self.string("equals-ignore-case match pattern must be a string")?;
                self.closed(Condition::EqualsIgnoreCase(Folded::new(&text)))
            }
            "wildcard" => {
                let text = self.string("wildcard match pattern must be a string")?;
                let wildcard = Wildcard::parse(&text).map_err(|error| self.refuse(&error.to_string()))?;
                self.closed(Condition::Wildcard(wildcard))
            }
            "cidr" => {
                let text = self.string("prefix match pattern must be a string")?;
                let network = Network::parse(&text).map_err(|reason| InvalidPattern::without_place(&reason))?;
                self.closed(Condition::Cidr(network))
            }
            "exists" => {
                let condition = match self.lexer.next()? {
                    Token::True => Condition::Exists,
                    Token::False => Condition::Absent,
                    _ => return Err(self.refuse("exists match pattern must be either true or false.")),
                };
                self.closed(condition)
            }
            "numeric" => self.numeric(),
            "anything-but" => self.anything_but(),
            other => Err(self.refuse(&format!("Unrecognized match type {other}"))),
        }
    }

    /// Reads the value of `prefix` or `suffix`: text, or text to be compared without regard to case.
    fn affix(
        &mut self,
        operator: &str,
        title: &str,
        exact: fn(String) -> Condition,
        folded: fn(Folded) -> Condition,
    ) -> Result<Condition, InvalidPattern> {
        match self.lexer.next()? {
            Token::String => {
                let text = self.lexer.text()?.to_owned();
                self.closed(exact(text))
            }
            Token::StartObject => {
                if self.lexer.next()? != Token::Name {
                    return Err(self.refuse(&format!("{title} expression name not found")));
                }
                let inner = self.lexer.text()?.to_owned();
                if inner != "equals-ignore-case" {
                    return Err(self.refuse(&format!("Unsupported {operator} pattern: {inner}")));
                }
                let text = self.string("equals-ignore-case match pattern must be a string")?;
                self.end_object(ONE_KEY)?;
                self.closed(folded(Folded::new(&text)))
            }
            _ => Err(self.refuse(&format!("{operator} match pattern must be a string"))),
        }
    }

    fn string(&mut self, complaint: &str) -> Result<String, InvalidPattern> {
        if self.lexer.next()? == Token::String {
            Ok(self.lexer.text()?.to_owned())
        } else {
            Err(self.refuse(complaint))
        }
    }

    fn closed(&mut self, condition: Condition) -> Result<Condition, InvalidPattern> {
        self.end_object(ONE_KEY)?;
        Ok(condition)
    }
}
