//! One name, one resource: what a template names is not made when another resource has that name.

use crate::deploy::Deployment;
use crate::error::CloudFormationError;
use crate::plan::Plan;
use crate::records::{Record, Status};
use crate::support::{Module, module};

impl Deployment<'_> {
    /// Refuses plans for new resources whose name another resource has, recorded or about to be made. Some services
    /// answer a second creation with what exists, so that two resources would be one.
    pub(crate) fn refuse_taken_names(&self, plans: &[Plan]) -> Result<(), CloudFormationError> {
        for (index, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.needs_intent()) {
            let record = &plan.record;
            let Some(name) = name(record) else { continue };
            let recorded = self.recorded.values().filter(|other| other.status != Status::Leaving);
            let begun = plans[..index].iter().filter(|plan| plan.needs_intent()).map(|plan| &plan.record);
            let is_taken_by = |other: &&Record| {
                other.key() != record.key()
                    && other.resource_type == record.resource_type
                    && self::name(other).as_ref() == Some(&name)
            };
            if let Some(other) = recorded.chain(begun).find(is_taken_by) {
                let reason = format!(
                    "{} {} already exists in stack {} ({}); give one of them another name, or deploy once without this one if the other is to go",
                    record.resource_type,
                    name.name,
                    other.stack,
                    other.spot()
                );
                return Err(CloudFormationError::Template { spot: record.spot(), reason });
            }
        }
        Ok(())
    }
}

/// A name that a template gives, and within what it is unique.
#[derive(PartialEq)]
struct Name<'a> {
    within: Option<&'a str>,
    name: &'a str,
}

fn name(record: &Record) -> Option<Name<'_>> {
    let Some(Module::Made(kind)) = module(&record.resource_type) else { return None };
    let text = |property: &str| record.properties.get(property)?.as_str();
    let within = kind.named_within().map(|property| {
        let given = text(property).unwrap_or("default");
        // An event bus may be given by its ARN.
        given.split_once(":event-bus/").map_or(given, |(_, name)| name)
    });
    Some(Name { within, name: text(kind.name_property()?)? })
}
