//! Payload templates: JSON with expressions in it, of either query language.

use std::sync::Arc;

use crate::data::Data;
use crate::failure::Failure;
use crate::intrinsic::{self, Call};
use crate::json::{Object, Value};
use crate::jsonata::{Expression, Problem, Seen};
use crate::path::{self, Nowhere, Path};

/// A payload template.
#[derive(Clone, Debug)]
pub(crate) enum Template {
    Constant(Value),
    Array(Vec<Template>),
    /// A JSONPath template: fields without expressions come first, as they are written; those with follow in the order of
    /// [`hash_order`].
    Object {
        fields: Vec<(Arc<str>, Template)>,
        dynamic: Vec<Dynamic>,
    },
    Expression(Expression),
}

/// A field whose name ends in `.$`.
#[derive(Clone, Debug)]
pub(crate) struct Dynamic {
    /// Without the `.$`.
    name: Arc<str>,
    value: Query,
}

/// A JSONPath or an intrinsic function.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    Path(Path),
    Call(Box<Call>),
}

impl Query {
    /// Parses a path or a call; `None` when the text is neither.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.starts_with('$') {
            path::parse(text).map(Self::Path)
        } else {
            intrinsic::parse(text).map(|call| Self::Call(Box::new(call)))
        }
    }

    /// The value; `field` is told when there is none.
    pub(crate) fn evaluate(&self, field: &str, data: &Data<'_>) -> Result<Value, Failure> {
        match self {
            Self::Call(call) => call.evaluate(data),
            Self::Path(path) => match data.look_up(path) {
                Err(Nowhere::PastEnd(_)) => Ok(Value::Null),
                Err(nowhere @ (Nowhere::NoInput | Nowhere::TooMany)) => Err(Failure::runtime(nowhere.text())),
                Err(Nowhere::Absent(_) | Nowhere::Inapplicable(_)) => Err(Failure::runtime(format!(
                    "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{}'",
                    path.text,
                    data.input_text()
                ))),
                Ok(value) => Ok(value),
            },
        }
    }

    /// The paths in it.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Path(path) => vec![path],
            Self::Call(call) => call.paths(),
        }
    }
}

/// What is wrong with a template.
pub(crate) struct Malformed {
    /// Below the template: `/Payload/x`.
    pub(crate) pointer: String,
    pub(crate) problem: Problem,
}

/// Reads an object or string that has an expression in it; `None` for one that is to be read as plain JSON.
type ReadObject<'a> = &'a dyn Fn(&Object, &str, &mut Vec<Malformed>) -> Option<Template>;
type ReadString<'a> = &'a dyn Fn(&Arc<str>, &str, &mut Vec<Malformed>) -> Option<Template>;

impl Template {
    /// Reads a JSONPath template.
    pub(crate) fn json_path(value: &Value, problems: &mut Vec<Malformed>) -> Self {
        Self::read(value, "", problems, &json_path_object, &|_, _, _| None)
    }

    /// Reads a JSONata template, whose expressions see `seen` besides input and context.
    pub(crate) fn jsonata(value: &Value, seen: Seen, problems: &mut Vec<Malformed>) -> Self {
        let string = |text: &Arc<str>, pointer: &str, problems: &mut Vec<Malformed>| {
            jsonata_string(text, seen, pointer, problems)
        };
        Self::read(value, "", problems, &|_, _, _| None, &string)
    }

    fn read(
        value: &Value,
        pointer: &str,
        problems: &mut Vec<Malformed>,
        object: ReadObject<'_>,
        string: ReadString<'_>,
    ) -> Self {
        match value {
            Value::String(text) => string(text, pointer, problems).unwrap_or_else(|| Self::Constant(value.clone())),
            Value::Array(items) => {
                let items: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| Self::read(item, &format!("{pointer}[{index}]"), problems, object, string))
                    .collect();
                if items.iter().all(|item| matches!(item, Self::Constant(_))) {
                    return Self::Constant(value.clone());
                }
                Self::Array(items)
            }
            Value::Object(members) => {
                if let Some(template) = object(members, pointer, problems) {
                    return template;
                }
                let fields: Vec<_> = members
                    .iter()
                    .map(|(name, member)| {
                        (name.clone(), Self::read(member, &format!("{pointer}/{name}"), problems, object, string))
                    })
                    .collect();
                if fields.iter().all(|(_, field)| matches!(field, Self::Constant(_))) {
                    return Self::Constant(value.clone());
                }
                Self::Object { fields, dynamic: Vec::new() }
            }
            _ => Self::Constant(value.clone()),
        }
    }

    /// The value; `field` is the template's name in the state, told when an expression fails.
    pub(crate) fn evaluate(&self, field: &str, data: &Data<'_>) -> Result<Value, Failure> {
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Expression(expression) => expression.evaluate(field, data),
            Self::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| item.evaluate(&format!("{field}[{index}]"), data))
                .collect::<Result<_, _>>()
                .map(Value::array),
            Self::Object { fields, dynamic } => {
                let mut members = Object::with_capacity(fields.len() + dynamic.len());
                for (name, template) in fields {
                    let value = match template {
                        Self::Constant(value) => value.clone(),
                        _ => template.evaluate(&format!("{field}/{name}"), data)?,
                    };
                    members.insert(name.clone(), value);
                }
                for Dynamic { name, value } in dynamic {
                    members.insert(name.clone(), value.evaluate(&format!("{name}.$"), data)?);
                }
                Ok(Value::object(members))
            }
        }
    }

    /// The members of the object that the template makes, for `Assign`.
    pub(crate) fn evaluate_members(&self, field: &str, data: &Data<'_>) -> Result<Vec<(Arc<str>, Value)>, Failure> {
        match self.evaluate(field, data)? {
            Value::Object(members) => Ok(members.iter().map(|(name, value)| (name.clone(), value.clone())).collect()),
            _ => Ok(Vec::new()),
        }
    }

    /// The members of the object that it makes, and the names of the fields that they come from.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Arc<str>, Arc<str>)> {
        let names: Vec<(Arc<str>, Arc<str>)> = match self {
            Self::Constant(value) => {
                value.as_object().map(|members| members.keys().map(|name| (name.clone(), name.clone())).collect())
            }
            Self::Object { fields, dynamic } => {
                let fixed = fields.iter().map(|(name, _)| (name.clone(), name.clone()));
                let dynamic = dynamic.iter().map(|field| (field.name.clone(), format!("{}.$", field.name).into()));
                Some(fixed.chain(dynamic).collect())
            }
            Self::Array(_) | Self::Expression(_) => None,
        }
        .unwrap_or_default();
        names.into_iter()
    }

    /// Calls `visit` for each path and expression.
    pub(crate) fn visit(&self, visit: &mut dyn FnMut(Part<'_>)) {
        match self {
            Self::Constant(_) => {}
            Self::Expression(expression) => visit(Part::Expression(expression)),
            Self::Array(items) => items.iter().for_each(|item| item.visit(visit)),
            Self::Object { fields, dynamic } => {
                fields.iter().for_each(|(_, field)| field.visit(visit));
                dynamic.iter().flat_map(|field| field.value.paths()).for_each(|path| visit(Part::Path(path)));
            }
        }
    }
}

/// An expression in a template.
pub(crate) enum Part<'a> {
    Path(&'a Path),
    Expression(&'a Expression),
}

fn jsonata_string(text: &str, seen: Seen, pointer: &str, problems: &mut Vec<Malformed>) -> Option<Template> {
    let malformed = |problem| Malformed { pointer: pointer.to_owned(), problem };
    match Expression::parse(text)? {
        Ok(expression) => {
            problems.extend(expression.problems(seen).map(malformed));
            Some(Template::Expression(expression))
        }
        Err(problem) => {
            problems.push(malformed(problem));
            None
        }
    }
}

fn json_path_object(members: &Object, pointer: &str, problems: &mut Vec<Malformed>) -> Option<Template> {
    let mut fields = Vec::new();
    let mut dynamic = Vec::new();
    for (name, member) in members {
        let Some(bare) = name.strip_suffix(".$") else {
            let template =
                Template::read(member, &format!("{pointer}/{name}"), problems, &json_path_object, &|_, _, _| None);
            fields.push((name.clone(), template));
            continue;
        };
        match member.as_str().and_then(Query::parse) {
            Some(value) => dynamic.push(Dynamic { name: bare.into(), value }),
            None => problems.push(Malformed {
                pointer: pointer.to_owned(),
                problem: Problem { code: "SCHEMA_VALIDATION_FAILED", message: no_query(name, member) },
            }),
        }
    }
    if dynamic.is_empty() && fields.iter().all(|(_, field)| matches!(field, Template::Constant(_))) {
        return Some(Template::Constant(Value::object(members.clone())));
    }
    hash_order(&mut dynamic);
    Some(Template::Object { fields, dynamic })
}

/// What is wrong with the value of a field whose name ends in `.$`.
fn no_query(name: &str, value: &Value) -> String {
    let kind = match value {
        Value::String(_) => {
            return format!(
                "The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
            );
        }
        Value::Null => "a NULL",
        Value::Bool(_) => "a BOOLEAN",
        Value::Number(_) => "a NUMBER",
        Value::Array(_) => "an ARRAY",
        Value::Object(_) => "an OBJECT",
    };
    format!("The value for the field '{name}' must be a STRING that contains a JSONPath but was {kind}")
}

/// Sorts fields the way AWS writes them, which is the iteration order of Java's `HashMap` of their names.
fn hash_order(fields: &mut [Dynamic]) {
    let mut capacity = 16_u32;
    while fields.len() as f64 > f64::from(capacity) * 0.75 {
        capacity *= 2;
    }
    fields.sort_by_key(|field| {
        let hash =
            field.name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
        (hash ^ (hash >> 16)) & (capacity - 1)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dynamic_fields_follow_the_fixed_ones_in_the_order_aws_writes_them() {
        let template = Value::parse(
            r#"{"original_input.$":"$","iteration_input_value.$":"$","iteration_index.$":"$","from_input_constant.$":"$","constant":1}"#,
        )
        .expect("valid");
        let Template::Object { fields, dynamic } = Template::json_path(&template, &mut Vec::new()) else {
            panic!("an object");
        };
        assert_eq!(&*fields[0].0, "constant");
        let names: Vec<_> = dynamic.iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["iteration_input_value", "from_input_constant", "iteration_index", "original_input"]);
    }
}
