//! One shard of a stream, read in order.

use clock::Timestamp;
use serde_json::{Value, json};
use service::ServiceError;

use crate::checkpoint::Checkpoint;
use crate::lanes::Lanes;
use crate::run::LOOK_AGAIN;
use crate::stream::{STREAMS, save};
use crate::{Consumer, Record};

/// The most that AWS answers to one `GetRecords`.
const PAGE: usize = 1000;

/// How many records may be passed over before that is written down.
const PASSED_OVER: usize = 500;

/// How far a shard has been read: the last record that is done, none at the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position(pub(crate) Option<String>);

/// Reads the shard from `position` until it is closed and read, or the consumer stops.
pub(crate) async fn read(run: &Consumer, shard: &str, position: Position, lanes: usize) -> Result<(), ServiceError> {
    let clock = &run.platform.clock;
    let mut reader = Reader { run, shard, position, iterator: None };
    let mut lanes = Lanes::new(run, shard, lanes);
    let nudges = run.platform.signals.listen(&run.intake.source_arn);
    let mut nudged = std::pin::pin!(nudges.notified());
    nudged.as_mut().enable();
    // Whether there may be something to read, and whether all has been.
    let (mut look, mut is_read) = (true, false);
    while !run.stop.is_cancelled() {
        if look && !is_read && lanes.waiting() < PAGE {
            let page = reader.next_page().await?;
            (look, is_read) = (!page.records.is_empty(), page.is_last);
            for value in page.records {
                let (record, sequence_number, arrived) = stream_record(run, value)?;
                lanes.push(record, sequence_number, arrived).await;
            }
        }
        lanes.start(is_read);
        lanes.save(PASSED_OVER).await?;
        if is_read && lanes.are_done() {
            return save(run, shard, Checkpoint { sequence_number: reader.position.0, is_finished: true }).await;
        }
        if look && !is_read && lanes.waiting() < PAGE {
            continue;
        }
        let look_again = clock.now().plus(LOOK_AGAIN);
        let until = lanes.due().map_or(look_again, |due| due.min(look_again));
        tokio::select! {
            () = run.stop.cancelled() => {}
            ended = lanes.ended() => ended?,
            () = &mut nudged => {
                nudged.set(nudges.notified());
                nudged.as_mut().enable();
                look = true;
            }
            () = clock.sleep_until(until) => look = true,
        }
    }
    // Batches under way are finished, so that they aren't repeated when the consumer starts again.
    lanes.halt().await
}

/// The last record that is in the shard now.
pub(crate) async fn newest_sequence_number(run: &Consumer, shard: &str) -> Result<Option<String>, ServiceError> {
    let mut reader = Reader { run, shard, position: Position(None), iterator: None };
    loop {
        let page = reader.next_page().await?;
        if page.records.is_empty() || page.is_last {
            return Ok(reader.position.0);
        }
    }
}

struct Reader<'a> {
    run: &'a Consumer,
    shard: &'a str,
    /// The last record that was read.
    position: Position,
    iterator: Option<Value>,
}

struct Page {
    records: Vec<Value>,
    /// Whether the shard is closed and this was its end.
    is_last: bool,
}

impl Reader<'_> {
    async fn next_page(&mut self) -> Result<Page, ServiceError> {
        let services = &self.run.platform.services;
        loop {
            let iterator = match self.iterator.take() {
                Some(iterator) => iterator,
                None => self.new_iterator().await?,
            };
            let input = json!({"ShardIterator": iterator, "Limit": PAGE});
            let mut answer = match services.call(STREAMS, "GetRecords", input).await {
                Ok(answer) => answer,
                // Iterators last for minutes only, and what was read up to is known.
                Err(error) if error.code == "ExpiredIteratorException" => continue,
                Err(error) if error.code == "TrimmedDataAccessException" => {
                    tracing::warn!(
                        consumer = self.run.intake.consumer,
                        shard = self.shard,
                        "records were trimmed before they were read"
                    );
                    self.position = Position(None);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let next = answer["NextShardIterator"].take();
            let Value::Array(records) = answer["Records"].take() else {
                return Err(ServiceError::server("InternalException", "GetRecords answered no Records"));
            };
            if let Some(last) = records.last() {
                self.position = Position(Some(sequence_number(last)?));
            }
            let is_last = next.is_null();
            self.iterator = (!is_last).then_some(next);
            return Ok(Page { records, is_last });
        }
    }

    async fn new_iterator(&self) -> Result<Value, ServiceError> {
        let mut input = json!({"StreamArn": self.run.intake.source_arn, "ShardId": self.shard});
        match &self.position.0 {
            None => input["ShardIteratorType"] = "TRIM_HORIZON".into(),
            Some(sequence_number) => {
                input["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER".into();
                input["SequenceNumber"] = sequence_number.as_str().into();
            }
        }
        let services = &self.run.platform.services;
        match services.call(STREAMS, "GetShardIterator", input).await {
            Ok(mut answer) => Ok(answer["ShardIterator"].take()),
            Err(error) if error.code == "TrimmedDataAccessException" => {
                tracing::warn!(
                    consumer = self.run.intake.consumer,
                    shard = self.shard,
                    "records were trimmed before they were read"
                );
                let input = json!({"StreamArn": self.run.intake.source_arn, "ShardId": self.shard,
                    "ShardIteratorType": "TRIM_HORIZON"});
                Ok(services.call(STREAMS, "GetShardIterator", input).await?["ShardIterator"].take())
            }
            Err(error) => Err(error),
        }
    }
}

/// The record as it is handed on, with the ARN of the stream it comes from; its sequence number; when it came.
fn stream_record(run: &Consumer, mut value: Value) -> Result<(Record, String, Timestamp), ServiceError> {
    let sequence_number = sequence_number(&value)?;
    let created = value.pointer("/dynamodb/ApproximateCreationDateTime").and_then(Value::as_f64);
    let arrived = created.map_or_else(|| run.platform.clock.now(), Timestamp::from_epoch_seconds);
    value["eventSourceARN"] = run.intake.source_arn.as_str().into();
    let id = value.get("eventID").and_then(Value::as_str).unwrap_or(&sequence_number).to_owned();
    Ok((Record { id, value }, sequence_number, arrived))
}

fn sequence_number(record: &Value) -> Result<String, ServiceError> {
    let found = record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| ServiceError::server("InternalException", "a stream record has no SequenceNumber"))
}
