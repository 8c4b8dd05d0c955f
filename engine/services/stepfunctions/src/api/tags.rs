//! Tags of state machines and activities.

use serde_json::{Value, json};
use service::ServiceError;

use super::input::{self, Input};
use crate::errors;
use crate::service::StepFunctions;

type Tags = Vec<(String, String)>;

/// How many tags a resource may have.
const MOST: usize = 50;

pub(crate) async fn tag(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("resourceArn", 256)?;
    let new = read(Some(input.list("tags")?.ok_or_else(|| errors::missing("tags"))?))?;
    change(service, arn, |tags| {
        for (key, value) in new {
            match tags.iter_mut().find(|(known, _)| *known == key) {
                Some(tag) => tag.1 = value,
                None => tags.push((key, value)),
            }
        }
    })
    .await
}

pub(crate) async fn untag(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("resourceArn", 256)?;
    let keys = input.list("tagKeys")?.ok_or_else(|| errors::missing("tagKeys"))?;
    change(service, arn, |tags| tags.retain(|(key, _)| !keys.iter().any(|gone| gone == key))).await
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("resourceArn", 256)?;
    crate::arns::parse(arn)?;
    let tags = match (service.machines.find(arn), service.activities.find(arn)) {
        (Some(machine), _) => machine.tags.clone(),
        (None, Some(activity)) => activity.tags.clone(),
        (None, None) => return Err(errors::no_resource(arn)),
    };
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    Ok(json!({"tags": tags}))
}

/// Reads `[{"key": …, "value": …}]`; of equal keys the last one counts.
pub(super) fn read(given: Option<&Vec<Value>>) -> Result<Tags, ServiceError> {
    let mut tags = Tags::new();
    for (place, tag) in given.into_iter().flatten().enumerate() {
        let member = |name: &str| format!("tags.{}.member.{name}", place + 1);
        let key = tag["key"].as_str().ok_or_else(|| errors::missing(&member("key")))?;
        let value = tag["value"].as_str().unwrap_or_default();
        input::check_length(&member("key"), key, 1, 128)?;
        input::check_length(&member("value"), value, 0, 256)?;
        tags.retain(|(known, _)| known != key);
        tags.push((key.to_owned(), value.to_owned()));
    }
    check_number(&tags)?;
    Ok(tags)
}

fn check_number(tags: &Tags) -> Result<(), ServiceError> {
    if tags.len() > MOST {
        return Err(ServiceError::client("TooManyTags", format!("Too many tags: a resource has at most {MOST}")));
    }
    Ok(())
}

async fn change(service: &StepFunctions, arn: &str, with: impl FnOnce(&mut Tags)) -> Result<Value, ServiceError> {
    crate::arns::parse(arn)?;
    let _changing = service.machines.changing().await;
    if let Some(machine) = service.machines.find(arn) {
        let mut machine = crate::machines::StateMachine::clone(&machine);
        with(&mut machine.tags);
        check_number(&machine.tags)?;
        service.machines.keep(machine, None).await?;
    } else if let Some(activity) = service.activities.find(arn) {
        let mut activity = crate::activities::Activity::clone(&activity);
        with(&mut activity.tags);
        check_number(&activity.tags)?;
        service.activities.keep(activity).await?;
    } else {
        return Err(errors::no_resource(arn));
    }
    Ok(json!({}))
}
