//! `AWS::Events::Rule`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::event_bus::retag;
use super::properties::{json_text, tag_list};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html>
pub(super) struct Rule;

/// How many targets PutTargets takes at once.
const TARGETS_AT_ONCE: usize = 100;

#[async_trait]
impl Kind for Rule {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn named_within(&self) -> Option<&'static str> {
        Some("EventBusName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Name",
            "Description",
            "EventBusName",
            "EventPattern",
            "RoleArn",
            "ScheduleExpression",
            "State",
            "Tags",
            "Targets",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name", "EventBusName"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("events", "PutRule"), ("events", "PutTargets"), ("events", "RemoveTargets"), ("events", "DeleteRule")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("Name");
        let mut input = put_rule(desired, &name);
        if desired.get("Tags").is_some() {
            input.insert("Tags".to_owned(), tag_list(desired.get("Tags"), "Key", "Value"));
        }
        let answer = aws.call("events", "PutRule", Value::Object(input)).await?;
        put_targets(aws, desired, &name).await?;
        Ok(made(desired, &name, answer["RuleArn"].clone()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = rule_name(previous.physical_id).to_owned();
        let answer = aws.call("events", "PutRule", Value::Object(put_rule(desired, &name))).await?;
        let kept = target_ids(desired.get("Targets"));
        let gone: Vec<_> =
            target_ids(previous.properties.get("Targets")).into_iter().filter(|id| !kept.contains(id)).collect();
        remove_targets(aws, &name, desired.get("EventBusName"), gone).await?;
        put_targets(aws, desired, &name).await?;
        retag(aws, &answer["RuleArn"], previous.properties.get("Tags"), desired.get("Tags")).await?;
        Ok(made(desired, &name, answer["RuleArn"].clone()))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let (name, bus) = (rule_name(previous.physical_id), previous.properties.get("EventBusName"));
        match remove_targets(aws, name, bus, target_ids(previous.properties.get("Targets"))).await {
            Err(error) if !super::is_missing(&error) => return Err(error),
            _ => {}
        }
        aws.delete("events", "DeleteRule", on_bus(json!({"Name": name}), bus)).await
    }
}

fn put_rule(desired: &Desired<'_>, name: &str) -> Map<String, Value> {
    let mut input = desired.only(&["Description", "EventBusName", "RoleArn", "ScheduleExpression", "State"]);
    input.insert("Name".to_owned(), name.into());
    if let Some(pattern) = desired.get("EventPattern") {
        input.insert("EventPattern".to_owned(), json_text(pattern));
    }
    input
}

async fn put_targets(aws: &Aws<'_>, desired: &Desired<'_>, name: &str) -> Result<(), ServiceError> {
    let targets = desired.get("Targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for some in targets.chunks(TARGETS_AT_ONCE) {
        let input = on_bus(json!({"Rule": name, "Targets": some}), desired.get("EventBusName"));
        refuse_failed(&aws.call("events", "PutTargets", input).await?)?;
    }
    Ok(())
}

async fn remove_targets(aws: &Aws<'_>, name: &str, bus: Option<&Value>, ids: Vec<String>) -> Result<(), ServiceError> {
    if ids.is_empty() {
        return Ok(());
    }
    refuse_failed(&aws.call("events", "RemoveTargets", on_bus(json!({"Rule": name, "Ids": ids}), bus)).await?)
}

fn refuse_failed(answer: &Value) -> Result<(), ServiceError> {
    match answer["FailedEntries"].as_array().and_then(|failed| failed.first()) {
        None => Ok(()),
        Some(failed) => {
            let text = |member: &str| failed[member].as_str().unwrap_or_default().to_owned();
            let message = format!("target {}: {}", text("TargetId"), text("ErrorMessage"));
            Err(ServiceError::client(text("ErrorCode"), message))
        }
    }
}

fn on_bus(mut input: Value, bus: Option<&Value>) -> Value {
    if let Some(bus) = bus {
        input["EventBusName"] = bus.clone();
    }
    input
}

fn target_ids(targets: Option<&Value>) -> Vec<String> {
    let targets = targets.and_then(Value::as_array).into_iter().flatten();
    targets.filter_map(|target| target["Id"].as_str().map(str::to_owned)).collect()
}

/// The name in `bus|rule`, which is how a rule of a custom bus is known.
fn rule_name(physical_id: &str) -> &str {
    physical_id.rsplit('|').next().unwrap_or(physical_id)
}

fn made(desired: &Desired<'_>, name: &str, arn: Value) -> Made {
    let physical_id = match desired.text("EventBusName") {
        Some(bus) if bus != "default" => format!("{}|{name}", bus.rsplit('/').next().unwrap_or(bus)),
        _ => name.to_owned(),
    };
    Made { physical_id, attributes: Map::from_iter([("Arn".to_owned(), arn)]), notes: Vec::new() }
}
