//! What can be said of a template before it runs: every function, reference and condition in it exists.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{CloudFormationError, at};
use crate::evaluation::substitution::{Part, parts};
use crate::evaluation::{FUNCTIONS, is_pseudo_parameter, split_attribute};
use crate::order;
use crate::place::Place;
use crate::template::Template;

/// Checks the template and notes what each of its resources uses and needs.
pub(crate) fn check(template: &mut Template) -> Result<(), CloudFormationError> {
    let file = template.file.clone();
    let root = Place::file(&file);
    let mut found = Vec::new();
    let used_parameters;
    {
        let checker = Checker { template, parameters: RefCell::default() };
        let conditions = root.name("Conditions");
        for (name, condition) in &template.conditions {
            let mut uses = BTreeSet::new();
            checker.condition(condition, &conditions.name(name), &mut uses)?;
            if let Some(resource) = uses.first() {
                let place = conditions.name(name);
                return Err(at(
                    &place,
                    format!("a condition can't depend on a resource, and this one does: {resource}"),
                ));
            }
        }
        let resources = root.name("Resources");
        for (logical_id, resource) in &template.resources {
            let place = resources.name(logical_id);
            let mut uses = BTreeSet::new();
            checker.value(&resource.properties, &place.name("Properties"), &mut uses)?;
            if let Some(condition) = &resource.condition {
                checker.condition_name(condition, &place.name("Condition"))?;
            }
            for needed in &resource.needs {
                if !template.resources.contains_key(needed) {
                    let place = place.name("DependsOn");
                    return Err(at(&place, format!("the template has no such resource: {needed}")));
                }
            }
            found.push(uses);
        }
        let outputs = root.name("Outputs");
        for (name, output) in &template.outputs {
            let place = outputs.name(name);
            let mut uses = BTreeSet::new();
            checker.value(&output.value, &place.name("Value"), &mut uses)?;
            if let Some(export) = &output.export {
                checker.value(export, &place.name("Export").name("Name"), &mut uses)?;
            }
            if let Some(condition) = &output.condition {
                checker.condition_name(condition, &place.name("Condition"))?;
            }
        }
        used_parameters = checker.parameters.into_inner();
    }
    template.used_parameters = used_parameters;
    for (resource, uses) in template.resources.values_mut().zip(found) {
        resource.needs.extend(uses.iter().cloned());
        resource.uses = uses;
    }
    order::levels(template, |_| true).map(drop)
}

struct Checker<'a> {
    template: &'a Template,
    /// Those that something refers to.
    parameters: RefCell<BTreeSet<String>>,
}

impl Checker<'_> {
    fn value(&self, value: &Value, place: &Place<'_>, uses: &mut BTreeSet<String>) -> Result<(), CloudFormationError> {
        match value {
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(element, &place.index(index), uses)?;
                }
                Ok(())
            }
            Value::Object(members) => {
                for (name, member) in members {
                    if name == "Ref" || name.starts_with("Fn::") {
                        if members.len() > 1 {
                            return Err(at(place, format!("{name} must be the only member of its object")));
                        }
                        return self.function(name, member, &place.name(name), uses);
                    }
                    self.value(member, &place.name(name), uses)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn function(
        &self,
        name: &str,
        argument: &Value,
        place: &Place<'_>,
        uses: &mut BTreeSet<String>,
    ) -> Result<(), CloudFormationError> {
        match name {
            "Ref" => {
                let target =
                    argument.as_str().ok_or_else(|| at(place, "Ref takes the name of a parameter or resource"))?;
                self.reference(target, place, uses)
            }
            "Fn::GetAtt" => {
                let (resource, _) = split_attribute(argument).ok_or_else(|| {
                    at(place, "Fn::GetAtt takes a resource's logical id and the name of an attribute")
                })?;
                self.resource(resource, place, uses)
            }
            "Fn::Sub" => self.substitution(argument, place, uses),
            "Fn::If" => {
                let arguments = argument.as_array().filter(|arguments| arguments.len() == 3);
                let arguments = arguments
                    .ok_or_else(|| at(place, "Fn::If takes a condition's name and the values for true and false"))?;
                let condition =
                    arguments[0].as_str().ok_or_else(|| at(place, "Fn::If takes a condition's name first"))?;
                self.condition_name(condition, &place.index(0))?;
                self.value(argument, place, uses)
            }
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
                Err(at(place, format!("{name} belongs into the section Conditions")))
            }
            name if FUNCTIONS.contains(&name) => self.value(argument, place, uses),
            "Fn::Cidr" | "Fn::Transform" => Err(at(place, format!("sluice does not evaluate {name} yet"))),
            _ => Err(at(place, format!("there is no such function: {name}"))),
        }
    }

    fn substitution(
        &self,
        argument: &Value,
        place: &Place<'_>,
        uses: &mut BTreeSet<String>,
    ) -> Result<(), CloudFormationError> {
        let (text, own) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(both) if both.len() == 2 => (both[0].as_str().unwrap_or_default(), both[1].as_object()),
            _ => return Err(at(place, "Fn::Sub takes a string, or a string and an object of its variables")),
        };
        for (name, value) in own.into_iter().flatten() {
            self.value(value, &place.index(1).name(name), uses)?;
        }
        for part in parts(text) {
            let Part::Variable(name) = part else { continue };
            match name.split_once('.') {
                _ if own.is_some_and(|own| own.contains_key(name)) => {}
                Some((resource, _)) => self.resource(resource, place, uses)?,
                None => self.reference(name, place, uses)?,
            }
        }
        Ok(())
    }

    fn reference(
        &self,
        target: &str,
        place: &Place<'_>,
        uses: &mut BTreeSet<String>,
    ) -> Result<(), CloudFormationError> {
        if self.template.parameters.contains_key(target) {
            self.parameters.borrow_mut().insert(target.to_owned());
            return Ok(());
        }
        if is_pseudo_parameter(target) {
            return Ok(());
        }
        if target.starts_with("AWS::") {
            return Err(at(place, format!("there is no such pseudo parameter: {target}")));
        }
        self.resource(target, place, uses)
    }

    fn resource(&self, name: &str, place: &Place<'_>, uses: &mut BTreeSet<String>) -> Result<(), CloudFormationError> {
        if !self.template.resources.contains_key(name) {
            return Err(at(place, format!("the template has no such resource or parameter: {name}")));
        }
        uses.insert(name.to_owned());
        Ok(())
    }

    fn condition_name(&self, name: &str, place: &Place<'_>) -> Result<(), CloudFormationError> {
        if self.template.conditions.contains_key(name) {
            return Ok(());
        }
        Err(at(place, format!("the template has no such condition: {name}")))
    }

    fn condition(
        &self,
        value: &Value,
        place: &Place<'_>,
        uses: &mut BTreeSet<String>,
    ) -> Result<(), CloudFormationError> {
        let only = value.as_object().filter(|members| members.len() == 1).and_then(|members| members.iter().next());
        match only {
            Some((name, argument)) if name == "Condition" => {
                let place = place.name(name);
                let condition = argument.as_str().ok_or_else(|| at(&place, "a condition's name is expected here"))?;
                self.condition_name(condition, &place)
            }
            Some((name, argument)) if ["Fn::And", "Fn::Or", "Fn::Not"].contains(&name.as_str()) => {
                let place = place.name(name);
                let arguments =
                    argument.as_array().ok_or_else(|| at(&place, format!("{name} takes a list of conditions")))?;
                let allowed = if name == "Fn::Not" { 1..=1 } else { 2..=10 };
                if !allowed.contains(&arguments.len()) {
                    return Err(at(
                        &place,
                        format!("{name} takes {} to {} conditions", allowed.start(), allowed.end()),
                    ));
                }
                for (index, argument) in arguments.iter().enumerate() {
                    self.condition(argument, &place.index(index), uses)?;
                }
                Ok(())
            }
            Some((name, argument)) if name == "Fn::Equals" => {
                let place = place.name(name);
                if argument.as_array().is_none_or(|arguments| arguments.len() != 2) {
                    return Err(at(&place, "Fn::Equals takes two values"));
                }
                self.value(argument, &place, uses)
            }
            _ => Err(at(place, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition")),
        }
    }
}
