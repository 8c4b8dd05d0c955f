//! Terms that a message has, all of them or any, or does not have.

use regex::Regex;
use service::ServiceError;

use super::lexer::{Token, tokens};
use super::wrong;
use crate::error::invalid;

/// Terms of a message.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    all: Vec<Term>,
    any: Vec<Term>,
    none: Vec<Term>,
}

#[derive(Debug)]
enum Term {
    Text(String),
    Regex(Regex),
}

impl Terms {
    pub(super) fn match_in(&self, message: &str) -> bool {
        let is_in = |term: &Term| match term {
            Term::Text(text) => message.contains(text.as_str()),
            Term::Regex(regex) => regex.is_match(message),
        };
        self.all.iter().all(is_in)
            && (self.any.is_empty() || self.any.iter().any(is_in))
            && !self.none.iter().any(is_in)
    }
}

pub(super) fn parse(text: &str) -> Result<Terms, ServiceError> {
    let mut terms = Terms::default();
    let mut tokens = tokens(text, true).ok_or_else(|| wrong(text))?.into_iter();
    while let Some(token) = tokens.next() {
        let (list, token) = match token {
            Token::Sign("?") => (&mut terms.any, tokens.next()),
            Token::Sign("-") => (&mut terms.none, tokens.next()),
            token => (&mut terms.all, Some(token)),
        };
        list.push(match token {
            Some(Token::Quoted(text)) => Term::Text(text),
            Some(Token::Regex(expression)) => Term::Regex(Regex::new(&expression).map_err(|_| wrong(text))?),
            Some(Token::Word(word)) => {
                if !word.chars().all(|character| character.is_alphanumeric() || character == '_') {
                    return Err(invalid(format!("Invalid character(s) in term '{word}'")));
                }
                Term::Text(word)
            }
            Some(Token::Sign(_)) | None => return Err(wrong(text)),
        });
    }
    Ok(terms)
}
