//! What PutTargets refuses of targets that it can read: AWS's bounds, and resources that are not of this Region or account.

use std::collections::HashSet;

use serde_json::Value;
use service::{Arn, Scope, ServiceError};

use super::syntax;
use crate::error;

/// AWS's most targets in one request.
const MOST_AT_ONCE: usize = 100;

/// AWS's most variables of a template.
const MOST_PATHS: usize = 100;

/// Members that are texts, and how long they may be.
const LENGTHS: [(&str, &str, usize); 6] = [
    ("/Arn", "arn", 1600),
    ("/RoleArn", "roleArn", 1600),
    ("/Input", "input", 8192),
    ("/InputPath", "inputPath", 256),
    ("/InputTransformer/InputTemplate", "inputTransformer.inputTemplate", 8192),
    ("/SqsParameters/MessageGroupId", "sqsParameters.messageGroupId", 100),
];

/// Parameters and the services whose targets take them. AWS takes `SqsParameters` for every kind.
const PARAMETERS: [(&str, &[&str]); 8] = [
    ("EcsParameters", &["ecs"]),
    ("KinesisParameters", &["kinesis"]),
    ("BatchParameters", &["batch"]),
    ("HttpParameters", &["events", "execute-api"]),
    ("RedshiftDataParameters", &["redshift", "redshift-serverless"]),
    ("RunCommandParameters", &["ssm"]),
    ("SageMakerPipelineParameters", &["sagemaker"]),
    ("AppSyncParameters", &["appsync"]),
];

/// Services whose resources let EventBridge in by a policy of their own; all others are called with the target's role.
const WITHOUT_ROLE: [&str; 4] = ["lambda", "logs", "sns", "sqs"];

/// Refuses what AWS would refuse of the targets of one PutTargets; `has_role` says whether their rule has a role for all of
/// them.
///
/// # Errors
/// AWS's, for the first target that isn't right.
pub(crate) fn check_all(targets: &[Value], has_role: bool, scope: &Scope) -> Result<(), ServiceError> {
    if targets.len() > MOST_AT_ONCE {
        let rule = format!("Member must have length less than or equal to {MOST_AT_ONCE}");
        return Err(error::constraint(Value::from(targets), "targets", &rule));
    }
    for (index, target) in targets.iter().enumerate() {
        check_bounds(target, &format!("targets.{}.member", index + 1))?;
    }
    let mut ids = HashSet::new();
    for target in targets {
        let id = target["Id"].as_str().unwrap_or_default();
        if !ids.insert(id) {
            let reason = format!("More than one target with Id '{id}' is provided.");
            return Err(error::invalid_parameter("targets", reason));
        }
        check(id, target, has_role, scope)?;
    }
    Ok(())
}

/// Refuses what can't be a dead-letter queue: AWS takes standard queues of the same Region only.
///
/// # Errors
/// AWS's; a plain sentence for a queue of another Region or account.
pub(crate) fn check_dead_letter_queue(config: &Value, scope: &Scope) -> Result<(), ServiceError> {
    let Some(text) = config["Arn"].as_str() else { return Ok(()) };
    let malformed = |_| error::invalid_parameter("DeadLetterConfig", "Provided Arn is not in correct format.");
    let arn: Arn = text.parse().map_err(malformed)?;
    let refused = |message: String| Err(ServiceError::validation(message));
    if arn.service != "sqs" {
        return refused(format!("{} is not supported as a dead letter resource", arn.service));
    }
    if text.ends_with(".fifo") {
        return refused("SQS FIFO is not supported by Dead Letter Queues".to_owned());
    }
    if arn.region != scope.region {
        let reason = format!("The dead-letter queue {text} is not in the Region {}.", scope.region);
        return Err(error::invalid_parameter("DeadLetterConfig", reason));
    }
    if arn.account != scope.account {
        return refused(not_here(text, &arn));
    }
    Ok(())
}

/// What a request's model bounds.
fn check_bounds(target: &Value, member: &str) -> Result<(), ServiceError> {
    for (pointer, name, longest) in LENGTHS {
        let text = target.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        if text.chars().count() > longest {
            let rule = format!("Member must have length less than or equal to {longest}");
            return Err(error::constraint(text, &format!("{member}.{name}"), &rule));
        }
    }
    let Some(paths) = target["InputTransformer"]["InputPathsMap"].as_object() else { return Ok(()) };
    let map = format!("{member}.inputTransformer.inputPathsMap");
    if paths.len() > MOST_PATHS {
        let rule = format!("Member must have length less than or equal to {MOST_PATHS}");
        return Err(error::constraint(Value::from(paths.clone()), &map, &rule));
    }
    let is_name = |name: &String| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        (1..=256).contains(&name.len()) && name.bytes().all(word)
    };
    match paths.keys().find(|name| !is_name(name)) {
        None => Ok(()),
        Some(_) => {
            let rule = "Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must \
                        have length greater than or equal to 1, Member must satisfy regular expression pattern: \
                        [A-Za-z0-9\\_\\-]+, Member must not be null]";
            Err(error::constraint(Value::from(paths.clone()), &map, rule))
        }
    }
}

fn check(id: &str, target: &Value, has_role: bool, scope: &Scope) -> Result<(), ServiceError> {
    let text = target["Arn"].as_str().unwrap_or_default();
    // What is no ARN is refused where the target is read.
    let Ok(arn) = text.parse::<Arn>() else { return Ok(()) };
    let refused = |message: String| Err(ServiceError::validation(message));
    for (parameters, services) in PARAMETERS {
        if !target[parameters].is_null() && !services.contains(&arn.service.as_str()) {
            return refused(format!("Parameter(s) {parameters} not supported for target: {id}."));
        }
    }
    if arn.service == "sqs" && text.ends_with(".fifo") && target["SqsParameters"].is_null() {
        return refused(format!("Parameter(s) SqsParameters must be specified for target: {id}."));
    }
    let is_foreign = arn.account != scope.account;
    let has_role = has_role || !target["RoleArn"].is_null();
    if !has_role && (is_foreign || !WITHOUT_ROLE.contains(&arn.service.as_str())) {
        return refused(format!("RoleArn is required for target {text}."));
    }
    // The bus of another account is played by the one of that name here.
    let is_bus = arn.service == "events" && arn.resource.starts_with("event-bus/");
    if arn.region != scope.region || (is_foreign && !is_bus) {
        return refused(not_here(text, &arn));
    }
    check_input(id, target)?;
    check_dead_letter_queue(&target["DeadLetterConfig"], scope)
}

fn check_input(id: &str, target: &Value) -> Result<(), ServiceError> {
    let refused = |message: String| Err(ServiceError::validation(message));
    if let Some(place) = target["Input"].as_str().and_then(syntax::error_in) {
        return refused(format!("JSON syntax error in input for target {id}: {place}"));
    }
    let transformer = &target["InputTransformer"];
    let map = transformer["InputPathsMap"].as_object().into_iter().flat_map(|map| map.values());
    let paths = std::iter::once(&target["InputPath"]).chain(map).filter_map(Value::as_str);
    // Names in quotes are JSON path too, but not to AWS.
    if paths.into_iter().any(|path| path.contains("['") || path.contains("[\"")) {
        return refused(format!("InputPath for target {id} is invalid."));
    }
    let template = transformer["InputTemplate"].as_str().unwrap_or_default();
    if template.contains("<aws.events.event.json>") && !template.trim_start().starts_with('{') {
        return refused(format!(
            "InputTemplate for target {id} contains placeholder aws.events.event.json valid only for JSON template."
        ));
    }
    Ok(())
}

fn not_here(text: &str, arn: &Arn) -> String {
    format!("sluice has no resources of the account {} in the Region {}: {text}", arn.account, arn.region)
}
