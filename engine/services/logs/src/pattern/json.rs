//! Conditions on a message that is JSON: `{ $.level = "ERROR" && $.attempt > 2 }`.

use regex::Regex;
use serde_json::Value;
use service::ServiceError;

use super::lexer::{Token, tokens};
use super::wrong;

/// A condition.
#[derive(Debug)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Of(Vec<Step>, Test),
}

/// A step of a selector.
#[derive(Debug)]
pub(crate) enum Step {
    Member(String),
    Index(usize),
}

#[derive(Debug)]
pub(crate) enum Test {
    Is(Value),
    NotExists,
    Equal(Operand),
    NotEqual(Operand),
    Less(f64),
    LessOrEqual(f64),
    Greater(f64),
    GreaterOrEqual(f64),
}

#[derive(Debug)]
pub(crate) enum Operand {
    Number(f64),
    Text(Regex),
}

impl Condition {
    pub(super) fn holds(&self, message: &Value) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(message)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(message)),
            Self::Of(steps, test) => {
                let found = steps.iter().try_fold(message, |value, step| match step {
                    Step::Member(name) => value.get(name),
                    Step::Index(index) => value.get(index),
                });
                test.holds(found)
            }
        }
    }
}

impl Test {
    fn holds(&self, found: Option<&Value>) -> bool {
        let Some(found) = found else { return matches!(self, Self::NotExists) };
        let number = || found.as_f64();
        match self {
            Self::NotExists => false,
            Self::Is(value) => found == value,
            Self::Equal(operand) => operand.equals(found),
            Self::NotEqual(operand) => !operand.equals(found),
            Self::Less(bound) => number().is_some_and(|number| number < *bound),
            Self::LessOrEqual(bound) => number().is_some_and(|number| number <= *bound),
            Self::Greater(bound) => number().is_some_and(|number| number > *bound),
            Self::GreaterOrEqual(bound) => number().is_some_and(|number| number >= *bound),
        }
    }
}

impl Operand {
    fn equals(&self, found: &Value) -> bool {
        match (self, found) {
            (Self::Number(number), Value::Number(_)) => found.as_f64() == Some(*number),
            (Self::Number(number), Value::String(text)) => text.parse() == Ok(*number),
            (Self::Text(regex), Value::String(text)) => regex.is_match(text),
            (Self::Text(regex), Value::Number(number)) => regex.is_match(&number.to_string()),
            _ => false,
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Condition, ServiceError> {
    let parsed = || {
        let tokens = tokens(text, false)?;
        let inner = tokens.strip_prefix(&[Token::Sign("{")])?.strip_suffix(&[Token::Sign("}")])?;
        let mut parser = Parser { tokens: inner, at: 0 };
        let condition = parser.any()?;
        (parser.at == inner.len()).then_some(condition)
    };
    parsed().ok_or_else(|| wrong(text))
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        Some(token)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self) -> Option<Condition> {
        let mut conditions = vec![self.all()?];
        while self.take("||") {
            conditions.push(self.all()?);
        }
        Some(Condition::Any(conditions))
    }

    fn all(&mut self) -> Option<Condition> {
        let mut conditions = vec![self.one()?];
        while self.take("&&") {
            conditions.push(self.one()?);
        }
        Some(Condition::All(conditions))
    }

    fn one(&mut self) -> Option<Condition> {
        if self.take("(") {
            let condition = self.any()?;
            return self.take(")").then_some(condition);
        }
        let Some(Token::Word(selector)) = self.next() else { return None };
        Some(Condition::Of(steps(&selector)?, self.test()?))
    }

    fn test(&mut self) -> Option<Test> {
        if self.word("IS") {
            return match self.next()? {
                Token::Word(word) if word.eq_ignore_ascii_case("TRUE") => Some(Test::Is(Value::Bool(true))),
                Token::Word(word) if word.eq_ignore_ascii_case("FALSE") => Some(Test::Is(Value::Bool(false))),
                Token::Word(word) if word.eq_ignore_ascii_case("NULL") => Some(Test::Is(Value::Null)),
                _ => None,
            };
        }
        if self.word("NOT") {
            return self.word("EXISTS").then_some(Test::NotExists);
        }
        let Some(Token::Sign(sign)) = self.next() else { return None };
        let operand = match self.next()? {
            Token::Word(word) => match word.parse() {
                Ok(number) => Operand::Number(number),
                Err(_) => Operand::Text(wildcard(&word)?),
            },
            Token::Quoted(text) => Operand::Text(wildcard(&text)?),
            Token::Regex(expression) => Operand::Text(Regex::new(&expression).ok()?),
            Token::Sign(_) => return None,
        };
        match (sign, operand) {
            ("=", operand) => Some(Test::Equal(operand)),
            ("!=", operand) => Some(Test::NotEqual(operand)),
            ("<", Operand::Number(bound)) => Some(Test::Less(bound)),
            ("<=", Operand::Number(bound)) => Some(Test::LessOrEqual(bound)),
            (">", Operand::Number(bound)) => Some(Test::Greater(bound)),
            (">=", Operand::Number(bound)) => Some(Test::GreaterOrEqual(bound)),
            _ => None,
        }
    }
}

/// A text in which `*` stands for anything.
fn wildcard(text: &str) -> Option<Regex> {
    let parts: Vec<String> = text.split('*').map(regex::escape).collect();
    Regex::new(&format!("(?s)^{}$", parts.join(".*"))).ok()
}

/// The steps of `$.a.b[0]`.
fn steps(selector: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in selector.strip_prefix("$.")?.split('.') {
        let (name, indexes) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Member(name.to_owned()));
        for index in indexes.split_terminator(']') {
            steps.push(Step::Index(index.strip_prefix('[')?.parse().ok()?));
        }
    }
    Some(steps)
}
