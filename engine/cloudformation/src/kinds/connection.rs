//! `AWS::Events::Connection`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html>
pub(super) struct Connection;

const CHANGEABLE: &[&str] = &["AuthParameters", "AuthorizationType", "Description", "InvocationConnectivityParameters"];

#[async_trait]
impl Kind for Connection {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn applied(&self) -> &'static [&'static str] {
        &["AuthParameters", "AuthorizationType", "Description", "InvocationConnectivityParameters", "Name"]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["KmsKeyIdentifier"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("events", "CreateConnection"),
            ("events", "UpdateConnection"),
            ("events", "DescribeConnection"),
            ("events", "DeleteConnection"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("Name");
        let mut input = desired.only(CHANGEABLE);
        input.insert("Name".to_owned(), name.as_str().into());
        aws.call("events", "CreateConnection", Value::Object(input)).await?;
        made(aws, name).await
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = desired.only(CHANGEABLE);
        input.insert("Name".to_owned(), previous.physical_id.into());
        aws.call("events", "UpdateConnection", Value::Object(input)).await?;
        made(aws, previous.physical_id.to_owned()).await
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("events", "DeleteConnection", json!({"Name": previous.physical_id})).await
    }
}

async fn made(aws: &Aws<'_>, name: String) -> Result<Made, ServiceError> {
    let told = aws.call("events", "DescribeConnection", json!({"Name": name})).await?;
    let attributes = Map::from_iter([
        ("Arn".to_owned(), told["ConnectionArn"].clone()),
        ("ArnForPolicy".to_owned(), super::properties::without_id(&told["ConnectionArn"])),
        ("SecretArn".to_owned(), told["SecretArn"].clone()),
    ]);
    Ok(Made { physical_id: name, attributes, notes: Vec::new() })
}
