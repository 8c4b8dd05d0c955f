//! The rows behind topics, subscriptions, messages and deliveries.

use std::collections::HashMap;
use std::sync::Arc;

use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::ServiceError;
use uuid::Uuid;

use crate::delivery::Delivery;
use crate::error;
use crate::message::Message;
use crate::subscription::Record;
use crate::topic::{FIFO_SUFFIX, Topic};

pub(crate) const TABLES: &[&str] = &[
    "
CREATE TABLE sns_topics (arn TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE sns_subscriptions (arn TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE sns_messages (sequence INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL) STRICT;
CREATE TABLE sns_deliveries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL, subscription TEXT NOT NULL,
  attempts INTEGER NOT NULL
) STRICT;
CREATE INDEX sns_deliveries_by_message ON sns_deliveries (message);
CREATE TABLE sns_deduplication (
  topic TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL, sequence INTEGER NOT NULL, sent_at INTEGER NOT NULL,
  PRIMARY KEY (topic, key)
) STRICT;
CREATE INDEX sns_deduplication_by_age ON sns_deduplication (sent_at);
",
    crate::push::TABLES,
];

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("records have texts for keys")
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text)
        .map_err(|failure| ServiceError::server("InternalError", format!("a stored record is damaged: {failure}")))
}

pub(crate) fn put_topic(connection: &Connection, topic: &Topic) -> Result<(), ServiceError> {
    connection.execute("INSERT OR REPLACE INTO sns_topics VALUES (?1, ?2)", (&topic.arn, text(topic)))?;
    Ok(())
}

/// Removes a topic with its subscriptions. Deliveries to them end by themselves.
pub(crate) fn delete_topic(connection: &Connection, arn: &str, subscriptions: &[String]) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM sns_topics WHERE arn = ?1", [arn])?;
    connection.execute("DELETE FROM sns_deduplication WHERE topic = ?1", [arn])?;
    subscriptions.iter().try_for_each(|subscription| delete_subscription(connection, subscription))
}

pub(crate) fn put_subscription(connection: &Connection, record: &Record) -> Result<(), ServiceError> {
    connection.execute("INSERT OR REPLACE INTO sns_subscriptions VALUES (?1, ?2)", (&record.arn, text(record)))?;
    Ok(())
}

pub(crate) fn delete_subscription(connection: &Connection, arn: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM sns_subscriptions WHERE arn = ?1", [arn])?;
    Ok(())
}

pub(crate) fn topics(connection: &Connection) -> Result<Vec<Topic>, ServiceError> {
    records(connection, "SELECT record FROM sns_topics")
}

pub(crate) fn subscriptions(connection: &Connection) -> Result<Vec<Record>, ServiceError> {
    records(connection, "SELECT record FROM sns_subscriptions")
}

fn records<T: DeserializeOwned>(connection: &Connection, query: &str) -> Result<Vec<T>, ServiceError> {
    let mut statement = connection.prepare(query)?;
    let texts = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    texts.iter().map(|text| read(text)).collect()
}

/// An error when there is no such topic (any more).
pub(crate) fn check_topic(connection: &Connection, arn: &str) -> Result<(), ServiceError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM sns_topics WHERE arn = ?1")?
        .query_row([arn], |_| Ok(()))
        .optional()?;
    found.ok_or_else(error::no_such_topic)
}

/// Keeps a message; its number.
pub(crate) fn insert_message(connection: &Connection, message: &Message) -> Result<i64, ServiceError> {
    connection.prepare_cached("INSERT INTO sns_messages (record) VALUES (?1)")?.execute([text(message)])?;
    Ok(connection.last_insert_rowid())
}

/// Keeps a delivery of a message; its number.
pub(crate) fn insert_delivery(connection: &Connection, message: i64, subscription: &str) -> Result<i64, ServiceError> {
    connection
        .prepare_cached("INSERT INTO sns_deliveries (message, subscription, attempts) VALUES (?1, ?2, 0)")?
        .execute((message, subscription))?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn set_attempts(connection: &Connection, delivery: i64, attempts: u32) -> Result<(), ServiceError> {
    connection
        .prepare_cached("UPDATE sns_deliveries SET attempts = ?2 WHERE sequence = ?1")?
        .execute((delivery, attempts))?;
    Ok(())
}

/// Removes a delivery that is done, and its message with the last one.
pub(crate) fn delete_delivery(connection: &Connection, delivery: i64, message: i64) -> Result<(), ServiceError> {
    connection.prepare_cached("DELETE FROM sns_deliveries WHERE sequence = ?1")?.execute([delivery])?;
    delete_message_if_done(connection, message)
}

pub(crate) fn delete_message_if_done(connection: &Connection, message: i64) -> Result<(), ServiceError> {
    connection
        .prepare_cached(
            "DELETE FROM sns_messages WHERE sequence = ?1 \
             AND NOT EXISTS (SELECT 1 FROM sns_deliveries WHERE message = ?1)",
        )?
        .execute([message])?;
    Ok(())
}

/// The number of the last delivery there is.
pub(crate) fn last_delivery(connection: &Connection) -> Result<i64, ServiceError> {
    Ok(connection.query_row("SELECT coalesce(max(sequence), 0) FROM sns_deliveries", [], |row| row.get(0))?)
}

/// The deliveries up to a number, in the order in which they were accepted.
pub(crate) fn deliveries(connection: &Connection, up_to: i64) -> Result<Vec<Delivery>, ServiceError> {
    let mut statement = connection.prepare(
        "SELECT d.sequence, d.message, d.subscription, d.attempts, m.record FROM sns_deliveries AS d \
         JOIN sns_messages AS m ON m.sequence = d.message WHERE d.sequence <= ?1 ORDER BY d.sequence",
    )?;
    let mut rows = statement.query([up_to])?;
    let mut messages: HashMap<i64, Arc<Message>> = HashMap::new();
    let mut deliveries = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(1)?;
        let message = match messages.get(&number) {
            Some(message) => Arc::clone(message),
            None => {
                let mut message: Message = read(&row.get::<_, String>(4)?)?;
                message.sequence = message.topic.ends_with(FIFO_SUFFIX).then_some(number);
                let message = Arc::new(message);
                messages.insert(number, Arc::clone(&message));
                message
            }
        };
        deliveries.push(Delivery {
            sequence: row.get(0)?,
            message_sequence: number,
            message,
            subscription: row.get(2)?,
            attempts: row.get(3)?,
        });
    }
    Ok(deliveries)
}

/// The message that a FIFO topic was sent under `key` since `after`, with its number.
pub(crate) fn recent(
    connection: &Connection,
    topic: &str,
    key: &str,
    after: Timestamp,
) -> Result<Option<(Uuid, i64)>, ServiceError> {
    let found = connection
        .prepare_cached(
            "SELECT message, sequence FROM sns_deduplication WHERE topic = ?1 AND key = ?2 AND sent_at > ?3",
        )?
        .query_row(params![topic, key, after.as_millis()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(id, sequence)| (Uuid::parse_str(&id).unwrap_or_default(), sequence)))
}

/// Remembers that a FIFO topic was sent this, and forgets what was sent before `after`.
pub(crate) fn remember(
    connection: &Connection,
    message: &Message,
    key: &str,
    sequence: i64,
    after: Timestamp,
) -> Result<(), ServiceError> {
    connection.prepare_cached("DELETE FROM sns_deduplication WHERE sent_at <= ?1")?.execute([after.as_millis()])?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO sns_deduplication VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![message.topic, key, message.id.to_string(), sequence, message.published_at.as_millis()])?;
    Ok(())
}
