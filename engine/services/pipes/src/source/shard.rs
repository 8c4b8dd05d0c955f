//! One shard of a stream, read in order.

use ::service::ServiceError;
use clock::Timestamp;
use serde_json::{Value, json};

use super::buffer::{Buffer, StreamRecord};
use super::stream::{STREAMS, save};
use super::{LOOK_AGAIN, Run, retry};
use crate::stage::Record;
use crate::tables::Checkpoint;

/// The most that AWS answers to one `GetRecords`.
const PAGE: usize = 1000;

/// How many records may be passed over before that is written down.
const PASSED_OVER: usize = 500;

/// How far a shard has been read: the last record that is done, none at the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position(pub(super) Option<String>);

/// Reads the shard from `position` until it is closed and read, or the pipe stops.
pub(super) async fn read(run: &Run, shard: &str, position: Position) -> Result<(), ServiceError> {
    let plan = &run.plan;
    let clock = &run.platform.clock;
    let mut reader = Reader { run, shard, position, iterator: None };
    let mut buffer = Buffer::default();
    let nudges = run.platform.signals.listen(&plan.source_arn);
    while !run.stop.is_cancelled() {
        let mut nudged = std::pin::pin!(nudges.notified());
        nudged.as_mut().enable();
        let page = reader.next_page().await?;
        for value in &page.records {
            let record = stream_record(run, value)?;
            if plan.filters.accept(&record.record.value) {
                buffer.push(record, clock.now());
            } else {
                buffer.pass_over(record.sequence_number);
            }
        }
        while !run.stop.is_cancelled()
            && let Some(batch) = buffer.take(plan.batch_size, plan.window, clock.now(), page.is_last)
        {
            retry::finish(run, shard, batch).await?;
        }
        if run.stop.is_cancelled() {
            return Ok(());
        }
        if page.is_last {
            return save(run, shard, Checkpoint { sequence_number: reader.position.0, is_finished: true }).await;
        }
        if let Some(passed) = buffer.passed(PASSED_OVER) {
            save(run, shard, Checkpoint { sequence_number: Some(passed), is_finished: false }).await?;
        }
        if page.records.is_empty() {
            let look_again = clock.now().plus(LOOK_AGAIN);
            let until = buffer.due(plan.window).map_or(look_again, |due| due.min(look_again));
            tokio::select! {
                () = run.stop.cancelled() => {}
                () = nudged => {}
                () = clock.sleep_until(until) => {}
            }
        }
    }
    Ok(())
}

/// The last record that is in the shard now.
pub(super) async fn newest_sequence_number(run: &Run, shard: &str) -> Result<Option<String>, ServiceError> {
    let mut reader = Reader { run, shard, position: Position(None), iterator: None };
    loop {
        let page = reader.next_page().await?;
        if page.records.is_empty() || page.is_last {
            return Ok(reader.position.0);
        }
    }
}

struct Reader<'a> {
    run: &'a Run,
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
                        pipe = self.run.plan.name,
                        shard = self.shard,
                        "records were trimmed before the pipe read them"
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
        let mut input = json!({"StreamArn": self.run.plan.source_arn, "ShardId": self.shard});
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
                    pipe = self.run.plan.name,
                    shard = self.shard,
                    "records were trimmed before the pipe read them"
                );
                let input = json!({"StreamArn": self.run.plan.source_arn, "ShardId": self.shard,
                    "ShardIteratorType": "TRIM_HORIZON"});
                Ok(services.call(STREAMS, "GetShardIterator", input).await?["ShardIterator"].take())
            }
            Err(error) => Err(error),
        }
    }
}

/// The record as the pipe hands it on: with the ARN of the stream it comes from.
fn stream_record(run: &Run, value: &Value) -> Result<StreamRecord, ServiceError> {
    let sequence_number = sequence_number(value)?;
    let created = value.pointer("/dynamodb/ApproximateCreationDateTime").and_then(Value::as_f64);
    let arrived = created.map_or_else(|| run.platform.clock.now(), Timestamp::from_epoch_seconds);
    let mut value = value.clone();
    value["eventSourceARN"] = run.plan.source_arn.as_str().into();
    let id = value.get("eventID").and_then(Value::as_str).unwrap_or(&sequence_number).to_owned();
    Ok(StreamRecord { record: Record { id, value }, sequence_number, arrived })
}

fn sequence_number(record: &Value) -> Result<String, ServiceError> {
    let found = record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| ServiceError::server("InternalException", "a stream record has no SequenceNumber"))
}
