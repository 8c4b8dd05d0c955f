//! The rows behind buckets, objects, uploads and events on their way.

pub(crate) mod buckets;
pub(crate) mod listing;
pub(crate) mod objects;
pub(crate) mod uploads;

use std::collections::HashSet;

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Refused;

/// Text compares by bytes, which is S3's order of keys.
pub(crate) const TABLES: &[&str] = &["
CREATE TABLE s3_buckets (
  name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, versioning TEXT NOT NULL
) STRICT;
CREATE TABLE s3_configurations (
  bucket TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE s3_sequence (value INTEGER NOT NULL) STRICT;
INSERT INTO s3_sequence VALUES (0);
CREATE TABLE s3_objects (
  bucket TEXT NOT NULL, key TEXT NOT NULL, sequence INTEGER NOT NULL, version TEXT NOT NULL, is_latest INTEGER NOT NULL,
  is_marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL, body TEXT,
  record TEXT NOT NULL, PRIMARY KEY (bucket, key, sequence)
) STRICT;
CREATE UNIQUE INDEX s3_objects_by_version ON s3_objects (bucket, key, version);
CREATE UNIQUE INDEX s3_objects_current ON s3_objects (bucket, key) WHERE is_latest = 1;
CREATE TABLE s3_uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated_at INTEGER NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX s3_uploads_by_key ON s3_uploads (bucket, key, id);
CREATE TABLE s3_parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL,
  body TEXT NOT NULL, sums TEXT NOT NULL, PRIMARY KEY (upload, number)
) STRICT;
CREATE TABLE s3_events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, document TEXT NOT NULL, attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX s3_events_by_due ON s3_events (due_at);
"];

pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("records have texts for keys")
}

pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}

/// A number greater than each one before.
pub(crate) fn next_sequence(connection: &Connection) -> Result<i64, Refused> {
    let mut statement = connection.prepare_cached("UPDATE s3_sequence SET value = value + 1 RETURNING value")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// The bodies that rows name.
pub(crate) fn bodies(connection: &Connection) -> Result<HashSet<String>, Refused> {
    let mut statement =
        connection.prepare("SELECT body FROM s3_objects WHERE body IS NOT NULL UNION ALL SELECT body FROM s3_parts")?;
    let bodies = statement.query_map([], |row| row.get(0))?.collect::<Result<HashSet<String>, _>>()?;
    Ok(bodies)
}
