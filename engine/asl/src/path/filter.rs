//! Filter expressions: `[?(@.price < 10 && @.kind == 'book')]`.

use super::Selector;
use super::evaluate::select;
use super::parse::Scanner;
use crate::json::Value;

/// A condition on an item.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Comparison, Operand),
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Item(Vec<Selector>),
    Document(Vec<Selector>),
    Literal(Value),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

/// The operators, longest first where one begins another.
const OPERATORS: [(&str, Comparison); 8] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("nin ", Comparison::NotIn),
    ("in ", Comparison::In),
];

pub(super) fn parse(scanner: &mut Scanner<'_>) -> Option<Filter> {
    let mut terms = vec![conjunction(scanner)?];
    loop {
        scanner.skip_space();
        if !scanner.take("||") {
            break;
        }
        terms.push(conjunction(scanner)?);
    }
    Some(if terms.len() == 1 { terms.swap_remove(0) } else { Filter::Any(terms) })
}

fn conjunction(scanner: &mut Scanner<'_>) -> Option<Filter> {
    let mut terms = vec![term(scanner)?];
    loop {
        scanner.skip_space();
        if !scanner.take("&&") {
            break;
        }
        terms.push(term(scanner)?);
    }
    Some(if terms.len() == 1 { terms.swap_remove(0) } else { Filter::All(terms) })
}

fn term(scanner: &mut Scanner<'_>) -> Option<Filter> {
    scanner.depth += 1;
    if scanner.depth > 32 {
        return None;
    }
    scanner.skip_space();
    let term = if scanner.take("!") {
        Filter::Not(Box::new(term(scanner)?))
    } else if scanner.take("(") {
        let inner = parse(scanner)?;
        scanner.skip_space();
        if !scanner.take(")") {
            return None;
        }
        inner
    } else {
        comparison(scanner)?
    };
    scanner.depth -= 1;
    Some(term)
}

fn comparison(scanner: &mut Scanner<'_>) -> Option<Filter> {
    let left = operand(scanner)?;
    scanner.skip_space();
    let Some((_, comparison)) = OPERATORS.iter().find(|(operator, _)| scanner.take(operator)) else {
        return Some(Filter::Exists(left));
    };
    scanner.skip_space();
    Some(Filter::Compare(left, *comparison, operand(scanner)?))
}

fn operand(scanner: &mut Scanner<'_>) -> Option<Operand> {
    if scanner.take("@") {
        return Some(Operand::Item(scanner.selectors()?));
    }
    if scanner.take("$") {
        return Some(Operand::Document(scanner.selectors()?));
    }
    if scanner.rest.starts_with(['\'', '"']) {
        return Some(Operand::Literal(Value::from(scanner.quoted()?)));
    }
    let end = if scanner.rest.starts_with('[') {
        scanner.rest.find(']')? + 1
    } else {
        scanner.rest.find(|character: char| {
            character.is_whitespace() || matches!(character, ')' | '&' | '|' | '=' | '<' | '>' | '!')
        })?
    };
    let (literal, rest) = scanner.rest.split_at(end);
    scanner.rest = rest;
    Value::parse(&literal.replace('\'', "\"")).ok().map(Operand::Literal)
}

impl Filter {
    /// Whether the item meets the condition, which AWS denies of any that has nothing in it.
    ///
    /// <https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html>
    pub(super) fn accepts(&self, item: &Value, document: &Value) -> bool {
        matches!(item, Value::Object(_) | Value::Array(_)) && self.holds(item, document)
    }

    fn holds(&self, item: &Value, document: &Value) -> bool {
        match self {
            Self::Any(terms) => terms.iter().any(|term| term.holds(item, document)),
            Self::All(terms) => terms.iter().all(|term| term.holds(item, document)),
            Self::Not(term) => !term.holds(item, document),
            Self::Exists(operand) => operand.value(item, document).is_some(),
            Self::Compare(left, comparison, right) => match (left.value(item, document), right.value(item, document)) {
                (Some(left), Some(right)) => comparison.holds(&left, &right),
                _ => *comparison == Comparison::NotEqual,
            },
        }
    }
}

impl Operand {
    fn value(&self, item: &Value, document: &Value) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Item(selectors) => select(selectors, item, document)?.into_iter().next(),
            Self::Document(selectors) => select(selectors, document, document)?.into_iter().next(),
        }
    }
}

impl Comparison {
    fn holds(self, left: &Value, right: &Value) -> bool {
        let order = match (left, right) {
            (Value::Number(_), Value::Number(_)) => left.as_f64().partial_cmp(&right.as_f64()),
            (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
            _ if left == right => Some(std::cmp::Ordering::Equal),
            _ => None,
        };
        match self {
            Self::Equal => order.is_some_and(|order| order.is_eq()),
            Self::NotEqual => !order.is_some_and(|order| order.is_eq()),
            Self::Less => order.is_some_and(|order| order.is_lt()),
            Self::LessOrEqual => order.is_some_and(|order| order.is_le()),
            Self::Greater => order.is_some_and(|order| order.is_gt()),
            Self::GreaterOrEqual => order.is_some_and(|order| order.is_ge()),
            Self::In => right.as_array().is_some_and(|items| items.contains(left)),
            Self::NotIn => !right.as_array().is_some_and(|items| items.contains(left)),
        }
    }
}
