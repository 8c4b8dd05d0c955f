//! The values of a template's conditions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{CloudFormationError, at};
use crate::evaluation::Evaluation;
use crate::place::Place;
use crate::template::Template;

/// The value of each condition.
pub(crate) fn evaluate(
    template: &Template,
    evaluation: &Evaluation<'_>,
) -> Result<BTreeMap<String, bool>, CloudFormationError> {
    let root = Place::file(&template.file);
    let place = root.name("Conditions");
    let mut known = BTreeMap::new();
    for name in template.conditions.keys() {
        named(template, evaluation, name, &place, &mut known, &mut Vec::new())?;
    }
    Ok(known)
}

/// The values of those conditions that can be told from what `evaluation` knows.
pub(crate) fn certain(template: &Template, evaluation: &Evaluation<'_>) -> BTreeMap<String, bool> {
    let root = Place::file(&template.file);
    let place = root.name("Conditions");
    let mut known = BTreeMap::new();
    for name in template.conditions.keys() {
        // One that can't be told yet is told, or refused, when the stack is deployed.
        let _ = named(template, evaluation, name, &place, &mut known, &mut Vec::new());
    }
    known
}

fn named(
    template: &Template,
    evaluation: &Evaluation<'_>,
    name: &str,
    place: &Place<'_>,
    known: &mut BTreeMap<String, bool>,
    path: &mut Vec<String>,
) -> Result<bool, CloudFormationError> {
    if let Some(value) = known.get(name) {
        return Ok(*value);
    }
    let here = place.name(name);
    if path.iter().any(|seen| seen == name) {
        return Err(at(&here, format!("the condition depends on itself: {} -> {name}", path.join(" -> "))));
    }
    path.push(name.to_owned());
    let mut reference = |other: &str| named(template, evaluation, other, place, known, path);
    let value = one(evaluation, &template.conditions[name], &here, &mut reference)?;
    path.pop();
    known.insert(name.to_owned(), value);
    Ok(value)
}

fn one(
    evaluation: &Evaluation<'_>,
    condition: &Value,
    place: &Place<'_>,
    reference: &mut dyn FnMut(&str) -> Result<bool, CloudFormationError>,
) -> Result<bool, CloudFormationError> {
    let only = condition.as_object().and_then(|members| members.iter().next());
    let Some((name, argument)) = only else { return Err(at(place, "a condition is expected here")) };
    let place = place.name(name);
    let arguments = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    match name.as_str() {
        "Condition" => reference(argument.as_str().unwrap_or_default()),
        "Fn::Equals" => {
            let value = |index: usize| evaluation.value(&arguments[index], &place.index(index));
            Ok(value(0)? == value(1)?)
        }
        "Fn::Not" => Ok(!one(evaluation, &arguments[0], &place.index(0), reference)?),
        _ => {
            let any = name == "Fn::Or";
            for (index, argument) in arguments.iter().enumerate() {
                if one(evaluation, argument, &place.index(index), reference)? == any {
                    return Ok(any);
                }
            }
            Ok(!any)
        }
    }
}
