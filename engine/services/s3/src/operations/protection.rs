//! Configurations that guard a bucket on AWS; here they are kept and shown.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use crate::error::no_such_configuration;
use crate::storage::Storage;

impl Storage {
    pub(crate) async fn put_bucket_policy(
        &self,
        request: S3Request<PutBucketPolicyInput>,
    ) -> S3Result<S3Response<PutBucketPolicyOutput>> {
        let PutBucketPolicyInput { bucket, policy, .. } = request.input;
        match serde_json::from_str::<serde_json::Value>(&policy) {
            Ok(serde_json::Value::Object(statements)) if !statements.contains_key("Statement") => {
                return Err(s3_error!(MalformedPolicy, "Missing required field Statement"));
            }
            Ok(serde_json::Value::Object(_)) => {}
            _ => {
                return Err(s3_error!(MalformedPolicy, "Policies must be valid JSON and the first byte must be '{{'"));
            }
        }
        self.configure(bucket, "policy", Some(&policy)).await?;
        Ok(S3Response::with_status(PutBucketPolicyOutput {}, http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn get_bucket_policy(
        &self,
        request: S3Request<GetBucketPolicyInput>,
    ) -> S3Result<S3Response<GetBucketPolicyOutput>> {
        let found: Option<String> = self.configuration(request.input.bucket, "policy").await?;
        let policy =
            found.ok_or_else(|| no_such_configuration("NoSuchBucketPolicy", "The bucket policy does not exist"))?;
        Ok(S3Response::new(GetBucketPolicyOutput { policy: Some(policy) }))
    }

    pub(crate) async fn delete_bucket_policy(
        &self,
        request: S3Request<DeleteBucketPolicyInput>,
    ) -> S3Result<S3Response<DeleteBucketPolicyOutput>> {
        self.configure::<()>(request.input.bucket, "policy", None).await?;
        Ok(S3Response::with_status(DeleteBucketPolicyOutput {}, http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn put_bucket_encryption(
        &self,
        request: S3Request<PutBucketEncryptionInput>,
    ) -> S3Result<S3Response<PutBucketEncryptionOutput>> {
        let PutBucketEncryptionInput { bucket, server_side_encryption_configuration: configuration, .. } =
            request.input;
        self.configure(bucket, "encryption", Some(&configuration)).await?;
        Ok(S3Response::new(PutBucketEncryptionOutput {}))
    }

    pub(crate) async fn get_bucket_encryption(
        &self,
        request: S3Request<GetBucketEncryptionInput>,
    ) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
        let found: Option<ServerSideEncryptionConfiguration> =
            self.configuration(request.input.bucket, "encryption").await?;
        // Every bucket has S3's own keys unless it was given others.
        let configuration = found.unwrap_or_else(|| ServerSideEncryptionConfiguration {
            rules: vec![ServerSideEncryptionRule {
                apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
                    kms_master_key_id: None,
                    sse_algorithm: ServerSideEncryption::from_static(ServerSideEncryption::AES256),
                }),
                bucket_key_enabled: Some(false),
            }],
        });
        Ok(S3Response::new(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) }))
    }

    pub(crate) async fn delete_bucket_encryption(
        &self,
        request: S3Request<DeleteBucketEncryptionInput>,
    ) -> S3Result<S3Response<DeleteBucketEncryptionOutput>> {
        self.configure::<()>(request.input.bucket, "encryption", None).await?;
        Ok(S3Response::with_status(DeleteBucketEncryptionOutput {}, http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn put_bucket_ownership_controls(
        &self,
        request: S3Request<PutBucketOwnershipControlsInput>,
    ) -> S3Result<S3Response<PutBucketOwnershipControlsOutput>> {
        let PutBucketOwnershipControlsInput { bucket, ownership_controls, .. } = request.input;
        let rules: Vec<String> =
            ownership_controls.rules.iter().map(|rule| rule.object_ownership.as_str().to_owned()).collect();
        self.configure(bucket, "ownership", Some(&rules)).await?;
        Ok(S3Response::new(PutBucketOwnershipControlsOutput {}))
    }

    pub(crate) async fn get_bucket_ownership_controls(
        &self,
        request: S3Request<GetBucketOwnershipControlsInput>,
    ) -> S3Result<S3Response<GetBucketOwnershipControlsOutput>> {
        let found: Option<Vec<String>> = self.configuration(request.input.bucket, "ownership").await?;
        let rules = found.ok_or_else(|| {
            no_such_configuration("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
        })?;
        let rules = rules.into_iter().map(|rule| OwnershipControlsRule { object_ownership: rule.into() }).collect();
        Ok(S3Response::new(GetBucketOwnershipControlsOutput { ownership_controls: Some(OwnershipControls { rules }) }))
    }

    pub(crate) async fn delete_bucket_ownership_controls(
        &self,
        request: S3Request<DeleteBucketOwnershipControlsInput>,
    ) -> S3Result<S3Response<DeleteBucketOwnershipControlsOutput>> {
        self.configure::<()>(request.input.bucket, "ownership", None).await?;
        Ok(S3Response::with_status(DeleteBucketOwnershipControlsOutput {}, http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn put_public_access_block(
        &self,
        request: S3Request<PutPublicAccessBlockInput>,
    ) -> S3Result<S3Response<PutPublicAccessBlockOutput>> {
        let PutPublicAccessBlockInput { bucket, public_access_block_configuration: configuration, .. } = request.input;
        self.configure(bucket, "public-access", Some(&configuration)).await?;
        Ok(S3Response::new(PutPublicAccessBlockOutput {}))
    }

    pub(crate) async fn get_public_access_block(
        &self,
        request: S3Request<GetPublicAccessBlockInput>,
    ) -> S3Result<S3Response<GetPublicAccessBlockOutput>> {
        let found: Option<PublicAccessBlockConfiguration> =
            self.configuration(request.input.bucket, "public-access").await?;
        let configuration = found.ok_or_else(|| {
            no_such_configuration(
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            )
        })?;
        Ok(S3Response::new(GetPublicAccessBlockOutput { public_access_block_configuration: Some(configuration) }))
    }

    pub(crate) async fn delete_public_access_block(
        &self,
        request: S3Request<DeletePublicAccessBlockInput>,
    ) -> S3Result<S3Response<DeletePublicAccessBlockOutput>> {
        self.configure::<()>(request.input.bucket, "public-access", None).await?;
        Ok(S3Response::with_status(DeletePublicAccessBlockOutput {}, http::StatusCode::NO_CONTENT))
    }
}
