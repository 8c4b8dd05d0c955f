//! What a change to a table's properties asks of DynamoDB.

use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::{removed_tags, tag_list};
use super::table::{index, stream};
use super::{Aws, Desired, Previous};

/// The calls of UpdateTable that lead from the one to the other. One index at a time, as DynamoDB demands.
pub(super) fn updates(previous: &Previous<'_>, desired: &Desired<'_>) -> Vec<Value> {
    let mut updates = Vec::new();
    let mut plain = Map::new();
    for name in
        ["BillingMode", "DeletionProtectionEnabled", "OnDemandThroughput", "ProvisionedThroughput", "TableClass"]
    {
        if previous.properties.get(name) != desired.get(name)
            && let Some(value) = desired.get(name)
        {
            plain.insert(name.to_owned(), value.clone());
        }
    }
    if previous.properties.contains_key("DeletionProtectionEnabled")
        && desired.get("DeletionProtectionEnabled").is_none()
    {
        plain.insert("DeletionProtectionEnabled".to_owned(), false.into());
    }
    if !plain.is_empty() {
        updates.push(Value::Object(plain));
    }
    let (before, after) =
        (stream(previous.properties.get("StreamSpecification")), stream(desired.get("StreamSpecification")));
    if before != after {
        if before.is_some() {
            updates.push(json!({"StreamSpecification": {"StreamEnabled": false}}));
        }
        updates.extend(after.map(|stream| json!({"StreamSpecification": stream})));
    }
    let (before, after) =
        (indexes(previous.properties.get("GlobalSecondaryIndexes")), indexes(desired.get("GlobalSecondaryIndexes")));
    let gone = before.iter().filter(|(name, old)| {
        let new = after.get(*name);
        new.is_none_or(|new| (&old["KeySchema"], &old["Projection"]) != (&new["KeySchema"], &new["Projection"]))
    });
    let gone: Vec<&String> = gone.map(|(name, _)| name).collect();
    for name in &gone {
        updates.push(json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}));
    }
    for (_, new) in after.iter().filter(|(name, _)| !before.contains_key(*name) || gone.contains(name)) {
        updates.push(json!({
            "AttributeDefinitions": desired.get("AttributeDefinitions"),
            "GlobalSecondaryIndexUpdates": [{"Create": new}],
        }));
    }
    updates
}

fn indexes(indexes: Option<&Value>) -> Map<String, Value> {
    let indexes = indexes.and_then(Value::as_array).into_iter().flatten();
    indexes.filter_map(|one| Some((one["IndexName"].as_str()?.to_owned(), index(one)))).collect()
}

/// Brings the attribute by which items expire up to date.
pub(super) async fn set_time_to_live(
    aws: &Aws<'_>,
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Result<(), ServiceError> {
    if before == after {
        return Ok(());
    }
    let enabled = |specification: Option<&Value>| specification.is_some_and(|one| one["Enabled"] != false);
    let changes_name =
        before.zip(after).is_some_and(|(before, after)| before["AttributeName"] != after["AttributeName"]);
    if let Some(before) = before.filter(|_| enabled(before) && (!enabled(after) || changes_name)) {
        let off = json!({"AttributeName": before["AttributeName"], "Enabled": false});
        aws.call("dynamodb", "UpdateTimeToLive", json!({"TableName": name, "TimeToLiveSpecification": off})).await?;
    }
    if let Some(after) = after.filter(|_| enabled(after)) {
        let on = json!({"AttributeName": after["AttributeName"], "Enabled": true});
        aws.call("dynamodb", "UpdateTimeToLive", json!({"TableName": name, "TimeToLiveSpecification": on})).await?;
    }
    Ok(())
}

/// Brings the tags up to date.
pub(super) async fn set_tags(aws: &Aws<'_>, previous: &Previous<'_>, tags: Option<&Value>) -> Result<(), ServiceError> {
    let (arn, before) = (previous.attributes.get("Arn"), previous.properties.get("Tags"));
    let removed = removed_tags(before, tags);
    if !removed.is_empty() {
        aws.call("dynamodb", "UntagResource", json!({"ResourceArn": arn, "TagKeys": removed})).await?;
    }
    if before != tags && tags.is_some() {
        let tags = tag_list(tags, "Key", "Value");
        aws.call("dynamodb", "TagResource", json!({"ResourceArn": arn, "Tags": tags})).await?;
    }
    Ok(())
}

/// The table's description once it can be used; here that is at once.
pub(super) async fn is_active(aws: &Aws<'_>, name: &str, created: &Value) -> Result<Value, ServiceError> {
    if created["TableStatus"] == "ACTIVE" {
        return Ok(created.clone());
    }
    let mut described = aws.call("dynamodb", "DescribeTable", json!({"TableName": name})).await?;
    Ok(described["Table"].take())
}
