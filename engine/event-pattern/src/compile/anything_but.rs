//! `anything-but` expressions: of a value, of a list, of prefixes, suffixes, wildcards, or without regard to case.

use super::Compiler;
use super::numeric::{TOO_MANY, cannot_compare};
use crate::condition::{Condition, Excluded, Folded, Wildcard};
use crate::json::{Comparable, Token};
use crate::pattern::InvalidPattern;

/// What the texts of an `anything-but` with an operator are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    EqualsIgnoreCase,
    Prefix,
    Suffix,
    Wildcard,
}

impl Compiler<'_> {
    /// Reads the value of `anything-but` and the end of its expression.
    pub(super) fn anything_but(&mut self) -> Result<Condition, InvalidPattern> {
        let mut token = self.lexer.next()?;
        let mut operator = None;
        if token == Token::StartObject {
            operator = Some(self.operator()?);
            token = self.lexer.next()?;
        }
        let excluded = match (token, operator) {
            (Token::StartArray, None) => self.plain_list()?,
            (Token::StartArray, Some(operator)) => {
                let texts = self.texts(operator).map_err(|error| self.refuse_again(error))?;
                self.excluded(operator, &texts)?
            }
            (Token::String, None) => Excluded::Strings(vec![self.lexer.text()?.to_owned()]),
            (Token::Number, None) => Excluded::Numbers(vec![self.number_to_exclude()?]),
            (Token::String | Token::Number, Some(operator)) => {
                let text = self.text_for(operator, token)?;
                self.excluded(operator, &[text])?
            }
            _ => return Err(self.refuse("Value of anything-but must be an array or single string/number value.")),
        };
        self.end_object(TOO_MANY)?;
        if operator.is_some() {
            self.end_object(TOO_MANY)?;
        }
        Ok(Condition::AnythingBut(excluded))
    }

    fn operator(&mut self) -> Result<Operator, InvalidPattern> {
        if self.lexer.next()? != Token::Name {
            return Err(self.refuse("Anything-But expression name not found"));
        }
        match self.lexer.text()? {
            "equals-ignore-case" => Ok(Operator::EqualsIgnoreCase),
            "prefix" => Ok(Operator::Prefix),
            "suffix" => Ok(Operator::Suffix),
            "wildcard" => Ok(Operator::Wildcard),
            other => {
                let reason = format!("Unsupported anything-but pattern: {other}");
                Err(self.refuse(&reason))
            }
        }
    }

    fn plain_list(&mut self) -> Result<Excluded, InvalidPattern> {
        let (mut strings, mut numbers) = (Vec::new(), Vec::new());
        self.read_plain_list(&mut strings, &mut numbers).map_err(|error| self.refuse_again(error))?;
        match (strings.is_empty(), numbers.is_empty()) {
            (false, true) => Ok(Excluded::Strings(strings)),
            (true, false) => Ok(Excluded::Numbers(numbers)),
            _ => Err(self.refuse(
                "Inside anything but list, either all values are number or string, mixed type is not supported",
            )),
        }
    }

    fn read_plain_list(
        &mut self,
        strings: &mut Vec<String>,
        numbers: &mut Vec<Comparable>,
    ) -> Result<(), InvalidPattern> {
        loop {
            match self.lexer.next()? {
                Token::EndArray => return Ok(()),
                Token::String => strings.push(self.lexer.text()?.to_owned()),
                Token::Number => numbers.push(self.number_to_exclude()?),
                _ => return Err(self.refuse("Inside anything but list, start|null|boolean is not supported.")),
            }
        }
    }

    fn number_to_exclude(&mut self) -> Result<Comparable, InvalidPattern> {
        let spelling = self.lexer.text()?;
        Comparable::parse(spelling).ok_or_else(|| InvalidPattern::without_place(&cannot_compare(spelling)))
    }

    fn texts(&mut self, operator: Operator) -> Result<Vec<String>, InvalidPattern> {
        let mut texts = Vec::new();
        loop {
            match self.lexer.next()? {
                Token::EndArray => return Ok(texts),
                token => texts.push(self.text_for(operator, token)?),
            }
        }
    }

    fn text_for(&mut self, operator: Operator, token: Token) -> Result<String, InvalidPattern> {
        let is_affix = matches!(operator, Operator::Prefix | Operator::Suffix);
        if token != Token::String {
            return Err(self.refuse(match operator {
                Operator::EqualsIgnoreCase => {
                    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
                }
                Operator::Prefix | Operator::Suffix => "prefix/suffix match pattern must be a string",
                Operator::Wildcard => "wildcard match pattern must be a string",
            }));
        }
        let text = self.lexer.text()?.to_owned();
        if is_affix && text.is_empty() {
            return Err(self.refuse("Null prefix/suffix not allowed"));
        }
        Ok(text)
    }

    fn excluded(&self, operator: Operator, texts: &[String]) -> Result<Excluded, InvalidPattern> {
        Ok(match operator {
            Operator::EqualsIgnoreCase => Excluded::IgnoringCase(texts.iter().map(|text| Folded::new(text)).collect()),
            Operator::Prefix => Excluded::Prefixes(texts.to_vec()),
            Operator::Suffix => Excluded::Suffixes(texts.to_vec()),
            Operator::Wildcard => Excluded::Wildcards(
                texts
                    .iter()
                    .map(|text| Wildcard::parse(text).map_err(|error| self.refuse(&error.to_string())))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }
}
