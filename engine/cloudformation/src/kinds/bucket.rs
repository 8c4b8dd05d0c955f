//! `AWS::S3::Bucket`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::bucket_configurations::{
    Configuration, cors, encryption, lifecycle, notifications, ownership, public_access, tagging, versioning,
};
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html>
pub(super) struct Bucket;

/// Each property that is a configuration, the operation that puts it and the one that removes it, in the order of their
/// putting.
static CONFIGURATIONS: &[Configuration] = &[
    Configuration::new("Tags", "PutBucketTagging", Some("DeleteBucketTagging"), tagging),
    Configuration::new("BucketEncryption", "PutBucketEncryption", Some("DeleteBucketEncryption"), encryption),
    Configuration::new(
        "PublicAccessBlockConfiguration",
        "PutPublicAccessBlock",
        Some("DeletePublicAccessBlock"),
        public_access,
    ),
    Configuration::new(
        "OwnershipControls",
        "PutBucketOwnershipControls",
        Some("DeleteBucketOwnershipControls"),
        ownership,
    ),
    Configuration::new("VersioningConfiguration", "PutBucketVersioning", None, versioning),
    Configuration::new("CorsConfiguration", "PutBucketCors", Some("DeleteBucketCors"), cors),
    Configuration::new(
        "LifecycleConfiguration",
        "PutBucketLifecycleConfiguration",
        Some("DeleteBucketLifecycle"),
        lifecycle,
    ),
    Configuration::new("NotificationConfiguration", "PutBucketNotificationConfiguration", None, notifications),
];

#[async_trait]
impl Kind for Bucket {
    fn name_property(&self) -> Option<&'static str> {
        Some("BucketName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "BucketName",
            "BucketEncryption",
            "CorsConfiguration",
            "LifecycleConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "Tags",
            "VersioningConfiguration",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &[
            "AbacStatus",
            "AccelerateConfiguration",
            "AccessControl",
            "AnalyticsConfigurations",
            "IntelligentTieringConfigurations",
            "InventoryConfigurations",
            "LoggingConfiguration",
            "MetadataConfiguration",
            "MetadataTableConfiguration",
            "MetricsConfigurations",
            "ReplicationConfiguration",
            "WebsiteConfiguration",
        ]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["BucketName"]
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("s3", "CreateBucket"),
            ("s3", "DeleteBucket"),
            ("s3", "DeleteBucketCors"),
            ("s3", "DeleteBucketEncryption"),
            ("s3", "DeleteBucketLifecycle"),
            ("s3", "DeleteBucketOwnershipControls"),
            ("s3", "DeleteBucketTagging"),
            ("s3", "DeletePublicAccessBlock"),
            ("s3", "PutBucketCors"),
            ("s3", "PutBucketEncryption"),
            ("s3", "PutBucketLifecycleConfiguration"),
            ("s3", "PutBucketNotificationConfiguration"),
            ("s3", "PutBucketOwnershipControls"),
            ("s3", "PutBucketTagging"),
            ("s3", "PutBucketVersioning"),
            ("s3", "PutPublicAccessBlock"),
        ]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        // Buckets' names have no capitals.
        let name = desired.text("BucketName").map_or_else(|| desired.default_name.to_lowercase(), str::to_owned);
        aws.call("s3", "CreateBucket", json!({"Bucket": name})).await?;
        configure(aws, &name, &Map::new(), desired.properties).await?;
        Ok(made(aws, name))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        configure(aws, previous.physical_id, previous.properties, desired.properties).await?;
        Ok(made(aws, previous.physical_id.to_owned()))
    }

    /// A bucket with objects in it stays, and the stack's deletion fails, as on AWS.
    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        match aws.call("s3", "DeleteBucket", json!({"Bucket": previous.physical_id.to_lowercase()})).await {
            Err(error) if error.code != "NoSuchBucket" => Err(error),
            _ => Ok(()),
        }
    }
}

/// Puts what changed and removes what is no longer there.
async fn configure(
    aws: &Aws<'_>,
    bucket: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<(), ServiceError> {
    for configuration in CONFIGURATIONS {
        let (old, new) = (before.get(configuration.property), after.get(configuration.property));
        if old == new {
            continue;
        }
        if let Some((operation, mut input)) = configuration.call(new) {
            input.insert("Bucket".to_owned(), bucket.into());
            aws.call("s3", operation, Value::Object(input)).await?;
        }
    }
    Ok(())
}

fn made(aws: &Aws<'_>, name: String) -> Made {
    let region = &aws.scope.region;
    let attributes = json!({
        "Arn": format!("arn:aws:s3:::{name}"),
        "DomainName": format!("{name}.s3.amazonaws.com"),
        "DualStackDomainName": format!("{name}.s3.dualstack.{region}.amazonaws.com"),
        "RegionalDomainName": format!("{name}.s3.{region}.amazonaws.com"),
        "WebsiteURL": format!("http://{name}.s3-website-{region}.amazonaws.com"),
    });
    Made { physical_id: name, attributes: attributes.as_object().cloned().unwrap_or_default(), notes: Vec::new() }
}
