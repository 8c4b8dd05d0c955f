//! The value of anything in a template: intrinsic functions, references, pseudo parameters.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

mod functions;
pub(crate) mod substitution;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use service::Scope;
use sha2::{Digest, Sha256};

use crate::error::{CloudFormationError, at};
use crate::place::Place;
use crate::template::Template;

/// The functions that take values; `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::If` take names.
pub(crate) const FUNCTIONS: &[&str] = &[
    "Fn::Base64",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Select",
    "Fn::Split",
    "Fn::ToJsonString",
];

/// What a made resource is to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Made {
    /// What `Ref` gives.
    pub(crate) physical_id: String,
    /// What `Fn::GetAtt` gives.
    pub(crate) attributes: Map<String, Value>,
    /// What it declares that has no effect here.
    pub(crate) notes: Vec<String>,
}

/// Everything that the values of a stack can depend on.
pub(crate) struct Evaluation<'a> {
    pub(crate) template: &'a Template,
    pub(crate) scope: &'a Scope,
    pub(crate) parameters: &'a BTreeMap<String, Value>,
    pub(crate) conditions: &'a BTreeMap<String, bool>,
    pub(crate) made: &'a BTreeMap<String, Made>,
    pub(crate) exports: &'a BTreeMap<String, Value>,
}

/// Whether a name is one of AWS's own parameters.
pub(crate) fn is_pseudo_parameter(name: &str) -> bool {
    let known =
        ["AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix"];
    name.strip_prefix("AWS::").is_some_and(|name| known.contains(&name))
}

/// Logical id and attribute of a `Fn::GetAtt`: a list, or one string with a dot.
pub(crate) fn split_attribute(argument: &Value) -> Option<(&str, Option<&str>)> {
    match argument {
        Value::String(text) => text.split_once('.').map(|(resource, attribute)| (resource, Some(attribute))),
        // The attribute can be a Ref to a parameter.
        Value::Array(both) if both.len() == 2 => Some((both[0].as_str()?, both[1].as_str())),
        _ => None,
    }
}

impl Evaluation<'_> {
    /// The value of `value`, `None` for `AWS::NoValue`: then the member or element that has it is left out.
    pub(crate) fn value(&self, value: &Value, place: &Place<'_>) -> Result<Option<Value>, CloudFormationError> {
        match value {
            Value::Array(elements) => {
                let mut values = Vec::with_capacity(elements.len());
                for (index, element) in elements.iter().enumerate() {
                    values.extend(self.value(element, &place.index(index))?);
                }
                Ok(Some(Value::Array(values)))
            }
            Value::Object(members) => {
                if let Some((name, argument)) = members.iter().next()
                    && members.len() == 1
                    && (name == "Ref" || name.starts_with("Fn::"))
                {
                    return self.function(name, argument, &place.name(name));
                }
                let mut values = Map::with_capacity(members.len());
                for (name, member) in members {
                    if let Some(member) = self.value(member, &place.name(name))? {
                        values.insert(name.clone(), member);
                    }
                }
                Ok(Some(Value::Object(values)))
            }
            scalar => Ok(Some(scalar.clone())),
        }
    }

    /// What `Ref` gives for a name.
    fn reference(&self, name: &str, place: &Place<'_>) -> Result<Option<Value>, CloudFormationError> {
        let Scope { region, account } = self.scope;
        match name {
            "AWS::AccountId" => Ok(Some(account.as_str().into())),
            "AWS::NoValue" => Ok(None),
            "AWS::NotificationARNs" => Ok(Some(Value::Array(Vec::new()))),
            "AWS::Partition" => Ok(Some("aws".into())),
            "AWS::Region" => Ok(Some(region.as_str().into())),
            "AWS::StackId" => Ok(Some(self.stack_id().into())),
            "AWS::StackName" => Ok(Some(self.template.stack.as_str().into())),
            "AWS::URLSuffix" => Ok(Some("amazonaws.com".into())),
            _ => match self.parameters.get(name) {
                Some(value) => Ok(Some(value.clone())),
                None if self.template.parameters.contains_key(name) => {
                    Err(at(place, format!("the parameter {name} has no value; give it one or a Default")))
                }
                None => Ok(Some(self.resource(name, place)?.physical_id.as_str().into())),
            },
        }
    }

    fn attribute(&self, resource: &str, attribute: &str, place: &Place<'_>) -> Result<Value, CloudFormationError> {
        let made = self.resource(resource, place)?;
        if let Some(value) = made.attributes.get(attribute) {
            return Ok(value.clone());
        }
        let known: Vec<&str> = made.attributes.keys().map(String::as_str).collect();
        let kind = &self.template.resources[resource].resource_type;
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(at(place, format!("sluice gives {kind} {resource} no attribute {attribute}; it has {known}")))
    }

    fn resource(&self, name: &str, place: &Place<'_>) -> Result<&Made, CloudFormationError> {
        self.made.get(name).ok_or_else(|| {
            let condition = self.template.resources.get(name).and_then(|resource| resource.condition.as_deref());
            let why =
                condition.map_or_else(String::new, |condition| format!(", as its condition {condition} is false"));
            at(place, format!("the resource {name} is not there{why}"))
        })
    }

    /// The stack's ARN: the same for the same name.
    fn stack_id(&self) -> String {
        let stack = &self.template.stack;
        let hash: String = Sha256::digest(stack).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let uuid = [&hash[..8], &hash[8..12], &hash[12..16], &hash[16..20], &hash[20..]].join("-");
        self.scope.arn("cloudformation", format_args!("stack/{stack}/{uuid}"))
    }
}
