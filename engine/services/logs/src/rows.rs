//! Groups, streams and events in the store.

use std::collections::BTreeMap;

use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::{Scope, ServiceError};

use crate::error;
use crate::position::Position;

pub(crate) const MIGRATIONS: &[&str] = &["
    CREATE TABLE logs_groups (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, record TEXT NOT NULL) STRICT;
    CREATE TABLE logs_streams (
        id INTEGER PRIMARY KEY AUTOINCREMENT, log_group INTEGER NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
        first INTEGER, last INTEGER, ingested INTEGER, UNIQUE (log_group, name)
    ) STRICT;
    CREATE TABLE logs_events (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, log_group INTEGER NOT NULL, stream INTEGER NOT NULL,
        timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL
    ) STRICT;
    CREATE INDEX logs_events_of_group ON logs_events (log_group, timestamp, sequence);
    CREATE INDEX logs_events_of_stream ON logs_events (stream, timestamp, sequence);
    CREATE TABLE logs_policies (name TEXT PRIMARY KEY, document TEXT NOT NULL, updated INTEGER NOT NULL) STRICT;
"];

/// A log group.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) record: Record,
}

/// What is kept of a group but its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) created: Timestamp,
    pub(crate) retention_in_days: Option<i64>,
    pub(crate) class: String,
    pub(crate) kms_key: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// A log stream.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) id: i64,
    pub(crate) name: String,
    created: i64,
    first: Option<i64>,
    last: Option<i64>,
    ingested: Option<i64>,
}

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) position: Position,
    pub(crate) stream: i64,
    pub(crate) ingested: i64,
    pub(crate) message: String,
}

impl Group {
    pub(crate) fn find(connection: &Connection, name: &str) -> Result<Self, ServiceError> {
        let sql = "SELECT id, name, record FROM logs_groups WHERE name = ?1";
        let found = connection.prepare_cached(sql)?.query_row([name], Self::read).optional()?;
        found.ok_or_else(error::no_group)
    }

    /// All groups, by name.
    pub(crate) fn all(connection: &Connection) -> Result<Vec<Self>, ServiceError> {
        let mut statement = connection.prepare_cached("SELECT id, name, record FROM logs_groups ORDER BY name")?;
        let rows = statement.query_map([], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let record: String = row.get(2)?;
        let record = serde_json::from_str(&record).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(error))
        })?;
        Ok(Self { id: row.get(0)?, name: row.get(1)?, record })
    }

    pub(crate) fn create(connection: &Connection, name: &str, record: &Record) -> Result<(), ServiceError> {
        let sql = "INSERT INTO logs_groups (name, record) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        match connection.execute(sql, (name, text(record)))? {
            0 => Err(error::exists("log group")),
            _ => Ok(()),
        }
    }

    pub(crate) fn save(&self, connection: &Connection) -> Result<(), ServiceError> {
        connection.execute("UPDATE logs_groups SET record = ?2 WHERE id = ?1", (self.id, text(&self.record)))?;
        Ok(())
    }

    pub(crate) fn delete(&self, connection: &Connection) -> Result<(), ServiceError> {
        connection.execute("DELETE FROM logs_events WHERE log_group = ?1", [self.id])?;
        connection.execute("DELETE FROM logs_streams WHERE log_group = ?1", [self.id])?;
        connection.execute("DELETE FROM logs_groups WHERE id = ?1", [self.id])?;
        Ok(())
    }

    /// Before when its events are gone.
    pub(crate) fn kept_from(&self, now: Timestamp) -> i64 {
        self.record.retention_in_days.map_or(0, |days| now.as_millis() - days * 24 * 3_600_000)
    }

    /// Its ARN, without what stands for its streams.
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn("logs", format_args!("log-group:{}", self.name))
    }

    pub(crate) fn stream(&self, connection: &Connection, name: &str) -> Result<Stream, ServiceError> {
        let sql =
            "SELECT id, name, created, first, last, ingested FROM logs_streams WHERE log_group = ?1 AND name = ?2";
        let found = connection.prepare_cached(sql)?.query_row((self.id, name), Stream::read).optional()?;
        found.ok_or_else(error::no_stream)
    }

    /// All its streams, by name.
    pub(crate) fn streams(&self, connection: &Connection) -> Result<Vec<Stream>, ServiceError> {
        let mut statement = connection.prepare_cached(
            "SELECT id, name, created, first, last, ingested FROM logs_streams WHERE log_group = ?1 ORDER BY name",
        )?;
        let rows = statement.query_map([self.id], Stream::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn create_stream(&self, connection: &Connection, name: &str, at: Timestamp) -> Result<(), ServiceError> {
        let sql = "INSERT INTO logs_streams (log_group, name, created) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        match connection.execute(sql, (self.id, name, at.as_millis()))? {
            0 => Err(error::exists("log stream")),
            _ => Ok(()),
        }
    }

    /// Appends events, in the order of their times.
    pub(crate) fn append(
        &self,
        connection: &Connection,
        stream: &Stream,
        events: &[(i64, String)],
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        let mut insert = connection.prepare_cached(
            "INSERT INTO logs_events (log_group, stream, timestamp, ingested, message) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (timestamp, message) in events {
            insert.execute(params![self.id, stream.id, timestamp, at.as_millis(), message])?;
        }
        let (first, last) = (events.first().map(|event| event.0), events.last().map(|event| event.0));
        connection
            .prepare_cached(
                "UPDATE logs_streams SET first = min(coalesce(first, ?2), ?2), last = max(coalesce(last, ?3), ?3), \
                 ingested = ?4 WHERE id = ?1",
            )?
            .execute(params![stream.id, first, last, at.as_millis()])?;
        Ok(())
    }
}

impl Stream {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            created: row.get(2)?,
            first: row.get(3)?,
            last: row.get(4)?,
            ingested: row.get(5)?,
        })
    }

    pub(crate) fn delete(&self, connection: &Connection) -> Result<(), ServiceError> {
        connection.execute("DELETE FROM logs_events WHERE stream = ?1", [self.id])?;
        connection.execute("DELETE FROM logs_streams WHERE id = ?1", [self.id])?;
        Ok(())
    }

    /// When its newest event was, or it was made.
    pub(crate) fn last_time(&self) -> i64 {
        self.last.unwrap_or(self.created)
    }

    /// `LogStream`
    pub(crate) fn to_value(&self, group: &Group, scope: &Scope) -> Value {
        let mut value = json!({"logStreamName": self.name, "creationTime": self.created});
        for (member, time) in [
            ("firstEventTimestamp", self.first),
            ("lastEventTimestamp", self.last),
            ("lastIngestionTime", self.ingested),
        ] {
            if let Some(time) = time {
                value[member] = time.into();
            }
        }
        if let Some(ingested) = self.ingested {
            value["uploadSequenceToken"] = format!("{ingested:056}").into();
        }
        value["arn"] = format!("{}:log-stream:{}", group.arn(scope), self.name).into();
        value["storedBytes"] = 0.into();
        value
    }
}

/// Which events are looked at: of a group or one of its streams, within times that include the first and exclude the last.
pub(crate) struct Range {
    pub(crate) group: i64,
    pub(crate) stream: Option<i64>,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Range {
    /// Takes events after a position, oldest first, until `take` answers that it has enough.
    pub(crate) fn forward(
        &self,
        connection: &Connection,
        after: Position,
        mut take: impl FnMut(Event) -> bool,
    ) -> Result<(), ServiceError> {
        let column = if self.stream.is_some() { "stream" } else { "log_group" };
        let sql = format!(
            "SELECT timestamp, sequence, stream, ingested, message FROM logs_events WHERE {column} = ?1 \
             AND (timestamp, sequence) > (?2, ?3) AND timestamp >= ?4 AND timestamp < ?5 ORDER BY timestamp, sequence"
        );
        self.each(connection, &sql, after, &mut take)
    }

    /// Takes events before a position, newest first, likewise.
    pub(crate) fn backward(
        &self,
        connection: &Connection,
        before: Position,
        mut take: impl FnMut(Event) -> bool,
    ) -> Result<(), ServiceError> {
        let column = if self.stream.is_some() { "stream" } else { "log_group" };
        let sql = format!(
            "SELECT timestamp, sequence, stream, ingested, message FROM logs_events WHERE {column} = ?1 \
             AND (timestamp, sequence) < (?2, ?3) AND timestamp >= ?4 AND timestamp < ?5 \
             ORDER BY timestamp DESC, sequence DESC"
        );
        self.each(connection, &sql, before, &mut take)
    }

    fn each(
        &self,
        connection: &Connection,
        sql: &str,
        position: Position,
        take: &mut impl FnMut(Event) -> bool,
    ) -> Result<(), ServiceError> {
        let mut statement = connection.prepare_cached(sql)?;
        let of = self.stream.unwrap_or(self.group);
        let mut rows = statement.query(params![of, position.timestamp, position.sequence, self.from, self.to])?;
        while let Some(row) = rows.next()? {
            let position = Position { timestamp: row.get(0)?, sequence: row.get(1)? };
            let event = Event { position, stream: row.get(2)?, ingested: row.get(3)?, message: row.get(4)? };
            if take(event) {
                break;
            }
        }
        Ok(())
    }
}

fn text(record: &Record) -> String {
    serde_json::to_string(record).expect("a record has string keys")
}
