//! PutRecord and its batch.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use service::ServiceError;

use crate::rows::Stream;
use crate::service::Firehose;
use crate::{error, rows};

/// The most bytes of a record, before base64.
const MOST_BYTES: usize = 1_024_000;

/// The most records of a batch, and their bytes together.
const MOST_RECORDS: usize = 500;
const MOST_BYTES_TOGETHER: usize = 4 << 20;

fn data(record: &Value) -> Result<Vec<u8>, ServiceError> {
    let text = record["Data"].as_str().ok_or_else(|| error::missing("record.data"))?;
    let data = BASE64_STANDARD
        .decode(text)
        .map_err(|_| ServiceError::client("SerializationException", "Data is not base64"))?;
    if data.len() > MOST_BYTES {
        let rule = format!("have length less than or equal to {MOST_BYTES}");
        return Err(error::constraint("java.nio.HeapByteBuffer", "record.data", &rule));
    }
    Ok(data)
}

impl Firehose {
    pub(crate) async fn put_record(&self, input: &Value) -> Result<Value, ServiceError> {
        let stream = self.named(input)?;
        let ids = self.accept(&stream, vec![data(&input["Record"])?]).await?;
        Ok(json!({"RecordId": ids[0], "Encrypted": false}))
    }

    pub(crate) async fn put_record_batch(&self, input: &Value) -> Result<Value, ServiceError> {
        let stream = self.named(input)?;
        let records = input["Records"].as_array().ok_or_else(|| error::missing("records"))?;
        if records.is_empty() || records.len() > MOST_RECORDS {
            let rule = format!("have length between 1 and {MOST_RECORDS}");
            return Err(error::constraint(records.len(), "records", &rule));
        }
        let records = records.iter().map(data).collect::<Result<Vec<_>, _>>()?;
        if records.iter().map(Vec::len).sum::<usize>() > MOST_BYTES_TOGETHER {
            return Err(error::invalid("Records size exceeds 4 MB limit"));
        }
        let ids = self.accept(&stream, records).await?;
        let answers: Vec<Value> = ids.into_iter().map(|id| json!({"RecordId": id})).collect();
        Ok(json!({"FailedPutCount": 0, "Encrypted": false, "RequestResponses": answers}))
    }

    /// Writes the records, and answers their ids.
    async fn accept(&self, stream: &Stream, records: Vec<Vec<u8>>) -> Result<Vec<String>, ServiceError> {
        let (name, now) = (stream.name.clone(), self.platform.clock.now());
        let bytes = records.iter().map(Vec::len).sum();
        let write = move |connection: &_| rows::add(connection, &name, &records, now);
        let numbers = self.platform.store.write(write).await?;
        self.buffers().add(&stream.name, bytes, now);
        self.nudge.notify_waiters();
        Ok(numbers.into_iter().map(|number| format!("{number:056}")).collect())
    }
}
