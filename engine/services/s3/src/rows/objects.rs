//! Objects, their versions and delete markers.

use std::collections::BTreeMap;

use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::buckets::Versioning;
use super::{next_sequence, parse, text};
use crate::checksum::Sums;
use crate::error::{self, Refused};

/// The version of an object in a bucket that doesn't keep versions.
pub(crate) const NULL_VERSION: &str = "null";

/// What is kept with an object beside its bytes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    /// `content-type`, `cache-control`, … as they were sent.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) storage_class: Option<String>,
    pub(crate) encryption: Option<String>,
    pub(crate) sums: Sums,
    /// `FULL_OBJECT` or `COMPOSITE`
    pub(crate) checksum_type: Option<String>,
    /// Sizes of the parts that a multipart upload made it of.
    pub(crate) parts: Vec<u64>,
}

/// One version of an object, or a delete marker.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) sequence: i64,
    pub(crate) version: String,
    pub(crate) is_latest: bool,
    pub(crate) is_marker: bool,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) modified_at: Timestamp,
    pub(crate) body: Option<String>,
    pub(crate) record: Record,
}

pub(crate) const COLUMNS: &str =
    "bucket, key, sequence, version, is_latest, is_marker, size, etag, modified_at, body, record";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Object> {
    Ok(Object {
        bucket: row.get(0)?,
        key: row.get(1)?,
        sequence: row.get(2)?,
        version: row.get(3)?,
        is_latest: row.get(4)?,
        is_marker: row.get(5)?,
        size: u64::try_from(row.get::<_, i64>(6)?).unwrap_or_default(),
        etag: row.get(7)?,
        modified_at: Timestamp::from_millis(row.get(8)?),
        body: row.get(9)?,
        record: parse(&row.get::<_, String>(10)?)?,
    })
}

/// The current version of a key; that may be a delete marker.
pub(crate) fn latest(connection: &Connection, bucket: &str, key: &str) -> Result<Option<Object>, Refused> {
    let query = format!("SELECT {COLUMNS} FROM s3_objects WHERE bucket = ?1 AND key = ?2 AND is_latest = 1");
    Ok(connection.prepare_cached(&query)?.query_row((bucket, key), read).optional()?)
}

pub(crate) fn version(
    connection: &Connection,
    bucket: &str,
    key: &str,
    version: &str,
) -> Result<Option<Object>, Refused> {
    let query = format!("SELECT {COLUMNS} FROM s3_objects WHERE bucket = ?1 AND key = ?2 AND version = ?3");
    Ok(connection.prepare_cached(&query)?.query_row((bucket, key, version), read).optional()?)
}

/// The object that a request names, with AWS's errors for those that aren't there.
pub(crate) fn find(
    connection: &Connection,
    bucket: &str,
    key: &str,
    version_id: Option<&str>,
) -> Result<Object, Refused> {
    super::buckets::get(connection, bucket)?;
    match version_id {
        None => latest(connection, bucket, key)?
            .filter(|object| !object.is_marker)
            .ok_or_else(|| error::no_such_key().into()),
        Some(id) => match version(connection, bucket, key, id)? {
            None => Err(error::no_such_version().into()),
            Some(object) if object.is_marker => Err(error::method_not_allowed().into()),
            Some(object) => Ok(object),
        },
    }
}

/// What a change of an object did.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) sequence: i64,
    /// As answers tell it: none where the bucket never kept versions.
    pub(crate) version_id: Option<String>,
    /// Bodies that no row names any more.
    pub(crate) removed: Vec<String>,
    /// Whether a delete marker was made, or deleted.
    pub(crate) marker: bool,
    /// Whether there was anything to change.
    pub(crate) happened: bool,
}

/// Makes `object` the current version of its key. Its version and sequence are set here.
pub(crate) fn put(
    connection: &Connection,
    versioning: Versioning,
    mut object: Object,
    new_version: String,
) -> Result<Change, Refused> {
    let mut change = Change { marker: object.is_marker, happened: true, ..Change::default() };
    object.sequence = next_sequence(connection)?;
    object.version = if versioning == Versioning::Enabled { new_version } else { NULL_VERSION.to_owned() };
    change.sequence = object.sequence;
    change.version_id = (versioning != Versioning::Off).then(|| object.version.clone());
    if object.version == NULL_VERSION {
        change.removed.extend(remove(connection, &object.bucket, &object.key, NULL_VERSION)?);
    }
    connection
        .prepare_cached("UPDATE s3_objects SET is_latest = 0 WHERE bucket = ?1 AND key = ?2 AND is_latest = 1")?
        .execute((&object.bucket, &object.key))?;
    connection.prepare_cached("INSERT INTO s3_objects VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10)")?.execute(
        params![
            object.bucket,
            object.key,
            object.sequence,
            object.version,
            object.is_marker,
            i64::try_from(object.size).unwrap_or(i64::MAX),
            object.etag,
            object.modified_at.as_millis(),
            object.body,
            text(&object.record),
        ],
    )?;
    Ok(change)
}

/// Deletes a key as a request without a version does: for good, or behind a delete marker.
pub(crate) fn delete(
    connection: &Connection,
    versioning: Versioning,
    (bucket, key): (&str, &str),
    now: Timestamp,
    new_version: String,
) -> Result<Change, Refused> {
    if versioning == Versioning::Off {
        let happened = latest(connection, bucket, key)?.is_some();
        let removed = remove(connection, bucket, key, NULL_VERSION)?;
        let sequence = next_sequence(connection)?;
        return Ok(Change { sequence, removed, happened, ..Change::default() });
    }
    let marker = Object {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        sequence: 0,
        version: String::new(),
        is_latest: true,
        is_marker: true,
        size: 0,
        etag: String::new(),
        modified_at: now,
        body: None,
        record: Record::default(),
    };
    put(connection, versioning, marker, new_version)
}

/// Deletes one version for good; the newest that is left becomes the current one.
pub(crate) fn delete_version(
    connection: &Connection,
    bucket: &str,
    key: &str,
    version_id: &str,
) -> Result<Change, Refused> {
    let found = version(connection, bucket, key, version_id)?;
    let removed = remove(connection, bucket, key, version_id)?;
    connection
        .prepare_cached(
            "UPDATE s3_objects SET is_latest = 1 WHERE bucket = ?1 AND key = ?2 AND sequence =
               (SELECT max(sequence) FROM s3_objects WHERE bucket = ?1 AND key = ?2)",
        )?
        .execute((bucket, key))?;
    Ok(Change {
        sequence: next_sequence(connection)?,
        version_id: Some(version_id.to_owned()),
        removed,
        marker: found.as_ref().is_some_and(|object| object.is_marker),
        happened: found.is_some(),
    })
}

fn remove(connection: &Connection, bucket: &str, key: &str, version: &str) -> Result<Vec<String>, Refused> {
    let mut statement = connection
        .prepare_cached("DELETE FROM s3_objects WHERE bucket = ?1 AND key = ?2 AND version = ?3 RETURNING body")?;
    let bodies = statement
        .query_map((bucket, key, version), |row| row.get::<_, Option<String>>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(bodies.into_iter().flatten().collect())
}

/// Every version of a bucket, by key and the newest first.
pub(crate) fn all_of(connection: &Connection, bucket: &str) -> Result<Vec<Object>, Refused> {
    let query = format!("SELECT {COLUMNS} FROM s3_objects WHERE bucket = ?1 ORDER BY key, sequence DESC");
    let mut statement = connection.prepare_cached(&query)?;
    let objects = statement.query_map([bucket], read)?.collect::<Result<_, _>>()?;
    Ok(objects)
}

pub(crate) fn count_versions(connection: &Connection, bucket: &str, key: &str) -> Result<i64, Refused> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM s3_objects WHERE bucket = ?1 AND key = ?2")?;
    Ok(statement.query_row((bucket, key), |row| row.get(0))?)
}

/// Replaces what is kept beside a version's bytes.
pub(crate) fn set_record(connection: &Connection, object: &Object) -> Result<(), Refused> {
    connection
        .prepare_cached("UPDATE s3_objects SET record = ?4 WHERE bucket = ?1 AND key = ?2 AND version = ?3")?
        .execute((&object.bucket, &object.key, &object.version, text(&object.record)))?;
    Ok(())
}
