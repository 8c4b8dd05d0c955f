//! Writing what is due to the buckets.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clock::Timestamp;
use serde_json::json;
use service::ServiceError;

use crate::rows::Stream;
use crate::service::Firehose;
use crate::{object, rows};

/// How long Firehose tries to write a record. What can't be written for that long is lost, as on AWS.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/retry.html>
const KEPT: Duration = Duration::from_secs(24 * 3600);

impl Firehose {
    /// Writes what is due, for as long as the engine runs.
    pub(crate) async fn deliver(self: Arc<Self>) {
        let what = "records of delivery streams were not written";
        self.platform.whenever_due(&self.nudge, what, || self.deliver_due()).await;
    }

    /// When something is due next.
    async fn deliver_due(&self) -> Result<Option<Timestamp>, ServiceError> {
        let streams: Vec<Stream> = self.streams().values().cloned().collect();
        let mut next = None;
        for stream in &streams {
            let due_at = || self.buffers().due_at(&stream.name, &stream.destination, self.platform.clock.now());
            let mut due = due_at();
            while due.is_some_and(|moment| moment <= self.platform.clock.now()) {
                self.write_buffer(stream).await?;
                due = due_at();
            }
            next = next.into_iter().chain(due).min();
        }
        Ok(next)
    }

    /// Writes one object, and deletes the records that are in it.
    async fn write_buffer(&self, stream: &Stream) -> Result<(), ServiceError> {
        let (name, most) = (stream.name.clone(), stream.destination.most_bytes);
        let read = move |connection: &_| rows::oldest(connection, &name, most);
        let (records, next) = self.platform.store.read(read).await?;
        let (Some(first), Some(last)) = (records.first(), records.last()) else {
            self.buffers().forget(&stream.name);
            return Ok(());
        };
        let (first, oldest, last) = (first.sequence, first.arrived_at, last.sequence);
        let records: Vec<Vec<u8>> = records.into_iter().map(|record| record.data).collect();
        let bytes = records.iter().map(Vec::len).sum();
        let now = self.platform.clock.now();
        if let Err(refusal) = self.put_object(stream, first, oldest, &records).await {
            let (stream, name) = (&stream.destination.bucket, &stream.name);
            if now.since(oldest) < KEPT {
                tracing::warn!(bucket = stream, stream = name, error = %refusal, "a bucket takes no records; trying again");
                self.buffers().refused(name, now);
                return Ok(());
            }
            tracing::error!(bucket = stream, stream = name, error = %refusal, "records are lost after a day of trying");
        }
        let name = stream.name.clone();
        self.platform.store.write(move |connection| rows::delete(connection, &name, last)).await?;
        self.buffers().written(&stream.name, bytes, next);
        Ok(())
    }

    async fn put_object(
        &self,
        stream: &Stream,
        first: i64,
        arrived: Timestamp,
        records: &[Vec<u8>],
    ) -> Result<(), ServiceError> {
        let destination = &stream.destination;
        let body = object::bytes(destination, records)
            .map_err(|failure| ServiceError::server("InternalFailure", failure.to_string()))?;
        let call = json!({
            "Bucket": destination.bucket,
            "Key": object::key(destination, &stream.name, &self.arn(&stream.name), first, arrived),
            "Body": BASE64_STANDARD.encode(body),
            "ContentType": "application/octet-stream",
        });
        self.platform.services.call("s3", "PutObject", call).await.map(drop)
    }
}
