//! The comparison operators of a Choice state's rules.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::data::Data;
use crate::failure::Failure;
use crate::json::Value;
use crate::machine::{Fields, expected};
use crate::path::Path;
use crate::timestamp;

/// What a rule tests its variable for.
#[derive(Debug)]
pub(crate) enum Test {
    Compare { domain: Domain, relation: Relation, operand: Operand },
    Matches(Arc<str>),
    Is { what: Property, expected: bool },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Domain {
    Text,
    Number,
    Boolean,
    Timestamp,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Relation {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

#[derive(Debug)]
pub(crate) enum Operand {
    Fixed(Value),
    Path(Path),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Property {
    Present,
    Null,
    Numeric,
    Text,
    Boolean,
    Timestamp,
}

const DOMAINS: [(&str, Domain); 4] = [
    ("String", Domain::Text),
    ("Numeric", Domain::Number),
    ("Boolean", Domain::Boolean),
    ("Timestamp", Domain::Timestamp),
];

const RELATIONS: [(&str, Relation); 5] = [
    ("Equals", Relation::Equals),
    ("LessThan", Relation::LessThan),
    ("LessThanEquals", Relation::LessThanEquals),
    ("GreaterThan", Relation::GreaterThan),
    ("GreaterThanEquals", Relation::GreaterThanEquals),
];

const PROPERTIES: [(&str, Property); 6] = [
    ("IsPresent", Property::Present),
    ("IsNull", Property::Null),
    ("IsNumeric", Property::Numeric),
    ("IsString", Property::Text),
    ("IsBoolean", Property::Boolean),
    ("IsTimestamp", Property::Timestamp),
];

impl Test {
    /// The one operator in the rule.
    pub(crate) fn read(fields: &Fields<'_>) -> Option<Self> {
        let operators: Vec<_> = fields.members.keys().filter(|name| is_operator(name)).collect();
        let [name] = operators[..] else {
            fields.problem("Choice rule must have exactly one comparison operator");
            return None;
        };
        if let Some((_, what)) = PROPERTIES.iter().find(|(property, _)| *property == &**name) {
            return fields.boolean(name).map(|expected| Self::Is { what: *what, expected });
        }
        if &**name == "StringMatches" {
            return fields.text(name).cloned().map(Self::Matches);
        }
        let bare = name.strip_suffix("Path").unwrap_or(name);
        let (prefix, domain) = DOMAINS.iter().find(|(prefix, _)| bare.starts_with(prefix))?;
        let (_, relation) = RELATIONS.iter().find(|(relation, _)| *relation == &bare[prefix.len()..])?;
        let operand = if bare.len() < name.len() {
            Operand::Path(fields.compared_path(name)?)
        } else {
            Operand::Fixed(fixed(fields, name, *domain)?)
        };
        Some(Self::Compare { domain: *domain, relation: *relation, operand })
    }

    /// Whether the variable meets the test.
    pub(crate) fn holds(&self, variable: &Path, data: &Data<'_>) -> Result<bool, Failure> {
        let found = data.look_up(variable);
        match self {
            Self::Is { what: Property::Present, expected } => Ok(found.is_ok() == *expected),
            Self::Is { what, expected } => Ok(what.holds(&found.map_err(|_| invalid(variable))?) == *expected),
            Self::Matches(pattern) => {
                let value = found.map_err(|_| invalid(variable))?;
                Ok(value.as_str().is_some_and(|text| matches(pattern, text)))
            }
            Self::Compare { domain, relation, operand } => {
                let value = found.map_err(|_| invalid(variable))?;
                let operand = match operand {
                    Operand::Fixed(operand) => operand.clone(),
                    Operand::Path(path) => data.look_up(path).map_err(|_| invalid(path))?,
                };
                Ok(domain.order(&value, &operand).is_some_and(|order| relation.holds(order)))
            }
        }
    }

    /// The path of a `…Path` operator.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Compare { operand: Operand::Path(path), .. } => Some(path),
            _ => None,
        }
    }
}

fn invalid(path: &Path) -> Failure {
    Failure::runtime(format!(
        "Invalid path '{}': The choice state's condition path references an invalid value.",
        path.text
    ))
}

pub(super) fn is_operator(name: &str) -> bool {
    if name == "StringMatches" || PROPERTIES.iter().any(|(property, _)| *property == name) {
        return true;
    }
    let bare = name.strip_suffix("Path").unwrap_or(name);
    DOMAINS.iter().any(|(prefix, domain)| {
        bare.strip_prefix(prefix).is_some_and(|rest| {
            RELATIONS.iter().any(|(relation, _)| *relation == rest) && (*domain != Domain::Boolean || rest == "Equals")
        })
    })
}

fn fixed(fields: &Fields<'_>, name: &str, domain: Domain) -> Option<Value> {
    let value = fields.get(name)?;
    let kind = match (domain, value) {
        (Domain::Text, Value::String(_)) | (Domain::Number, Value::Number(_)) | (Domain::Boolean, Value::Bool(_)) => {
            return Some(value.clone());
        }
        (Domain::Timestamp, Value::String(text)) if timestamp::nanoseconds(text).is_some() => {
            return Some(value.clone());
        }
        (Domain::Timestamp, Value::String(_)) => {
            fields.field_problem(name, "String does not match RFC3339 timestamp");
            return None;
        }
        (Domain::Text | Domain::Timestamp, _) => "STRING",
        (Domain::Number, _) => "NUMBER",
        (Domain::Boolean, _) => "BOOLEAN",
    };
    fields.field_problem(name, expected(kind));
    None
}

impl Domain {
    /// How two values stand to each other; `None` when one is not of the domain.
    fn order(self, left: &Value, right: &Value) -> Option<Ordering> {
        match self {
            Self::Text => Some(left.as_str()?.encode_utf16().cmp(right.as_str()?.encode_utf16())),
            Self::Number => match (left, right) {
                (Value::Number(left_number), Value::Number(right_number)) => {
                    match (left_number.as_i64(), right_number.as_i64()) {
                        (Some(left), Some(right)) => Some(left.cmp(&right)),
                        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
                    }
                }
                _ => None,
            },
            Self::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
            Self::Timestamp => {
                let moment = |value: &Value| timestamp::nanoseconds(value.as_str()?);
                Some(moment(left)?.cmp(&moment(right)?))
            }
        }
    }
}

impl Relation {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equals => order.is_eq(),
            Self::LessThan => order.is_lt(),
            Self::LessThanEquals => order.is_le(),
            Self::GreaterThan => order.is_gt(),
            Self::GreaterThanEquals => order.is_ge(),
        }
    }
}

impl Property {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Present => true,
            Self::Null => matches!(value, Value::Null),
            Self::Numeric => matches!(value, Value::Number(_)),
            Self::Text => matches!(value, Value::String(_)),
            Self::Boolean => matches!(value, Value::Bool(_)),
            Self::Timestamp => value.as_str().is_some_and(|text| timestamp::nanoseconds(text).is_some()),
        }
    }
}

/// `*` stands for any number of characters; a backslash makes the next character ordinary.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts: Vec<Option<char>> = Vec::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        parts.push(match character {
            '*' => None,
            '\\' => Some(characters.next().unwrap_or('\\')),
            _ => Some(character),
        });
    }
    let text: Vec<char> = text.chars().collect();
    let (mut part, mut position) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while position < text.len() {
        match parts.get(part) {
            Some(Some(character)) if *character == text[position] => {
                part += 1;
                position += 1;
            }
            Some(None) => {
                retry = Some((part, position));
                part += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    part = star + 1;
                    position = from + 1;
                }
                None => return false,
            },
        }
    }
    parts[part..].iter().all(Option::is_none)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_matches_any_text_and_an_escaped_star_itself() {
        assert!(matches("log-*.txt", "log-2026.txt"));
        assert!(matches("*", ""));
        assert!(matches("a*b*c", "aXXbYYc"));
        assert!(!matches("a*b*c", "aXXbYY"));
        assert!(matches("a\\*b", "a*b"));
        assert!(!matches("a\\*b", "aXb"));
    }
}
