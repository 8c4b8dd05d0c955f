//! Mocked results of `TestState` against what the called API answers (`fieldValidationMode`).
//!
//! Known are the services of `data/shapes.json`; results of others are taken as they are, and so are those that
//! no API decides: what functions answer, what is returned with a task token, and how jobs of `.sync` end, executions
//! excepted. <https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html>

use std::collections::HashMap;

use asl::{Pattern, Resource, ResourceKind};
use serde_json::{Map, Value};
use service::ServiceError;

use super::input::Input;
use crate::shapes::{self, Shape};

/// What of a mocked result is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// What is there is right and what is required is there.
    Strict,
    /// What is there is right.
    Present,
    /// Nothing.
    None,
}

impl Mode {
    /// The mode that a test asks for, in `mock.fieldValidationMode`.
    pub(super) fn read(input: &Input) -> Result<Self, ServiceError> {
        match input.get("mock").and_then(|mock| mock["fieldValidationMode"].as_str()) {
            None | Some("STRICT") => Ok(Self::Strict),
            Some("PRESENT") => Ok(Self::Present),
            Some("NONE") => Ok(Self::None),
            Some(other) => Err(crate::errors::constraint(
                &format!("'{other}'"),
                "mock.fieldValidationMode",
                "satisfy enum value set: [PRESENT, STRICT, NONE]",
            )),
        }
    }
}

/// Checks a mocked result of a Task that calls `resource`.
pub(super) fn check(mode: Mode, resource: &str, result: &Value) -> Result<(), ServiceError> {
    let Some((service, operation)) = Resource::parse(resource).and_then(|resource| called(&resource)) else {
        return Ok(());
    };
    let Some(model) = shapes::service(&service) else { return Ok(()) };
    let is_lambda = service == "lambda" || service == "aws-sdk:lambda";
    match model.answers.get(&operation) {
        Some(output) if mode != Mode::None => {
            Schema { model, mode, is_lambda }.check(output, "", result).map_err(ServiceError::validation)
        }
        _ => Ok(()),
    }
}

/// The service and the operation whose answer is the task's result.
fn called(resource: &Resource) -> Option<(String, String)> {
    let ResourceKind::Integration { service, action, pattern } = &resource.kind else { return None };
    let operation = match (&**service, pattern) {
        (_, Pattern::RequestResponse) => Resource::operation(action),
        ("mediaconvert", Pattern::Sync) => "GetJob".to_owned(),
        ("states", Pattern::Sync | Pattern::Sync2) => "DescribeExecution".to_owned(),
        _ => return None,
    };
    Some((service.to_string(), operation))
}

/// A service's model, and how strictly results are held against it.
#[derive(Clone, Copy)]
struct Schema {
    model: &'static shapes::Service,
    mode: Mode,
    is_lambda: bool,
}

impl Schema {
    /// Checks the value of `field`, in AWS's words.
    fn check(&self, wanted: &str, field: &str, value: &Value) -> Result<(), String> {
        let must_be = |right: bool, what: &str| {
            if right {
                Ok(())
            } else {
                Err(format!("Mock result schema validation error: Field '{field}' must be {what}"))
            }
        };
        match wanted {
            "any" => return Ok(()),
            "string" | "timestamp" => return must_be(value.is_string(), "a string"),
            "number" => return must_be(value.is_number(), "a number"),
            "boolean" => return must_be(value.is_boolean(), "a boolean"),
            _ => {}
        }
        match &self.model.shapes[wanted] {
            Shape::Structure { structure, required } => match value.as_object() {
                Some(members) => self.check_members(structure, required, members),
                None if field.is_empty() => Err("Mock result must be a valid JSON object".to_owned()),
                None => must_be(false, "an object"),
            },
            Shape::List(inner) => {
                must_be(value.is_array(), "an array")?;
                let items = value.as_array().into_iter().flatten();
                items.into_iter().try_for_each(|item| self.check(inner, field, item))
            }
            Shape::Map(inner) => {
                must_be(value.is_object(), "an object")?;
                let members = value.as_object().into_iter().flatten();
                members.into_iter().try_for_each(|(_, member)| self.check(inner, field, member))
            }
            Shape::Enum(values) => {
                must_be(value.is_string(), "a string")?;
                if values.iter().any(|known| value == known) {
                    return Ok(());
                }
                Err(format!("Mock result schema validation error: Field '{field}' is not an expected value"))
            }
            Shape::Number(least, most) => {
                must_be(value.is_number(), "a number")?;
                let number = value.as_f64().unwrap_or_default();
                let problem = match (least, most) {
                    (Some(least), _) if number < *least => "is less than the minimum value",
                    (_, Some(most)) if number > *most => "exceeds the maximum value",
                    _ => return Ok(()),
                };
                Err(format!("Mock result schema validation error: Field '{field}' {problem}"))
            }
        }
    }

    fn check_members(
        &self,
        structure: &HashMap<String, String>,
        required: &[String],
        members: &Map<String, Value>,
    ) -> Result<(), String> {
        if self.mode == Mode::Strict
            && let Some(missing) = required.iter().find(|required| !members.contains_key(*required))
        {
            return Err(format!("Mock result schema validation error: Required field '{missing}' is missing"));
        }
        // Members that the API doesn't have are no problem: it may get them one day.
        let known = members.iter().filter_map(|(name, value)| Some((name, value, structure.get(name)?)));
        known.into_iter().try_for_each(|(name, value, wanted)| {
            // Step Functions parses what functions answer.
            if name == "Payload" && self.is_lambda {
                return Ok(());
            }
            self.check(wanted, name, value)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(mode: Mode, resource: &str, result: Value) -> Option<String> {
        check(mode, &format!("arn:aws:states:::{resource}"), &result).err().map(|error| error.message)
    }

    #[test]
    fn values_of_other_types_are_refused_wherever_they_are() {
        let cases = [
            ("events:putEvents", json!({"Entries": {}}), "Field 'Entries' must be an array"),
            ("events:putEvents", json!({"Entries": [{"EventId": 1}]}), "Field 'EventId' must be a string"),
            ("dynamodb:getItem", json!({"Item": {"id": {"BOOL": "x"}}}), "Field 'BOOL' must be a boolean"),
            (
                "aws-sdk:s3:getObject",
                json!({"StorageClass": "Papyrus"}),
                "Field 'StorageClass' is not an expected value",
            ),
            (
                "aws-sdk:lambda:getFunction",
                json!({"Configuration": {"MemorySize": 127}}),
                "Field 'MemorySize' is less than the minimum value",
            ),
        ];
        for (resource, result, text) in cases {
            let expected = format!("Mock result schema validation error: {text}");
            assert_eq!(problem(Mode::Present, resource, result.clone()), Some(expected));
            assert_eq!(problem(Mode::None, resource, result), None);
        }
    }

    #[test]
    fn what_is_required_is_missed_in_strict_mode_only() {
        let missing = "Mock result schema validation error: Required field 'ExecutionArn' is missing";
        let result = json!({"executionArn": "a"});
        assert_eq!(problem(Mode::Strict, "states:startExecution", result.clone()).as_deref(), Some(missing));
        assert_eq!(problem(Mode::Present, "states:startExecution", result), None);
    }

    #[test]
    fn what_no_api_answers_is_not_checked() {
        let result = json!({"MessageId": 1});
        assert!(problem(Mode::Strict, "sqs:sendMessage", result.clone()).is_some());
        assert_eq!(problem(Mode::Strict, "sqs:sendMessage.waitForTaskToken", result), None);
        assert_eq!(problem(Mode::Strict, "lambda:invoke", json!({"Payload": {"a": 1}})), None);
        assert_eq!(problem(Mode::Strict, "glue:startJobRun", json!({"JobRunId": 1})), None);
    }
}
