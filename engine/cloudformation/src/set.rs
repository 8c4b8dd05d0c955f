//! The order of several stacks: who reads a value comes after who writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::deploy::Options;
use crate::error::CloudFormationError;
use crate::order::cycle;
use crate::template::Template;
use crate::values::in_text;

/// The templates in waves: each needs only values of earlier ones. Within a wave the given order stays.
pub(crate) fn waves<'a>(
    templates: &'a [Template],
    options: &Options,
) -> Result<Vec<Vec<&'a Template>>, CloudFormationError> {
    let mut by_name: BTreeMap<&str, &Template> = BTreeMap::new();
    for template in templates {
        if let Some(other) = by_name.insert(&template.stack, template) {
            let (stack, first, second) = (template.stack.clone(), other.file.clone(), template.file.clone());
            return Err(CloudFormationError::DuplicateStack { stack, first, second });
        }
    }
    let mut writers: BTreeMap<Handed, &str> = BTreeMap::new();
    for template in templates {
        writers.extend(written(template).map(|value| (value, template.stack.as_str())));
    }
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut reasons: BTreeMap<(&str, &str), Handed> = BTreeMap::new();
    for template in templates {
        let stack = template.stack.as_str();
        let needs = waiting.entry(stack).or_default();
        for value in read(template, options) {
            if let Some(writer) = writers.get(&value).copied().filter(|writer| *writer != stack) {
                needs.insert(writer);
                reasons.insert((stack, writer), value);
            }
        }
    }
    let mut waves = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |template: &&Template| waiting.get(template.stack.as_str()).is_some_and(BTreeSet::is_empty);
        let wave: Vec<&Template> = templates.iter().filter(is_ready).collect();
        if wave.is_empty() {
            let names = cycle(&waiting);
            let because = |pair: &[String]| {
                let reason = reasons.get(&(pair[0].as_str(), pair[1].as_str()));
                format!("{} (reads {})", pair[0], reason.map_or("", |value| value.name.as_str()))
            };
            let mut cycle: Vec<String> = names.windows(2).map(because).collect();
            cycle.extend(names.last().cloned());
            return Err(CloudFormationError::StackCycle { cycle });
        }
        for template in &wave {
            waiting.remove(template.stack.as_str());
        }
        for needs in waiting.values_mut() {
            needs.retain(|needed| !wave.iter().any(|template| template.stack == *needed));
        }
        waves.push(wave);
    }
    Ok(waves)
}

/// A value that one stack hands another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Handed {
    is_export: bool,
    name: String,
}

impl Handed {
    fn parameter(name: &str) -> Self {
        Self { is_export: false, name: name.to_owned() }
    }

    fn export(name: &str) -> Self {
        Self { is_export: true, name: name.to_owned() }
    }
}

fn written(template: &Template) -> impl Iterator<Item = Handed> {
    let parameters = template.resources.values().filter(|resource| resource.resource_type == "AWS::SSM::Parameter");
    let parameters = parameters.filter_map(|resource| resource.properties["Name"].as_str().map(Handed::parameter));
    let exports = template.outputs.values().filter_map(|output| output.export.as_ref()?.as_str().map(Handed::export));
    parameters.chain(exports)
}

fn read(template: &Template, options: &Options) -> Vec<Handed> {
    let mut found = Vec::new();
    for (name, parameter) in template.parameters.iter().filter(|(_, parameter)| parameter.from_ssm) {
        let value = options.parameters.get(name).or(parameter.default.as_ref());
        found.extend(value.map(|value| Handed::parameter(value)));
    }
    template.resources.values().for_each(|resource| look(&resource.properties, &mut found));
    template.outputs.values().for_each(|output| look(&output.value, &mut found));
    found
}

fn look(value: &Value, found: &mut Vec<Handed>) {
    match value {
        Value::String(text) => {
            let names = in_text(text).filter_map(|reference| reference.trim_end_matches("}}").split(':').nth(2));
            found.extend(names.map(Handed::parameter));
        }
        Value::Array(values) => values.iter().for_each(|value| look(value, found)),
        Value::Object(members) => {
            if let Some(name) = members.get("Fn::ImportValue").and_then(Value::as_str) {
                found.push(Handed::export(name));
            }
            members.values().for_each(|value| look(value, found));
        }
        _ => {}
    }
}
