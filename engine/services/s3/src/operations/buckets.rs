//! Buckets themselves.

use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::checks;
use crate::rows::buckets;
use crate::rows::uploads;
use crate::storage::{Storage, owner};
use crate::time;

impl Storage {
    pub(crate) async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let input = request.input;
        if input.object_lock_enabled_for_bucket == Some(true) {
            return Err(s3_error!(NotImplemented, "sluice does not implement object lock of S3 yet"));
        }
        if !s3s::path::check_bucket_name(&input.bucket) {
            return Err(s3_error!(InvalidBucketName, "The specified bucket is not valid."));
        }
        let (name, now) = (input.bucket, self.now());
        let ownership = input.object_ownership.map(|ownership| ownership.as_str().to_owned());
        let ownership = ownership.unwrap_or_else(|| ObjectOwnership::BUCKET_OWNER_ENFORCED.to_owned());
        checks::acl_of_bucket(&request.headers, &ownership)?;
        let closed = PublicAccessBlockConfiguration {
            block_public_acls: Some(true),
            block_public_policy: Some(true),
            ignore_public_acls: Some(true),
            restrict_public_buckets: Some(true),
        };
        let location = format!("/{name}");
        self.write(move |connection| {
            if buckets::find(connection, &name)?.is_some() {
                // Buckets of us-east-1 may be made again by whoever has them.
                return Ok(());
            }
            buckets::insert(connection, &name, now)?;
            // What every new bucket has since 2023.
            buckets::configure(connection, &name, "ownership", Some(&crate::rows::text(&[ownership])))?;
            buckets::configure(connection, &name, "public-access", Some(&crate::rows::text(&closed)))
        })
        .await?;
        Ok(S3Response::new(CreateBucketOutput { location: Some(location) }))
    }

    pub(crate) async fn delete_bucket(
        &self,
        request: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        let name = request.input.bucket;
        let parts = self
            .write(move |connection| {
                buckets::get(connection, &name)?;
                if !buckets::is_empty(connection, &name)? {
                    return Err(S3Error::with_message(
                        S3ErrorCode::BucketNotEmpty,
                        "The bucket you tried to delete is not empty",
                    )
                    .into());
                }
                let mut parts = Vec::new();
                for upload in uploads::of_bucket(connection, &name)? {
                    parts.extend(uploads::delete(connection, &upload.id)?);
                }
                buckets::delete(connection, &name)?;
                Ok(parts)
            })
            .await?;
        self.discard(&parts);
        Ok(S3Response::new(DeleteBucketOutput {}))
    }

    pub(crate) async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        let name = request.input.bucket;
        self.read(move |connection| buckets::get(connection, &name)).await?;
        let bucket_region = Some(self.platform.scope.region.clone());
        Ok(S3Response::new(HeadBucketOutput { bucket_region, ..HeadBucketOutput::default() }))
    }

    pub(crate) async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        let name = request.input.bucket;
        self.read(move |connection| buckets::get(connection, &name)).await?;
        let region = self.platform.scope.region.clone();
        // The first region has no name here.
        let location_constraint = (region != "us-east-1").then(|| region.into());
        Ok(S3Response::new(GetBucketLocationOutput { location_constraint }))
    }

    pub(crate) async fn list_buckets(
        &self,
        request: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        let ListBucketsInput { prefix, continuation_token, max_buckets, .. } = request.input;
        let all = self.read(buckets::all).await?;
        let wanted = prefix.clone().unwrap_or_default();
        let mut found = all
            .into_iter()
            .filter(|bucket| bucket.name.starts_with(&wanted))
            .filter(|bucket| continuation_token.as_ref().is_none_or(|after| bucket.name > *after));
        let most = max_buckets.and_then(|most| usize::try_from(most).ok()).unwrap_or(10_000);
        let page: Vec<_> = found.by_ref().take(most).collect();
        let continuation_token = found.next().and(page.last().map(|bucket| bucket.name.clone()));
        // Paged answers say more of each bucket.
        let bucket_region = max_buckets.map(|_| self.platform.scope.region.clone());
        let described = page.into_iter().map(|bucket| Bucket {
            creation_date: Some(time::to_dto_seconds(bucket.created_at)),
            name: Some(bucket.name),
            bucket_region: bucket_region.clone(),
        });
        Ok(S3Response::new(ListBucketsOutput {
            buckets: Some(described.collect()),
            continuation_token,
            owner: Some(owner()),
            prefix,
        }))
    }
}
