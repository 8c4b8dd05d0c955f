//! `AWS::DynamoDB::GlobalTable`, the type that the CDK's `TableV2` makes: its replica of this region is a table.

use async_trait::async_trait;
use serde_json::{Map, Value};
use service::ServiceError;

use super::table::Table;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html>
pub(super) struct GlobalTable;

#[async_trait]
impl Kind for GlobalTable {
    fn name_property(&self) -> Option<&'static str> {
        Some("TableName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "AttributeDefinitions",
            "BillingMode",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "Replicas",
            "SSESpecification",
            "StreamSpecification",
            "TableName",
            "TimeToLiveSpecification",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &[
            "MultiRegionConsistency",
            "WarmThroughput",
            "WriteOnDemandThroughputSettings",
            "WriteProvisionedThroughputSettings",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        Table.replacing()
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        Table.operations()
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let properties = as_table(desired.properties, &aws.scope.region)?;
        let desired = Desired { default_name: desired.default_name.clone(), properties: &properties };
        Table.create(aws, &desired).await
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let before = as_table(previous.properties, &aws.scope.region)?;
        let after = as_table(desired.properties, &aws.scope.region)?;
        let previous = Previous { properties: &before, ..*previous };
        let desired = Desired { default_name: desired.default_name.clone(), properties: &after };
        Table.update(aws, &previous, &desired).await
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        Table.delete(aws, previous).await
    }
}

/// The properties of the one table that this region has of it.
fn as_table(properties: &Map<String, Value>, region: &str) -> Result<Map<String, Value>, ServiceError> {
    let replicas = properties.get("Replicas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let [replica] = replicas else {
        return Err(ServiceError::validation(format!(
            "sluice has one region, {region}: a global table needs exactly that replica here, not {}",
            replicas.len()
        )));
    };
    if replica["Region"] != region {
        return Err(ServiceError::validation(format!(
            "sluice has one region, {region}; the replica is in {}",
            replica["Region"]
        )));
    }
    let mut table = properties.clone();
    for gone in ["Replicas", "WriteProvisionedThroughputSettings", "WriteOnDemandThroughputSettings"] {
        table.shift_remove(gone);
    }
    // Capacity is set for autoscaling there and limits nothing here.
    table.insert("BillingMode".to_owned(), "PAY_PER_REQUEST".into());
    for shared in ["DeletionProtectionEnabled", "TableClass", "Tags"] {
        if let Some(value) = replica.get(shared) {
            table.insert(shared.to_owned(), value.clone());
        }
    }
    Ok(table)
}
