//! Activities: work that outside workers poll for.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use service::ServiceError;

use super::input::{self, Input};
use super::paging::{self, Page};
use super::settings;
use super::tags;
use crate::activities::Activity;
use crate::arns;
use crate::errors;
use crate::service::StepFunctions;

/// How long a poll waits for a task.
const POLL: Duration = Duration::from_secs(60);

pub(crate) async fn create(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let name = input.required_text("name")?;
    settings::encryption(&input)?;
    input::check_name(name)?;
    let tags = tags::read(input.list("tags")?)?;
    let arn = service.platform.scope.arn("states", format_args!("activity:{name}"));
    let _changing = service.machines.changing().await;
    let activity = match service.activities.find(&arn) {
        Some(existing) => existing,
        None => {
            let created_at = service.platform.clock.now();
            service.activities.keep(Activity { arn, name: name.to_owned(), created_at, tags }).await?
        }
    };
    Ok(json!({"activityArn": activity.arn, "creationDate": activity.created_at.as_epoch_seconds()}))
}

pub(crate) async fn describe(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("activityArn", 256)?;
    arns::check_activity(arn)?;
    let activity = service.activities.find(arn).ok_or_else(|| errors::no_activity(arn))?;
    let mut answer = show(&activity);
    answer["encryptionConfiguration"] = settings::described_encryption();
    Ok(answer)
}

pub(crate) async fn list(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let page: Page<String> = Page::of(&input, 1024)?;
    let (activities, next) =
        paging::cut(service.activities.all().into_iter(), &page, |activity: &Arc<Activity>| activity.arn.clone());
    let activities: Vec<Value> = activities.iter().map(|activity| show(activity)).collect();
    let mut answer = json!({"activities": activities});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(answer)
}

pub(crate) async fn delete(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("activityArn", 256)?;
    arns::check_activity(arn)?;
    let _changing = service.machines.changing().await;
    service.activities.remove(arn.to_owned()).await?;
    Ok(json!({}))
}

pub(crate) async fn get_task(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let arn = input.bounded("activityArn", 256)?;
    arns::check_activity(arn)?;
    let worker = input.optional_bounded("workerName", 1, 80)?;
    if service.activities.find(arn).is_none() {
        return Err(errors::no_activity(arn));
    }
    let until = service.platform.clock.now().plus(POLL);
    match service.runtime.take_activity_task(arn, worker, until).await? {
        Some(taken) => Ok(json!({"taskToken": taken.token, "input": taken.input})),
        None => Ok(json!({})),
    }
}

fn show(activity: &Activity) -> Value {
    json!({
        "activityArn": activity.arn,
        "name": activity.name,
        "creationDate": activity.created_at.as_epoch_seconds(),
    })
}
