//! `AWS::S3::BucketPolicy`

use async_trait::async_trait;
use serde_json::{Map, json};
use service::ServiceError;

use super::properties::json_text;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html>
pub(super) struct BucketPolicy;

#[async_trait]
impl Kind for BucketPolicy {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        &["Bucket", "PolicyDocument"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Bucket"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("s3", "PutBucketPolicy"), ("s3", "DeleteBucketPolicy")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let bucket = desired.text("Bucket").unwrap_or_default().to_owned();
        let policy = desired.get("PolicyDocument").map(json_text);
        aws.call("s3", "PutBucketPolicy", json!({"Bucket": bucket, "Policy": policy})).await?;
        Ok(Made { physical_id: bucket, attributes: Map::new(), notes: Vec::new() })
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
        let bucket = previous.properties.get("Bucket");
        match aws.call("s3", "DeleteBucketPolicy", json!({"Bucket": bucket})).await {
            Err(error) if error.code != "NoSuchBucket" => Err(error),
            _ => Ok(()),
        }
    }
}
