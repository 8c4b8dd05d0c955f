//! `AWS::DynamoDB::Table`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::tag_list;
use super::table_changes::{is_active, set_tags, set_time_to_live, updates};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>
pub(super) struct Table;

#[async_trait]
impl Kind for Table {
    fn name_property(&self) -> Option<&'static str> {
        Some("TableName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "AttributeDefinitions",
            "BillingMode",
            "DeletionProtectionEnabled",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "OnDemandThroughput",
            "ProvisionedThroughput",
            "SSESpecification",
            "StreamSpecification",
            "TableClass",
            "TableName",
            "Tags",
            "TimeToLiveSpecification",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &[
            "ContributorInsightsSpecification",
            "KinesisStreamSpecification",
            "PointInTimeRecoverySpecification",
            "ResourcePolicy",
            "WarmThroughput",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["KeySchema", "LocalSecondaryIndexes", "TableName"]
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("dynamodb", "CreateTable"), ("dynamodb", "UpdateTable"), ("dynamodb", "DeleteTable")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("TableName");
        let answer = aws.call("dynamodb", "CreateTable", Value::Object(definition(desired, &name))).await?;
        let description = is_active(aws, &name, &answer["TableDescription"]).await?;
        if let Err(error) = set_time_to_live(aws, &name, None, desired.get("TimeToLiveSpecification")).await {
            // A table that nobody would know of must not stay.
            aws.delete("dynamodb", "DeleteTable", json!({"TableName": name})).await?;
            return Err(error);
        }
        Ok(made(name, &description))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let name = previous.physical_id;
        for update in updates(previous, desired) {
            let mut input = update;
            input["TableName"] = name.into();
            aws.call("dynamodb", "UpdateTable", input).await?;
        }
        let before = previous.properties.get("TimeToLiveSpecification");
        set_time_to_live(aws, name, before, desired.get("TimeToLiveSpecification")).await?;
        set_tags(aws, previous, desired.get("Tags")).await?;
        let answer = aws.call("dynamodb", "DescribeTable", json!({"TableName": name})).await?;
        Ok(made(name.to_owned(), &answer["Table"]))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("dynamodb", "DeleteTable", json!({"TableName": previous.physical_id})).await
    }
}

/// The input of CreateTable.
pub(super) fn definition(desired: &Desired<'_>, name: &str) -> Map<String, Value> {
    let mut input = desired.only(&[
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "KeySchema",
        "LocalSecondaryIndexes",
        "OnDemandThroughput",
        "ProvisionedThroughput",
        "TableClass",
    ]);
    input.insert("TableName".to_owned(), name.into());
    if let Some(indexes) = desired.get("GlobalSecondaryIndexes").and_then(Value::as_array) {
        input.insert("GlobalSecondaryIndexes".to_owned(), indexes.iter().map(index).collect());
    }
    if let Some(stream) = stream(desired.get("StreamSpecification")) {
        input.insert("StreamSpecification".to_owned(), stream);
    }
    if let Some(Value::Object(encryption)) = desired.get("SSESpecification") {
        let renamed = encryption.iter().map(|(name, value)| {
            let name = if name == "SSEEnabled" { "Enabled" } else { name };
            (name.to_owned(), value.clone())
        });
        input.insert("SSESpecification".to_owned(), Value::Object(renamed.collect()));
    }
    if desired.get("Tags").is_some() {
        input.insert("Tags".to_owned(), tag_list(desired.get("Tags"), "Key", "Value"));
    }
    input
}

/// The members of an index that CreateTable and UpdateTable take.
pub(super) fn index(index: &Value) -> Value {
    let known = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput"];
    let members = known.iter().filter_map(|name| Some(((*name).to_owned(), index.get(name)?.clone())));
    Value::Object(members.collect())
}

/// A template's stream, which is on by being there.
pub(super) fn stream(specification: Option<&Value>) -> Option<Value> {
    let view = specification?.get("StreamViewType")?;
    Some(json!({"StreamEnabled": true, "StreamViewType": view}))
}

pub(super) fn made(name: String, description: &Value) -> Made {
    let members = [("Arn", "TableArn"), ("StreamArn", "LatestStreamArn"), ("TableId", "TableId")];
    let attributes = members
        .iter()
        .filter_map(|(attribute, member)| Some(((*attribute).to_owned(), description.get(member)?.clone())))
        .collect();
    Made { physical_id: name, attributes, notes: Vec::new() }
}
