//! Streams, and records that are not written to their bucket yet.

use std::collections::BTreeMap;

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use store::rusqlite::{Connection, params};

use crate::destination::Destination;

pub(crate) const TABLES: &[&str] = &["
CREATE TABLE firehose_streams (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
CREATE TABLE firehose_records (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, data BLOB NOT NULL, arrived_at INTEGER NOT NULL
) STRICT;
CREATE INDEX firehose_records_by_stream ON firehose_records (stream, sequence);
"];

/// A delivery stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stream {
    pub(crate) name: String,
    pub(crate) destination: Destination,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: BTreeMap<String, String>,
}

/// What waits of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) bytes: usize,
    /// When the oldest record arrived.
    pub(crate) since: Option<Timestamp>,
}

/// A record that waits.
pub(crate) struct Record {
    pub(crate) sequence: i64,
    pub(crate) data: Vec<u8>,
    pub(crate) arrived_at: Timestamp,
}

pub(crate) fn put_stream(connection: &Connection, stream: &Stream) -> Result<(), ServiceError> {
    let document = serde_json::to_string(stream).expect("a stream is JSON");
    connection
        .prepare_cached("INSERT OR REPLACE INTO firehose_streams VALUES (?1, ?2)")?
        .execute(params![stream.name, document])?;
    Ok(())
}

pub(crate) fn delete_stream(connection: &Connection, name: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM firehose_streams WHERE name = ?1", [name])?;
    connection.execute("DELETE FROM firehose_records WHERE stream = ?1", [name])?;
    Ok(())
}

pub(crate) fn streams(connection: &Connection) -> Result<BTreeMap<String, Stream>, ServiceError> {
    let mut statement = connection.prepare("SELECT document FROM firehose_streams")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|text| {
        let text = text?;
        let stream: Stream = serde_json::from_str(&text).map_err(|failure| {
            ServiceError::server("InternalFailure", format!("a stored delivery stream is damaged ({failure}): {text}"))
        })?;
        Ok((stream.name.clone(), stream))
    })
    .collect()
}

/// Keeps records; their numbers, in order.
pub(crate) fn add(
    connection: &Connection,
    stream: &str,
    records: &[Vec<u8>],
    now: Timestamp,
) -> Result<Vec<i64>, ServiceError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO firehose_records (stream, data, arrived_at) VALUES (?1, ?2, ?3)")?;
    records.iter().map(|data| Ok(statement.insert(params![stream, data, now.as_millis()])?)).collect()
}

pub(crate) fn waiting(connection: &Connection) -> Result<BTreeMap<String, Waiting>, ServiceError> {
    let mut statement = connection
        .prepare("SELECT stream, sum(length(data)), min(arrived_at) FROM firehose_records GROUP BY stream")?;
    let rows = statement.query_map([], |row| {
        let since = Some(Timestamp::from_millis(row.get(2)?));
        Ok((row.get(0)?, Waiting { bytes: row.get(1)?, since }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The oldest records of a stream, up to so many bytes, and at least one where there is any; and the first that is left.
pub(crate) fn oldest(
    connection: &Connection,
    stream: &str,
    most_bytes: usize,
) -> Result<(Vec<Record>, Option<Timestamp>), ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, data, arrived_at FROM firehose_records WHERE stream = ?1 ORDER BY sequence",
    )?;
    let mut rows = statement.query([stream])?;
    let (mut records, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let record =
            Record { sequence: row.get(0)?, data: row.get(1)?, arrived_at: Timestamp::from_millis(row.get(2)?) };
        if !records.is_empty() && bytes + record.data.len() > most_bytes {
            return Ok((records, Some(record.arrived_at)));
        }
        bytes += record.data.len();
        records.push(record);
    }
    Ok((records, None))
}

/// Deletes the records of a stream up to a number.
pub(crate) fn delete(connection: &Connection, stream: &str, up_to: i64) -> Result<(), ServiceError> {
    connection
        .prepare_cached("DELETE FROM firehose_records WHERE stream = ?1 AND sequence <= ?2")?
        .execute(params![stream, up_to])?;
    Ok(())
}
