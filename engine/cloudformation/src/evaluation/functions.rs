//! The intrinsic functions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::substitution::{Part, parts};
use super::{Evaluation, split_attribute};
use crate::error::{CloudFormationError, at};
use crate::parameters::as_text;
use crate::place::Place;

impl Evaluation<'_> {
    pub(super) fn function(
        &self,
        name: &str,
        argument: &Value,
        place: &Place<'_>,
    ) -> Result<Option<Value>, CloudFormationError> {
        match name {
            "Ref" => self.reference(argument.as_str().unwrap_or_default(), place),
            "Fn::GetAtt" => self.get_attribute(argument, place).map(Some),
            "Fn::Sub" => self.substitute(argument, place).map(Some),
            "Fn::If" => {
                let name = argument[0].as_str().unwrap_or_default();
                let holds = self.conditions.get(name).copied();
                let holds = holds.ok_or_else(|| at(place, format!("the condition {name} has no value here")))?;
                let chosen = if holds { 1 } else { 2 };
                self.value(&argument[chosen], &place.index(chosen))
            }
            "Fn::Base64" => Ok(Some(STANDARD.encode(self.text(argument, place)?).into())),
            "Fn::FindInMap" => self.find_in_map(argument, place),
            "Fn::GetAZs" => {
                let region = self.text(argument, place)?;
                let region = if region.is_empty() { self.scope.region.as_str() } else { region.as_str() };
                Ok(Some(["a", "b", "c"].iter().map(|zone| format!("{region}{zone}")).collect()))
            }
            "Fn::ImportValue" => self.import(argument, place).map(Some),
            "Fn::Join" => self.join(argument, place).map(Some),
            "Fn::Length" => Ok(Some(self.list(argument, place)?.len().into())),
            "Fn::Select" => self.select(argument, place).map(Some),
            "Fn::Split" => {
                let [delimiter, text] = self.two(argument, place, "Fn::Split takes a delimiter and a string")?;
                let (delimiter, text) = (self.text(delimiter, &place.index(0))?, self.text(text, &place.index(1))?);
                if delimiter.is_empty() {
                    return Err(at(place, "the delimiter of Fn::Split can't be empty"));
                }
                Ok(Some(text.split(&delimiter).collect()))
            }
            "Fn::ToJsonString" => Ok(Some(self.value(argument, place)?.unwrap_or_default().to_string().into())),
            _ => Err(at(place, format!("there is no such function: {name}"))),
        }
    }

    fn get_attribute(&self, argument: &Value, place: &Place<'_>) -> Result<Value, CloudFormationError> {
        let (resource, attribute) = split_attribute(argument).unwrap_or_default();
        match attribute {
            Some(attribute) => self.attribute(resource, attribute, place),
            None => self.attribute(resource, &self.text(&argument[1], &place.index(1))?, place),
        }
    }

    fn substitute(&self, argument: &Value, place: &Place<'_>) -> Result<Value, CloudFormationError> {
        let text = argument.as_str().or_else(|| argument[0].as_str()).unwrap_or_default();
        let own = argument.get(1).and_then(Value::as_object);
        let mut result = String::with_capacity(text.len());
        for part in parts(text) {
            match part {
                Part::Text(text) => result.push_str(text),
                Part::Literal(name) => result.push_str(&format!("${{{name}}}")),
                Part::Variable(name) => {
                    let value = match own.and_then(|own| own.get(name)) {
                        Some(value) => self.value(value, &place.index(1).name(name))?,
                        None => match name.split_once('.') {
                            Some((resource, attribute)) => Some(self.attribute(resource, attribute, place)?),
                            None => self.reference(name, place)?,
                        },
                    };
                    let value = value.as_ref().and_then(as_text);
                    result.push_str(&value.ok_or_else(|| at(place, format!("${{{name}}} is no string")))?);
                }
            }
        }
        Ok(result.into())
    }

    fn join(&self, argument: &Value, place: &Place<'_>) -> Result<Value, CloudFormationError> {
        let [delimiter, list] = self.two(argument, place, "Fn::Join takes a delimiter and a list")?;
        let delimiter = self.text(delimiter, &place.index(0))?;
        let place = place.index(1);
        let texts: Result<Vec<String>, _> = self
            .list(list, &place)?
            .iter()
            .enumerate()
            .map(|(index, value)| {
                as_text(value).ok_or_else(|| at(&place.index(index), "Fn::Join can only join strings"))
            })
            .collect();
        Ok(texts?.join(&delimiter).into())
    }

    fn select(&self, argument: &Value, place: &Place<'_>) -> Result<Value, CloudFormationError> {
        let [index, list] = self.two(argument, place, "Fn::Select takes an index and a list")?;
        let text = self.text(index, &place.index(0))?;
        let index: usize = text.parse().map_err(|_| at(&place.index(0), format!("this is no index: {text}")))?;
        let mut list = self.list(list, &place.index(1))?;
        if index >= list.len() {
            return Err(at(place, format!("the list has {} elements, none at index {index}", list.len())));
        }
        Ok(list.swap_remove(index))
    }

    fn find_in_map(&self, argument: &Value, place: &Place<'_>) -> Result<Option<Value>, CloudFormationError> {
        let arguments = argument.as_array().filter(|arguments| (3..=4).contains(&arguments.len()));
        let arguments = arguments.ok_or_else(|| at(place, "Fn::FindInMap takes a mapping's name and two keys"))?;
        let mut keys = Vec::with_capacity(3);
        for (index, argument) in arguments.iter().take(3).enumerate() {
            keys.push(self.text(argument, &place.index(index))?);
        }
        let found = self.template.mappings.get(&keys[0]).and_then(|map| map.get(&keys[1])?.get(&keys[2]));
        match (found, arguments.get(3).and_then(|last| last.get("DefaultValue"))) {
            (Some(value), _) => Ok(Some(value.clone())),
            (None, Some(default)) => self.value(default, &place.index(3).name("DefaultValue")),
            (None, None) => Err(at(place, format!("the mappings hold nothing at {}", keys.join("/")))),
        }
    }

    fn import(&self, argument: &Value, place: &Place<'_>) -> Result<Value, CloudFormationError> {
        let name = self.text(argument, place)?;
        let value = self.exports.get(&name).cloned();
        value.ok_or_else(|| at(place, format!("no deployed stack exports {name}")))
    }

    fn text(&self, value: &Value, place: &Place<'_>) -> Result<String, CloudFormationError> {
        let value = self.value(value, place)?;
        value.as_ref().and_then(as_text).ok_or_else(|| at(place, "a string is expected here"))
    }

    fn list(&self, value: &Value, place: &Place<'_>) -> Result<Vec<Value>, CloudFormationError> {
        match self.value(value, place)? {
            Some(Value::Array(elements)) => Ok(elements),
            _ => Err(at(place, "a list is expected here")),
        }
    }

    fn two<'a>(
        &self,
        argument: &'a Value,
        place: &Place<'_>,
        usage: &str,
    ) -> Result<[&'a Value; 2], CloudFormationError> {
        match argument.as_array().map(Vec::as_slice) {
            Some([first, second]) => Ok([first, second]),
            _ => Err(at(place, usage)),
        }
    }
}
