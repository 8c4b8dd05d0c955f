//! `arn:aws:scheduler:::aws-sdk:service:action`: any operation of any service that the engine has.

use ::service::{ServiceError, Services};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

/// An operation as a universal target names it.
///
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Universal {
    /// The service's id in the engine: `states`.
    pub(crate) service: &'static str,
    /// `StartExecution`
    pub(crate) operation: String,
    /// Whether the API's members begin with small letters, where schedules have large ones.
    camel_case: bool,
}

/// Names of services in targets, their ids in the engine, and whether their members begin with small letters.
const SERVICES: &[(&str, &str, bool)] = &[
    ("cloudwatchlogs", "logs", true),
    ("dynamodb", "dynamodb", false),
    ("eventbridge", "events", false),
    ("firehose", "firehose", false),
    ("lambda", "lambda", false),
    ("logs", "logs", true),
    ("mediaconvert", "mediaconvert", false),
    ("pipes", "pipes", false),
    ("s3", "s3", false),
    ("scheduler", "scheduler", false),
    ("secretsmanager", "secretsmanager", false),
    ("sesv2", "ses", false),
    ("sfn", "states", true),
    ("sns", "sns", false),
    ("sqs", "sqs", false),
    ("ssm", "ssm", false),
];

/// Beginnings of actions that only read, which AWS refuses as targets.
const READING: &[&str] = &[
    "batchDescribe",
    "batchGet",
    "describe",
    "discover",
    "get",
    "list",
    "lookup",
    "poll",
    "query",
    "read",
    "receive",
    "retrieve",
    "scan",
    "search",
    "select",
    "transactGet",
    "validate",
];

impl Universal {
    /// Reads `service:action`, which stands at the end of `arn`.
    ///
    /// # Errors
    /// One that names the target when the engine lacks the service, or when the action only reads.
    pub(crate) fn of(text: &str, arn: &str) -> Result<Self, ServiceError> {
        let (name, action) = text.split_once(':').unwrap_or((text, ""));
        let Some((_, service, camel_case)) = SERVICES.iter().find(|(known, ..)| *known == name) else {
            let message = format!("sluice does not invoke targets of {name} on schedule yet: {arn}");
            return Err(ServiceError::validation(message));
        };
        if action.is_empty() || READING.iter().any(|reading| action.starts_with(reading)) {
            return Err(ServiceError::validation(format!("{action} API is not supported.")));
        }
        let (first, rest) = action.split_at(action.chars().next().map_or(0, char::len_utf8));
        Ok(Self { service, operation: first.to_uppercase() + rest, camel_case: *camel_case })
    }

    /// Whether the engine answers the operation.
    ///
    /// # Errors
    /// One that names it, when it doesn't.
    pub(crate) fn check(&self, services: &Services) -> Result<(), ServiceError> {
        let service = services.get(self.service);
        if service.is_some_and(|service| service.api().operations.built.contains(&self.operation.as_str())) {
            return Ok(());
        }
        let message = format!("sluice does not implement {} of {} yet", self.operation, self.service);
        Err(ServiceError::validation(message))
    }

    /// The input of the operation as the engine's services take it.
    pub(crate) fn request(&self, input: Value) -> Value {
        let mut request = if self.camel_case { lower_first(input) } else { input };
        // Inside the engine a function's payload is the JSON value itself, on AWS its bytes.
        if self.service == "lambda"
            && let Some(payload) = request.get_mut("Payload")
            && let Some(parsed) = payload.as_str().and_then(|text| serde_json::from_str(text).ok())
        {
            *payload = parsed;
        }
        // Likewise text goes to S3 as the bytes of an object.
        if self.service == "s3"
            && let Some(body) = request.get_mut("Body")
        {
            *body = BASE64_STANDARD.encode(body.as_str().map_or_else(|| body.to_string(), str::to_owned)).into();
        }
        request
    }
}

fn lower_first(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let lowered = members.into_iter().map(|(name, value)| {
                let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
                (first.to_lowercase() + rest, lower_first(value))
            });
            Value::Object(lowered.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(lower_first).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_spelled_as_the_service_spells_them() {
        let start = Universal::of("sfn:startExecution", "arn").expect("known");
        assert_eq!((start.service, start.operation.as_str()), ("states", "StartExecution"));
        let input = json!({"StateMachineArn": "m", "Input": "{\"A\":1}"});
        assert_eq!(start.request(input), json!({"stateMachineArn": "m", "input": "{\"A\":1}"}));
        let invoke = Universal::of("lambda:invoke", "arn").expect("known");
        let input = json!({"FunctionName": "f", "Payload": "{\"a\":1}"});
        assert_eq!(invoke.request(input), json!({"FunctionName": "f", "Payload": {"a": 1}}));
    }

    #[test]
    fn what_reads_and_what_is_unknown_is_refused_by_name() {
        let refusal = |text| Universal::of(text, &format!("arn:{text}")).expect_err("refused").message;
        assert_eq!(refusal("sqs:receiveMessage"), "receiveMessage API is not supported.");
        assert_eq!(refusal("ecs:runTask"), "sluice does not invoke targets of ecs on schedule yet: arn:ecs:runTask");
    }
}
