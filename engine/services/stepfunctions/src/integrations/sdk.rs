//! `arn:aws:states:::aws-sdk:service:action`: any operation of any service that the engine has.

use asl::{Payload, Resource};
use serde_json::{Value, json};

use super::failure::{self, Failure};
use super::spelling::{Api, Spelling};
use super::{Attempt, as_text, payload, s3};

/// A service as AWS's SDK for Java 2 names it.
pub(super) struct SdkService {
    /// In resource ARNs: `sfn`.
    pub(super) name: &'static str,
    /// In the engine: `states`.
    pub(super) id: &'static str,
    /// Before the dot of error names: `Sfn`.
    pub(super) prefix: &'static str,
    api: Api,
    /// Whether causes end in `(SDK Attempt Count: 1)`. AWS's SDK tells it since 2025; the only recordings as young are
    /// those of `sfn`, and the others follow the older ones of their kind.
    pub(super) tells_attempts: bool,
}

const fn service_of(name: &'static str, id: &'static str, prefix: &'static str) -> SdkService {
    SdkService { name, id, prefix, api: Api { camel_case: false, whole_seconds: false }, tells_attempts: false }
}

const CAMEL_CASE: Api = Api { camel_case: true, whole_seconds: false };
const WHOLE_SECONDS: Api = Api { camel_case: false, whole_seconds: true };

pub(super) const SERVICES: &[SdkService] = &[
    service_of("dynamodb", "dynamodb", "DynamoDb"),
    service_of("dynamodbstreams", "streams.dynamodb", "DynamoDbStreams"),
    service_of("eventbridge", "events", "EventBridge"),
    service_of("lambda", "lambda", "Lambda"),
    service_of("mediaconvert", "mediaconvert", "MediaConvert"),
    service_of("pipes", "pipes", "Pipes"),
    SdkService { api: WHOLE_SECONDS, ..service_of("s3", "s3", "S3") },
    service_of("scheduler", "scheduler", "Scheduler"),
    SdkService { api: CAMEL_CASE, tells_attempts: true, ..service_of("sfn", "states", "Sfn") },
    service_of("secretsmanager", "secretsmanager", "SecretsManager"),
    service_of("sesv2", "ses", "SesV2"),
    service_of("sns", "sns", "Sns"),
    service_of("sqs", "sqs", "Sqs"),
    service_of("ssm", "ssm", "Ssm"),
    service_of("sts", "sts", "Sts"),
    SdkService { api: CAMEL_CASE, ..service_of("cloudwatchlogs", "logs", "CloudWatchLogs") },
];

pub(super) fn service(name: &str) -> Option<&'static SdkService> {
    SERVICES.iter().find(|service| service.name == name)
}

pub(super) async fn call(attempt: &Attempt<'_>, name: &str, action: &str) -> Result<Payload, Failure> {
    let Some(service) = service(name) else { return Err(failure::not_built(&attempt.task.resource.arn)) };
    let spelling = Spelling::of(service.api, name, action);
    let mut request = attempt.parameters();
    if name == "s3" {
        request = s3::request(request);
    }
    let mut request = Value::Object(request);
    if let Some(spelling) = &spelling {
        request = spelling.request(request);
    }
    if name == "lambda" {
        request = payload_as_json(request);
    }
    let answer = attempt.platform.services.call(service.id, &Resource::operation(action), request).await;
    let mut answer = answer.map_err(|error| failure::of_sdk(service, action, &error))?;
    if name == "lambda"
        && let Some(members) = answer.as_object_mut()
    {
        match members.remove("PayloadText") {
            Some(text) => drop(members.insert("Payload".to_owned(), text)),
            None => as_text(members, "Payload"),
        }
    }
    if let Some(spelling) = &spelling {
        answer = spelling.answer(answer);
    }
    if name == "s3" {
        s3::answer(&mut answer);
    }
    let answer = if answer.is_object() { answer } else { json!({}) };
    Ok(payload(&answer))
}

/// Inside the engine a function's payload is the JSON value itself, on AWS its bytes.
fn payload_as_json(mut request: Value) -> Value {
    if let Some(payload) = request.get_mut("Payload")
        && let Some(parsed) = payload.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *payload = parsed;
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_a_model() {
        for sdk in SERVICES {
            assert!(crate::shapes::service(&format!("aws-sdk:{}", sdk.name)).is_some(), "{}", sdk.name);
        }
    }
}
