//! The operations of DynamoDB Streams.

use dynoxide::{DynoxideError, actions, streams};
use serde_json::{Value, json};
use service::ServiceError;

use crate::database::Session;
use crate::errors::service_error;
use crate::names::{shard_id, stream_parts};
use crate::operations::{act, decode, encode, ready};

pub(crate) const BUILT: &[&str] = &["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/// Before any that dynoxide gives out.
const FIRST_SEQUENCE_NUMBER: &str = "100000000000000000001";

/// Answers an operation of DynamoDB Streams.
pub(crate) fn run(session: &Session, operation: &str, mut input: Value) -> Result<Value, ServiceError> {
    let stream = input["StreamArn"].as_str().map(str::to_owned);
    session.names.inward(&mut input);
    let outcome = match operation {
        "DescribeStream" => describe_stream(session, stream, input),
        "GetRecords" => get_records(session, input),
        "GetShardIterator" => get_shard_iterator(session, stream, input),
        _ => act!(session, list_streams, input),
    };
    let mut output = outcome.map_err(|error| service_error(&error, &session.names))?;
    if operation != "GetRecords" {
        session.names.outward(&mut output);
    }
    Ok(output)
}

/// Table and shard of a stream that is there under exactly this ARN.
fn existing(session: &Session, arn: Option<String>) -> Result<(String, String), DynoxideError> {
    let arn = arn.unwrap_or_default();
    let found = stream_parts(&arn).and_then(|(table, label)| {
        let current = crate::records::stream_arn(session, table)?;
        (current == arn).then(|| (table.to_owned(), shard_id(table, label)))
    });
    found.ok_or_else(|| {
        DynoxideError::ResourceNotFoundException(format!("Requested resource not found: Stream: {arn} not found"))
    })
}

fn describe_stream(session: &Session, arn: Option<String>, input: Value) -> Result<Value, DynoxideError> {
    let (_, shard) = existing(session, arn)?;
    let after = input["ExclusiveStartShardId"].as_str().map(str::to_owned);
    let mut output = act!(session, describe_stream, input)?;
    let description = &mut output["StreamDescription"];
    match after {
        Some(after) if after == shard => description["Shards"] = Value::Array(Vec::new()),
        _ => description["Shards"][0] = open_shard(&description["Shards"][0], shard),
    }
    Ok(output)
}

/// The one shard, which is open for as long as the stream is: an end would tell consumers that it is not.
fn open_shard(shard: &Value, id: String) -> Value {
    let start = &shard["SequenceNumberRange"]["StartingSequenceNumber"];
    let start = start.as_str().unwrap_or(FIRST_SEQUENCE_NUMBER);
    json!({"ShardId": id, "SequenceNumberRange": {"StartingSequenceNumber": start}})
}

fn get_shard_iterator(session: &Session, arn: Option<String>, mut input: Value) -> Result<Value, DynoxideError> {
    let (table, shard) = existing(session, arn)?;
    if input["ShardId"] != shard.as_str() {
        return Err(DynoxideError::ResourceNotFoundException(
            "Requested resource not found: Shard does not exist".to_owned(),
        ));
    }
    input["ShardId"] = streams::shard_id(&table).into();
    act!(session, get_shard_iterator, input)
}

fn get_records(session: &Session, input: Value) -> Result<Value, DynoxideError> {
    let mut output = act!(session, get_records, input)?;
    for record in output["Records"].as_array_mut().into_iter().flatten() {
        record["awsRegion"] = session.names.region().into();
    }
    Ok(output)
}
