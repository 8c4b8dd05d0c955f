//! Parameters of a template: types, defaults and constraints.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use regex::Regex;
use serde_json::{Number, Value};

use crate::error::{CloudFormationError, at};
use crate::place::Place;
use crate::template::{object, text_member};

/// A parameter of a template.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    kind: Kind,
    /// Whether its value is the name of a parameter in Parameter Store.
    pub(crate) from_ssm: bool,
    pub(crate) default: Option<String>,
    allowed_values: Vec<String>,
    allowed_pattern: Option<Regex>,
    length: (Option<f64>, Option<f64>),
    value: (Option<f64>, Option<f64>),
    description: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Number,
    TextList,
    NumberList,
}

impl Parameter {
    pub(crate) fn read(value: &Value, place: &Place<'_>) -> Result<Self, CloudFormationError> {
        let members = object(value, place)?;
        for name in members.keys() {
            let known = [
                "Type",
                "Default",
                "AllowedValues",
                "AllowedPattern",
                "MinLength",
                "MaxLength",
                "MinValue",
                "MaxValue",
                "NoEcho",
                "Description",
                "ConstraintDescription",
            ];
            if !known.contains(&name.as_str()) {
                return Err(at(&place.name(name), "a parameter has no such attribute"));
            }
        }
        let kind = text_member(members, "Type", place)?.ok_or_else(|| at(place, "the parameter has no Type"))?;
        let inner = kind.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
        let number = |name: &str| members.get(name).and_then(|limit| as_text(limit)?.parse::<f64>().ok());
        let pattern =
            match text_member(members, "AllowedPattern", place)? {
                None => None,
                Some(pattern) => Some(Regex::new(&format!("^(?:{pattern})$")).map_err(|_| {
                    at(&place.name("AllowedPattern"), format!("this is no regular expression: {pattern}"))
                })?),
            };
        let allowed = members.get("AllowedValues").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            kind: Kind::named(inner.unwrap_or(&kind))
                .ok_or_else(|| at(&place.name("Type"), format!("there is no such type of parameter: {kind}")))?,
            from_ssm: inner.is_some(),
            default: members.get("Default").and_then(as_text),
            allowed_values: allowed.filter_map(as_text).collect(),
            allowed_pattern: pattern,
            length: (number("MinLength"), number("MaxLength")),
            value: (number("MinValue"), number("MaxValue")),
            description: text_member(members, "ConstraintDescription", place)?,
        })
    }

    /// Checks the text that was given (or the default) against the constraints. For one from Parameter Store the
    /// constraints are about the name.
    pub(crate) fn check(&self, text: &str, place: &Place<'_>) -> Result<(), CloudFormationError> {
        let fail = |constraint: String| {
            let reason = self.description.clone().unwrap_or(constraint);
            Err(at(place, format!("the parameter's value {text:?} breaks a constraint: {reason}")))
        };
        if !self.allowed_values.is_empty() && !self.elements(text).iter().all(|one| self.allowed_values.contains(one)) {
            return fail(format!("it must be one of {}", self.allowed_values.join(", ")));
        }
        if self.allowed_pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text)) {
            return fail(format!("it must match {}", self.allowed_pattern.as_ref().map_or("", Regex::as_str)));
        }
        let length = text.chars().count() as f64;
        if self.length.0.is_some_and(|least| length < least) || self.length.1.is_some_and(|most| length > most) {
            return fail(format!("it has {length} characters"));
        }
        if self.from_ssm {
            return Ok(());
        }
        for one in self.elements(text) {
            if !matches!(self.kind, Kind::Number | Kind::NumberList) {
                break;
            }
            let Ok(number) = one.parse::<f64>() else { return fail("it must be a number".to_owned()) };
            if self.value.0.is_some_and(|least| number < least) || self.value.1.is_some_and(|most| number > most) {
                return fail(format!("{number} is out of range"));
            }
        }
        Ok(())
    }

    /// What a `Ref` to it gives: a text, or a list of them.
    pub(crate) fn value(&self, text: &str) -> Value {
        match self.kind {
            Kind::Text | Kind::Number => text.into(),
            Kind::TextList | Kind::NumberList => self.elements(text).into(),
        }
    }

    fn elements(&self, text: &str) -> Vec<String> {
        match self.kind {
            Kind::Text | Kind::Number => vec![text.to_owned()],
            Kind::TextList | Kind::NumberList => text.split(',').map(|one| one.trim().to_owned()).collect(),
        }
    }
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "String" | "AWS::SSM::Parameter::Name" => Some(Self::Text),
            "Number" => Some(Self::Number),
            "CommaDelimitedList" | "List<String>" => Some(Self::TextList),
            "List<Number>" => Some(Self::NumberList),
            // Names of things that AWS would look up (`AWS::EC2::VPC::Id`) are texts here.
            name if name.starts_with("List<AWS::") => Some(Self::TextList),
            name if name.starts_with("AWS::") && !name.starts_with("AWS::SSM::") => Some(Self::Text),
            _ => None,
        }
    }
}

/// A scalar as the text that CloudFormation makes of it.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(Number::to_string(number)),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
