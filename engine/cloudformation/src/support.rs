//! What the engine can do with a resource, said before anything is made.

use std::collections::BTreeMap;

use service::Services;

use crate::declared::{Declared, declared};
use crate::error::{CloudFormationError, UnsupportedResource, at};
use crate::kinds::{Kind, kind};
use crate::place::Place;
use crate::template::Template;

/// How a type of resource is handled.
#[derive(Clone, Copy)]
pub(crate) enum Module {
    /// It is made.
    Made(&'static dyn Kind),
    /// It is only taken note of.
    Declared(&'static Declared),
}

/// The module of a type.
pub(crate) fn module(resource_type: &str) -> Option<Module> {
    declared(resource_type).map(Module::Declared).or_else(|| kind(resource_type).map(Module::Made))
}

/// Those resources of the template that the engine lacks. `conditions` leaves out what is certain not to be made.
///
/// # Errors
/// A property that the type doesn't have.
pub(crate) fn unsupported(
    template: &Template,
    services: &Services,
    conditions: &BTreeMap<String, bool>,
) -> Result<Vec<UnsupportedResource>, CloudFormationError> {
    let root = Place::file(&template.file);
    let resources = root.name("Resources");
    let mut lacking = Vec::new();
    for (logical_id, resource) in &template.resources {
        if resource.condition.as_ref().is_some_and(|condition| conditions.get(condition) == Some(&false)) {
            continue;
        }
        let place = resources.name(logical_id);
        let reason = match module(&resource.resource_type) {
            None => Some("the type is not built".to_owned()),
            Some(Module::Declared(_)) => None,
            Some(Module::Made(kind)) => {
                let properties = place.name("Properties");
                for name in resource.properties.as_object().into_iter().flat_map(|members| members.keys()) {
                    if !kind.applied().contains(&name.as_str()) && !kind.declared().contains(&name.as_str()) {
                        let reason = format!("sluice knows no property {name} of {}", resource.resource_type);
                        return Err(at(&properties.name(name), reason));
                    }
                }
                missing_operation(services, kind)
            }
        };
        if let Some(reason) = reason {
            let (resource_type, logical_id) = (resource.resource_type.clone(), logical_id.clone());
            lacking.push(UnsupportedResource { spot: place.spot(), resource_type, logical_id, reason });
        }
    }
    Ok(lacking)
}

fn missing_operation(services: &Services, kind: &dyn Kind) -> Option<String> {
    kind.operations().iter().find_map(|(service, operation)| match services.get(service) {
        None => Some(format!("there is no service {service} here")),
        Some(found) if !found.api().operations.built.contains(operation) => {
            Some(format!("{service} does not have {operation} yet"))
        }
        Some(_) => None,
    })
}
