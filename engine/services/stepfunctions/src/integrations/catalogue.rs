//! Which integrations are there.

use asl::{Pattern, Resource};
use service::Services;

use super::sdk;

/// An optimized integration: its service and action, the engine's service behind it, the patterns it supports.
struct Optimized(&'static str, &'static str, &'static str, &'static [Pattern]);

use Pattern::{RequestResponse, Sync, Sync2, WaitForTaskToken};

const BUILT: &[Optimized] = &[
    Optimized("apigateway", "invoke", "rest.apigateway", &[RequestResponse, WaitForTaskToken]),
    Optimized("http", "invoke", "events", &[RequestResponse]),
    Optimized("lambda", "invoke", "lambda", &[RequestResponse, WaitForTaskToken]),
    Optimized("mediaconvert", "createJob", "mediaconvert", &[RequestResponse, Sync]),
    Optimized("dynamodb", "getItem", "dynamodb", &[RequestResponse]),
    Optimized("dynamodb", "putItem", "dynamodb", &[RequestResponse]),
    Optimized("dynamodb", "updateItem", "dynamodb", &[RequestResponse]),
    Optimized("dynamodb", "deleteItem", "dynamodb", &[RequestResponse]),
    Optimized("sns", "publish", "sns", &[RequestResponse, WaitForTaskToken]),
    Optimized("sqs", "sendMessage", "sqs", &[RequestResponse, WaitForTaskToken]),
    Optimized("events", "putEvents", "events", &[RequestResponse, WaitForTaskToken]),
    Optimized("states", "startExecution", "states", &[RequestResponse, Sync, Sync2, WaitForTaskToken]),
];

/// Services with optimized integrations on AWS that the engine doesn't have.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>
const NOT_BUILT: &[&str] = &[
    "athena",
    "batch",
    "bedrock",
    "codebuild",
    "databrew",
    "ecs",
    "eks",
    "elasticmapreduce",
    "emr-containers",
    "emr-serverless",
    "glue",
    "sagemaker",
];

/// Whether a Task state can call something.
pub(crate) enum Availability {
    /// It can.
    Available,
    /// AWS has it, the engine doesn't.
    NotBuilt {
        /// What the engine has, for the message.
        available: String,
    },
    /// Nobody has it.
    Unknown,
}

/// Whether a Task state can call `action` of `service` and wait as `pattern` says.
pub(crate) fn availability(services: &Services, service: &str, action: &str, pattern: Pattern) -> Availability {
    if let Some(name) = service.strip_prefix("aws-sdk:") {
        return sdk_availability(services, name, action, pattern);
    }
    let mut of_service = BUILT.iter().filter(|built| built.0 == service).peekable();
    if of_service.peek().is_none() {
        return if NOT_BUILT.contains(&service) { not_built(services) } else { Availability::Unknown };
    }
    match of_service.find(|built| built.1 == action) {
        Some(built) if !built.3.contains(&pattern) => Availability::Unknown,
        Some(built) if services.get(built.2).is_none() => not_built(services),
        Some(_) => Availability::Available,
        None => Availability::Unknown,
    }
}

fn sdk_availability(services: &Services, name: &str, action: &str, pattern: Pattern) -> Availability {
    if matches!(pattern, Sync | Sync2) {
        return Availability::Unknown;
    }
    let Some(service) = sdk::service(name).and_then(|sdk| services.get(sdk.id)) else { return not_built(services) };
    let operation = Resource::operation(action);
    let operations = &service.api().operations;
    if operations.built.contains(&operation.as_str()) {
        Availability::Available
    } else if operations.not_built.contains(&operation.as_str()) {
        not_built(services)
    } else {
        Availability::Unknown
    }
}

fn not_built(services: &Services) -> Availability {
    let there = |id: &str| services.get(id).is_some();
    let optimized = BUILT.iter().filter(|built| there(built.2)).map(|built| format!("{}:{}", built.0, built.1));
    let sdk = sdk::SERVICES.iter().filter(|sdk| there(sdk.id)).map(|sdk| format!("aws-sdk:{}:*", sdk.name));
    Availability::NotBuilt { available: optimized.chain(sdk).collect::<Vec<_>>().join(", ") }
}
