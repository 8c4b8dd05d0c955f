//! `AWS::Events::EventBusPolicy`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html>
pub(super) struct EventBusPolicy;

#[async_trait]
impl Kind for EventBusPolicy {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Action", "Condition", "EventBusName", "Principal", "Statement", "StatementId"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["EventBusName", "StatementId"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("events", "PutPermission"), ("events", "RemovePermission"), ("events", "DescribeEventBus")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let bus = desired.text("EventBusName").unwrap_or("default");
        let id = desired.get("StatementId").cloned().unwrap_or_default();
        match desired.get("Statement") {
            Some(statement) => {
                let policy = with(aws, bus, &id, statement).await?;
                aws.call("events", "PutPermission", json!({"EventBusName": bus, "Policy": policy.to_string()})).await?;
            }
            None => {
                let mut input = desired.only(&["Action", "Condition", "Principal"]);
                input.insert("EventBusName".to_owned(), bus.into());
                input.insert("StatementId".to_owned(), id.clone());
                aws.call("events", "PutPermission", Value::Object(input)).await?;
            }
        }
        let physical_id = format!("{bus}|{}", id.as_str().unwrap_or_default());
        Ok(Made { physical_id, attributes: Map::new(), notes: Vec::new() })
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        _previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        self.create(aws, desired).await
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let (bus, id) = previous.physical_id.split_once('|').unwrap_or(("default", previous.physical_id));
        aws.delete("events", "RemovePermission", json!({"EventBusName": bus, "StatementId": id})).await
    }
}

/// The bus's policy with a statement in the place of the one of that id.
async fn with(aws: &Aws<'_>, bus: &str, id: &Value, statement: &Value) -> Result<Value, ServiceError> {
    let described = aws.call("events", "DescribeEventBus", json!({"Name": bus})).await?;
    let policy = described["Policy"].as_str().and_then(|text| serde_json::from_str(text).ok());
    let mut policy: Value = policy.unwrap_or_else(|| json!({"Version": "2012-10-17", "Statement": []}));
    let mut named = Map::from_iter([("Sid".to_owned(), id.clone())]);
    named.extend(statement.as_object().cloned().unwrap_or_default().into_iter().filter(|(name, _)| name != "Sid"));
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.retain(|other| other["Sid"] != *id);
        statements.push(Value::Object(named));
    }
    Ok(policy)
}
