//! The rows behind the queues.

use std::collections::BTreeMap;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::attributes::Settings;
use crate::error;
use crate::index::Entry;
use crate::message::Payload;

pub(crate) const TABLES: &[&str] = &["
CREATE TABLE sqs_queues (
  name TEXT PRIMARY KEY, settings TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sqs_messages (
  sequence INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL, first_received_at INTEGER, dead_letter_source TEXT
) STRICT;
CREATE INDEX sqs_messages_by_queue ON sqs_messages (queue);
CREATE TABLE sqs_move_tasks (
  handle TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, per_second INTEGER, status TEXT NOT NULL,
  moved INTEGER NOT NULL, to_move INTEGER NOT NULL, started_at INTEGER NOT NULL, failure TEXT
) STRICT;
", "
ALTER TABLE sqs_messages ADD COLUMN message_group TEXT;
CREATE TABLE sqs_deduplication (
  queue TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL, sequence INTEGER NOT NULL, sent_at INTEGER NOT NULL,
  PRIMARY KEY (queue, key)
) STRICT;
"];

/// Which tags a queue has.
pub(crate) type Tags = BTreeMap<String, String>;

/// A queue's row.
#[derive(Clone, Debug)]
pub(crate) struct QueueRow {
    pub(crate) name: String,
    pub(crate) settings: Settings,
    pub(crate) tags: Tags,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("maps of texts are JSON")
}

pub(crate) fn put_queue(connection: &Connection, queue: &QueueRow) -> Result<(), ServiceError> {
    connection.prepare_cached("INSERT OR REPLACE INTO sqs_queues VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        queue.name,
        text(&queue.settings),
        text(&queue.tags),
        queue.created_at.as_millis(),
        queue.modified_at.as_millis()
    ])?;
    Ok(())
}

pub(crate) fn queues(connection: &Connection) -> Result<Vec<QueueRow>, ServiceError> {
    let mut statement = connection.prepare("SELECT name, settings, tags, created_at, modified_at FROM sqs_queues")?;
    let rows = statement.query_map([], |row| {
        Ok(QueueRow {
            name: row.get(0)?,
            settings: json(row, 1)?,
            tags: json(row, 2)?,
            created_at: Timestamp::from_millis(row.get(3)?),
            modified_at: Timestamp::from_millis(row.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> store::rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|failure| {
        store::rusqlite::Error::FromSqlConversionFailure(column, store::rusqlite::types::Type::Text, failure.into())
    })
}

pub(crate) fn delete_queue(connection: &Connection, name: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM sqs_queues WHERE name = ?1", [name])?;
    connection.execute("DELETE FROM sqs_deduplication WHERE queue = ?1", [name])?;
    delete_messages_of(connection, name)
}

pub(crate) fn delete_messages_of(connection: &Connection, queue: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM sqs_messages WHERE queue = ?1", [queue])?;
    Ok(())
}

/// Keeps messages of `queue`, unless it was deleted meanwhile.
pub(crate) fn insert_messages(
    connection: &Connection,
    queue: &str,
    messages: &[(i64, Entry)],
) -> Result<(), ServiceError> {
    let known = connection
        .prepare_cached("SELECT 1 FROM sqs_queues WHERE name = ?1")?
        .query_row([queue], |_| Ok(()))
        .optional()?;
    known.ok_or_else(error::no_such_queue)?;
    let mut statement =
        connection.prepare_cached("INSERT INTO sqs_messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for (sequence, entry) in messages {
        statement.execute(params![
            sequence,
            queue,
            entry.id.to_string(),
            text(entry.payload()),
            entry.sent_at.as_millis(),
            entry.visible_at.as_millis(),
            entry.receive_count,
            entry.first_received_at.map(Timestamp::as_millis),
            entry.dead_letter_source,
            entry.group.as_deref()
        ])?;
    }
    Ok(())
}

/// Writes what receives and moves change in a message. One that was deleted meanwhile stays deleted.
pub(crate) fn update_message(
    connection: &Connection,
    queue: &str,
    sequence: i64,
    entry: &Entry,
) -> Result<(), ServiceError> {
    connection
        .prepare_cached(
            "UPDATE sqs_messages SET queue = ?2, id = ?3, sent_at = ?4, visible_at = ?5, receive_count = ?6, \
             first_received_at = ?7, dead_letter_source = ?8 WHERE sequence = ?1",
        )?
        .execute(params![
            sequence,
            queue,
            entry.id.to_string(),
            entry.sent_at.as_millis(),
            entry.visible_at.as_millis(),
            entry.receive_count,
            entry.first_received_at.map(Timestamp::as_millis),
            entry.dead_letter_source
        ])?;
    Ok(())
}

pub(crate) fn delete_message(connection: &Connection, queue: &str, sequence: i64) -> Result<(), ServiceError> {
    connection
        .prepare_cached("DELETE FROM sqs_messages WHERE sequence = ?1 AND queue = ?2")?
        .execute(params![sequence, queue])?;
    Ok(())
}

pub(crate) fn payload(connection: &Connection, sequence: i64) -> Result<Option<Payload>, ServiceError> {
    Ok(connection
        .prepare_cached("SELECT payload FROM sqs_messages WHERE sequence = ?1")?
        .query_row([sequence], |row| json(row, 0))
        .optional()?)
}

/// Calls `each` with the queue, sequence number and entry (without payload) of every message there is.
pub(crate) fn each_message(
    connection: &Connection,
    mut each: impl FnMut(String, i64, Entry),
) -> Result<(), ServiceError> {
    let mut statement = connection.prepare(
        "SELECT queue, sequence, id, sent_at, visible_at, receive_count, first_received_at, dead_letter_source, \
         message_group FROM sqs_messages",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: String = row.get(2)?;
        let entry = Entry {
            id: Uuid::parse_str(&id).unwrap_or_default(),
            sent_at: Timestamp::from_millis(row.get(3)?),
            visible_at: Timestamp::from_millis(row.get(4)?),
            receive_count: row.get(5)?,
            first_received_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_millis),
            dead_letter_source: row.get(7)?,
            group: row.get::<_, Option<String>>(8)?.map(Into::into),
            payload: None,
        };
        each(row.get(0)?, row.get(1)?, entry);
    }
    Ok(())
}
