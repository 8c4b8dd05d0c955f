//! Buckets' configurations.

use s3s::S3Result;
use s3s::dto::*;

use crate::rows::{buckets, parse};
use crate::storage::Storage;

impl Storage {
    /// The rules for browsers of a bucket; none also where there is no such bucket.
    pub(crate) async fn cors(&self, bucket: &str) -> S3Result<Option<CORSConfiguration>> {
        let bucket = bucket.to_owned();
        self.read(move |connection| {
            let document = buckets::configuration(connection, &bucket, "cors")?;
            Ok(document.map(|document| parse(&document)).transpose()?)
        })
        .await
    }
}
