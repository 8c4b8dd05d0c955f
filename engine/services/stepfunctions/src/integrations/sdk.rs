//! `arn:aws:states:::aws-sdk:service:action`: any operation of any service that the engine has.

use asl::{Payload, Resource};
use clock::Timestamp;
use serde_json::{Map, Value, json};

use super::failure::{self, Failure};
use super::{Attempt, as_text, payload, s3};

/// A service as AWS's SDK for Java 2 names it.
pub(super) struct SdkService {
    /// In resource ARNs: `sfn`.
    pub(super) name: &'static str,
    /// In the engine: `states`.
    pub(super) id: &'static str,
    /// Before the dot of error names: `Sfn`.
    pub(super) prefix: &'static str,
    /// Whether its API's members begin with small letters, where Step Functions wants and answers large ones.
    camel_case: bool,
    /// Whether causes end in `(SDK Attempt Count: 1)`, as recorded.
    pub(super) tells_attempts: bool,
}

const fn service_of(name: &'static str, id: &'static str, prefix: &'static str) -> SdkService {
    SdkService { name, id, prefix, camel_case: false, tells_attempts: true }
}

pub(super) const SERVICES: &[SdkService] = &[
    SdkService { tells_attempts: false, ..service_of("dynamodb", "dynamodb", "DynamoDb") },
    service_of("dynamodbstreams", "streams.dynamodb", "DynamoDbStreams"),
    service_of("eventbridge", "events", "EventBridge"),
    service_of("lambda", "lambda", "Lambda"),
    service_of("mediaconvert", "mediaconvert", "MediaConvert"),
    service_of("pipes", "pipes", "Pipes"),
    service_of("s3", "s3", "S3"),
    service_of("scheduler", "scheduler", "Scheduler"),
    SdkService { camel_case: true, ..service_of("sfn", "states", "Sfn") },
    service_of("secretsmanager", "secretsmanager", "SecretsManager"),
    service_of("sesv2", "ses", "SesV2"),
    service_of("sns", "sns", "Sns"),
    service_of("sqs", "sqs", "Sqs"),
    service_of("ssm", "ssm", "Ssm"),
    service_of("sts", "sts", "Sts"),
    SdkService { camel_case: true, ..service_of("cloudwatchlogs", "logs", "CloudWatchLogs") },
];

/// Members whose value is JSON text in AWS's API, and which machines may write as JSON.
const JSON_TEXTS: &[(&str, &str)] = &[
    ("lambda", "Payload"),
    ("sfn", "Cause"),
    ("sfn", "Definition"),
    ("sfn", "Input"),
    ("sfn", "Output"),
    ("sns", "Message"),
    ("sqs", "MessageBody"),
];

/// Services whose answers have members that begin with an abbreviation, which AWS's SDK for Java spells as a word.
const RESPELLED: &[&str] = &["secretsmanager", "sqs", "ssm"];

/// Members whose own members are named by callers.
const NAMED_BY_CALLERS: &[&str] = &["Attributes", "MessageAttributes", "SecretString", "VersionIdsToStages"];

pub(super) fn service(name: &str) -> Option<&'static SdkService> {
    SERVICES.iter().find(|service| service.name == name)
}

pub(super) async fn call(attempt: &Attempt<'_>, name: &str, action: &str) -> Result<Payload, Failure> {
    let Some(service) = service(name) else { return Err(failure::not_built(&attempt.task.resource.arn)) };
    let mut request = attempt.parameters();
    for (_, member) in JSON_TEXTS.iter().filter(|(of, _)| *of == name) {
        as_text(&mut request, member);
    }
    if name == "s3" {
        request = s3::request(request);
    }
    let mut request = Value::Object(request);
    if service.camel_case {
        request = rename(request, char::to_ascii_lowercase);
    } else if name == "lambda" {
        request = payload_as_json(request);
    }
    let answer = attempt.platform.services.call(service.id, &Resource::operation(action), request).await;
    let mut answer = answer.map_err(|error| failure::of_sdk(service, &error))?;
    if service.camel_case {
        answer = rename(answer, char::to_ascii_uppercase);
    } else if name == "lambda"
        && let Some(members) = answer.as_object_mut()
    {
        match members.remove("PayloadText") {
            Some(text) => drop(members.insert("Payload".to_owned(), text)),
            None => as_text(members, "Payload"),
        }
    }
    if RESPELLED.contains(&name) {
        answer = respell(answer);
    }
    if name == "s3" {
        s3::answer(&mut answer);
    }
    spell_dates(&mut answer);
    let answer = if answer.is_object() { answer } else { json!({}) };
    Ok(payload(&answer))
}

/// Gives every member's name another first letter.
fn rename(value: Value, first: fn(&char) -> char) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| {
                    let mut characters = name.chars();
                    let name = characters.next().iter().map(first).chain(characters).collect();
                    (name, rename(value, first))
                })
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| rename(item, first)).collect()),
        other => other,
    }
}

/// `ARN` to `Arn`, `MD5OfMessageBody` to `Md5OfMessageBody`.
fn respell(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let respelled = members.into_iter().map(|(name, value)| {
                let value = if NAMED_BY_CALLERS.contains(&name.as_str()) { value } else { respell(value) };
                (as_word(&name), value)
            });
            Value::Object(respelled.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(respell).collect()),
        other => other,
    }
}

/// A name whose abbreviation at the front is written as a word.
fn as_word(name: &str) -> String {
    let abbreviated = name.chars().take_while(|letter| !letter.is_ascii_lowercase()).count();
    // The last capital begins the next word.
    let end = if abbreviated == name.len() { abbreviated } else { abbreviated.saturating_sub(1) };
    match (name.get(..1), name.get(1..end)) {
        (Some(first), Some(rest)) => format!("{first}{}{}", rest.to_ascii_lowercase(), &name[end..]),
        _ => name.to_owned(),
    }
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

/// Dates are ISO 8601 in machines and numbers in the API.
fn spell_dates(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_f64() {
                    Some(seconds) if name.ends_with("Date") || name.ends_with("DateTime") => {
                        *value = json!(Timestamp::from_epoch_seconds(seconds).to_rfc3339_millis());
                    }
                    _ => spell_dates(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spell_dates),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_at_the_front_are_words() {
        for (api, java) in [
            ("ARN", "Arn"),
            ("MD5OfMessageBody", "Md5OfMessageBody"),
            ("ETag", "ETag"),
            ("VersionId", "VersionId"),
            ("KmsKeyId", "KmsKeyId"),
            ("RotationLambdaARN", "RotationLambdaARN"),
        ] {
            assert_eq!(as_word(api), java);
        }
    }
}
