//! Buckets' configurations: kept as they were put, and checked as far as they have an effect.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::tags::pairs;
use crate::error::no_such_configuration;
use crate::lifecycle;
use crate::rows::buckets::{self, Versioning};
use crate::rows::{parse, text};
use crate::storage::Storage;

const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

impl Storage {
    pub(super) async fn configure<T: Serialize>(
        &self,
        bucket: String,
        kind: &'static str,
        document: Option<&T>,
    ) -> S3Result<()> {
        let document = document.map(text);
        self.write(move |connection| buckets::configure(connection, &bucket, kind, document.as_deref())).await
    }

    async fn forget(&self, bucket: String, kind: &'static str) -> S3Result<()> {
        self.configure::<()>(bucket, kind, None).await
    }

    /// A bucket's configuration of a kind; an error where there is no such bucket.
    pub(super) async fn configuration<T>(&self, bucket: String, kind: &'static str) -> S3Result<Option<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.read(move |connection| {
            buckets::get(connection, &bucket)?;
            let document = buckets::configuration(connection, &bucket, kind)?;
            Ok(document.map(|document| parse(&document)).transpose()?)
        })
        .await
    }

    /// The rules for browsers of a bucket; none also where there is no such bucket.
    pub(crate) async fn cors(&self, bucket: &str) -> S3Result<Option<CORSConfiguration>> {
        let bucket = bucket.to_owned();
        self.read(move |connection| {
            let document = buckets::configuration(connection, &bucket, "cors")?;
            Ok(document.map(|document| parse(&document)).transpose()?)
        })
        .await
    }

    pub(crate) async fn put_bucket_cors(
        &self,
        request: S3Request<PutBucketCorsInput>,
    ) -> S3Result<S3Response<PutBucketCorsOutput>> {
        let PutBucketCorsInput { bucket, cors_configuration, .. } = request.input;
        let mut methods = cors_configuration.cors_rules.iter().flat_map(|rule| &rule.allowed_methods);
        if let Some(method) = methods.find(|method| !METHODS.contains(&method.as_str())) {
            return Err(s3_error!(
                InvalidRequest,
                "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            ));
        }
        self.configure(bucket, "cors", Some(&cors_configuration)).await?;
        Ok(S3Response::new(PutBucketCorsOutput {}))
    }

    pub(crate) async fn get_bucket_cors(
        &self,
        request: S3Request<GetBucketCorsInput>,
    ) -> S3Result<S3Response<GetBucketCorsOutput>> {
        let found: Option<CORSConfiguration> = self.configuration(request.input.bucket, "cors").await?;
        let found = found
            .ok_or_else(|| no_such_configuration("NoSuchCORSConfiguration", "The CORS configuration does not exist"))?;
        Ok(S3Response::new(GetBucketCorsOutput { cors_rules: Some(found.cors_rules) }))
    }

    pub(crate) async fn delete_bucket_cors(
        &self,
        request: S3Request<DeleteBucketCorsInput>,
    ) -> S3Result<S3Response<DeleteBucketCorsOutput>> {
        self.forget(request.input.bucket, "cors").await?;
        Ok(S3Response::new(DeleteBucketCorsOutput {}))
    }

    pub(crate) async fn put_bucket_lifecycle_configuration(
        &self,
        request: S3Request<PutBucketLifecycleConfigurationInput>,
    ) -> S3Result<S3Response<PutBucketLifecycleConfigurationOutput>> {
        let input = request.input;
        let mut configuration = input.lifecycle_configuration.unwrap_or_default();
        lifecycle::check(&mut configuration)?;
        self.configure(input.bucket, "lifecycle", Some(&configuration)).await?;
        self.lifecycle_changed.notify_one();
        Ok(S3Response::new(PutBucketLifecycleConfigurationOutput::default()))
    }

    pub(crate) async fn get_bucket_lifecycle_configuration(
        &self,
        request: S3Request<GetBucketLifecycleConfigurationInput>,
    ) -> S3Result<S3Response<GetBucketLifecycleConfigurationOutput>> {
        let found: Option<BucketLifecycleConfiguration> = self.configuration(request.input.bucket, "lifecycle").await?;
        let found = found.ok_or_else(|| {
            no_such_configuration("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
        })?;
        Ok(S3Response::new(GetBucketLifecycleConfigurationOutput {
            rules: Some(found.rules),
            ..GetBucketLifecycleConfigurationOutput::default()
        }))
    }

    pub(crate) async fn delete_bucket_lifecycle(
        &self,
        request: S3Request<DeleteBucketLifecycleInput>,
    ) -> S3Result<S3Response<DeleteBucketLifecycleOutput>> {
        self.forget(request.input.bucket, "lifecycle").await?;
        Ok(S3Response::with_status(DeleteBucketLifecycleOutput::default(), http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn put_bucket_tagging(
        &self,
        request: S3Request<PutBucketTaggingInput>,
    ) -> S3Result<S3Response<PutBucketTaggingOutput>> {
        let PutBucketTaggingInput { bucket, tagging, .. } = request.input;
        self.configure(bucket, "tagging", Some(&pairs(tagging.tag_set))).await?;
        Ok(S3Response::new(PutBucketTaggingOutput {}))
    }

    pub(crate) async fn get_bucket_tagging(
        &self,
        request: S3Request<GetBucketTaggingInput>,
    ) -> S3Result<S3Response<GetBucketTaggingOutput>> {
        let found: Option<Vec<(String, String)>> = self.configuration(request.input.bucket, "tagging").await?;
        let tags = found.ok_or_else(|| no_such_configuration("NoSuchTagSet", "The TagSet does not exist"))?;
        Ok(S3Response::new(GetBucketTaggingOutput { tag_set: super::tags::tag_set(tags) }))
    }

    pub(crate) async fn delete_bucket_tagging(
        &self,
        request: S3Request<DeleteBucketTaggingInput>,
    ) -> S3Result<S3Response<DeleteBucketTaggingOutput>> {
        self.forget(request.input.bucket, "tagging").await?;
        Ok(S3Response::with_status(DeleteBucketTaggingOutput {}, http::StatusCode::NO_CONTENT))
    }

    pub(crate) async fn put_bucket_versioning(
        &self,
        request: S3Request<PutBucketVersioningInput>,
    ) -> S3Result<S3Response<PutBucketVersioningOutput>> {
        let PutBucketVersioningInput { bucket, versioning_configuration: configuration, .. } = request.input;
        if configuration.mfa_delete.is_some_and(|mfa| mfa.as_str() == MFADelete::ENABLED) {
            return Err(s3_error!(NotImplemented, "sluice does not implement MFA delete of S3"));
        }
        let versioning = match configuration.status.as_ref().map(BucketVersioningStatus::as_str) {
            Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
            Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
            _ => {
                return Err(s3_error!(
                    IllegalVersioningConfigurationException,
                    "The Versioning element must be specified"
                ));
            }
        };
        self.write(move |connection| buckets::set_versioning(connection, &bucket, versioning)).await?;
        Ok(S3Response::new(PutBucketVersioningOutput {}))
    }

    pub(crate) async fn get_bucket_versioning(
        &self,
        request: S3Request<GetBucketVersioningInput>,
    ) -> S3Result<S3Response<GetBucketVersioningOutput>> {
        let name = request.input.bucket;
        let bucket = self.read(move |connection| buckets::get(connection, &name)).await?;
        let status = match bucket.versioning {
            Versioning::Off => None,
            kept => Some(BucketVersioningStatus::from_static(kept.name())),
        };
        Ok(S3Response::new(GetBucketVersioningOutput { status, ..GetBucketVersioningOutput::default() }))
    }
}
