//! Definitions that are valid but hardly meant: AWS's warnings.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html>

use super::{Fields, QueryLanguage};
use crate::json::Value;

/// Fields whose values are payload templates of JSONPath.
const TEMPLATES: &[&str] = &["Parameters", "ResultSelector", "ItemSelector", "Assign", "ItemBatcher"];
/// Fields that have a sibling whose name ends with `Path`.
const WITH_PATH: &[&str] = &["Error", "Cause"];

/// Reports what is odd about a state.
pub(super) fn check(fields: &Fields<'_>, type_name: &str) {
    if fields.language != QueryLanguage::JsonPath {
        return;
    }
    for field in TEMPLATES {
        if let Some(value) = fields.get(field) {
            no_dollar(fields, value, &fields.at(field));
        }
    }
    match type_name {
        "Pass" => static_result(fields),
        "Fail" => WITH_PATH.iter().for_each(|field| no_path(fields, field)),
        "Choice" => rules(fields, "Choices").for_each(|inner| rule(&inner)),
        _ => {}
    }
}

/// `"name": "$.value"` where `"name.$"` may be meant.
fn no_dollar(fields: &Fields<'_>, value: &Value, location: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter() {
                let place = format!("{location}/{name}");
                match member.as_str() {
                    Some(text) if !name.ends_with(".$") && is_query(text) => {
                        let message = format!(
                            "The value of the field '{name}' appears to be a JSONPath or an intrinsic function, but the field's name does not end with '.$'"
                        );
                        fields.warn("NO_DOLLAR", message, place);
                    }
                    _ => no_dollar(fields, member, &place),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                no_dollar(fields, item, &format!("{location}[{index}]"));
            }
        }
        _ => {}
    }
}

/// `"StringEquals": "$.value"` where `"StringEqualsPath"` may be meant.
fn no_path(fields: &Fields<'_>, field: &str) {
    if fields.get(field).and_then(Value::as_str).is_some_and(is_path) {
        let message = format!(
            "The value of the field '{field}' looks like a path, but the field's name does not end with 'Path'"
        );
        fields.warn("NO_PATH", message, fields.at(field));
    }
}

/// The rules in an array; what isn't one is told where it is read.
fn rules<'a>(fields: &Fields<'a>, field: &str) -> impl Iterator<Item = Fields<'a>> {
    let items = fields.get(field).and_then(Value::as_array).map_or(&[][..], |items| items);
    let place = fields.at(field);
    let objects = items.iter().enumerate().filter(|(_, item)| item.as_object().is_some());
    objects.filter_map(move |(index, item)| fields.nested(item, format!("{place}[{index}]")))
}

fn rule(rule: &Fields<'_>) {
    let compared: Vec<_> =
        rule.members.keys().filter(|name| name.contains("Equals") || name.contains("Than")).collect();
    for field in compared.into_iter().filter(|name| !name.ends_with("Path")) {
        no_path(rule, field);
    }
    for field in ["And", "Or"] {
        rules(rule, field).for_each(|inner| self::rule(&inner));
    }
    let negated = rule.get("Not").filter(|value| value.as_object().is_some());
    if let Some(negated) = negated.and_then(|value| rule.nested(value, rule.at("Not"))) {
        self::rule(&negated);
    }
}

/// A `Result` is taken as it is.
fn static_result(fields: &Fields<'_>) {
    fn has_query(value: &Value) -> bool {
        match value {
            Value::String(text) => is_path(text),
            Value::Array(items) => items.iter().any(has_query),
            Value::Object(members) => members.iter().any(|(name, member)| name.ends_with(".$") || has_query(member)),
            _ => false,
        }
    }
    if fields.get("Result").is_some_and(has_query) {
        let message =
            "The 'Result' of a Pass state is static: paths in it are not evaluated; use 'Parameters'".to_owned();
        fields.warn("PASS_RESULT_IS_STATIC", message, fields.at("Result"));
    }
}

fn is_path(text: &str) -> bool {
    text == "$" || ["$.", "$[", "$$."].iter().any(|start| text.starts_with(start))
}

fn is_query(text: &str) -> bool {
    is_path(text) || (text.starts_with("States.") && text.ends_with(')'))
}
