//! The order in which resources can be made.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::CloudFormationError;
use crate::template::Template;

/// The resources that `is_active` admits, in levels: each needs only such of earlier levels.
pub(crate) fn levels(
    template: &Template,
    is_active: impl Fn(&str) -> bool,
) -> Result<Vec<Vec<String>>, CloudFormationError> {
    let active = template.resources.iter().filter(|(name, _)| is_active(name));
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = active
        .map(|(name, resource)| {
            let needs = resource.needs.iter().map(String::as_str).filter(|needed| is_active(needed));
            (name.as_str(), needs.collect())
        })
        .collect();
    let mut levels = Vec::new();
    while !waiting.is_empty() {
        // In the template's order, so that the same template always gives the same order.
        let level: Vec<String> = template
            .resources
            .keys()
            .filter(|name| waiting.get(name.as_str()).is_some_and(BTreeSet::is_empty))
            .cloned()
            .collect();
        if level.is_empty() {
            return Err(CloudFormationError::Cycle { file: template.file.clone(), cycle: cycle(&waiting) });
        }
        for name in &level {
            waiting.remove(name.as_str());
        }
        for needs in waiting.values_mut() {
            needs.retain(|needed| !level.iter().any(|name| name == needed));
        }
        levels.push(level);
    }
    Ok(levels)
}

/// A circle among nodes that all need another of them: follow needs until one comes again.
pub(crate) fn cycle(waiting: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let mut path: Vec<&str> = Vec::new();
    let mut next = waiting.keys().next().copied();
    while let Some(name) = next {
        if let Some(start) = path.iter().position(|seen| *seen == name) {
            path.push(name);
            return path[start..].iter().map(|name| (*name).to_owned()).collect();
        }
        path.push(name);
        next = waiting.get(name).and_then(|needs| needs.iter().find(|needed| waiting.contains_key(*needed)).copied());
    }
    Vec::new()
}
