//! Multipart uploads under way and their parts.

use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::objects::Record;
use super::{parse, text};
use crate::checksum::{Algorithm, Sums};
use crate::error::{self, Refused};

/// What the object will be, and how its parts are summed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Plan {
    pub(crate) record: Record,
    pub(crate) algorithm: Option<Algorithm>,
    /// `FULL_OBJECT` or `COMPOSITE`
    pub(crate) checksum_type: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) initiated_at: Timestamp,
    pub(crate) plan: Plan,
}

#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) number: i32,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) modified_at: Timestamp,
    pub(crate) body: String,
    pub(crate) sums: Sums,
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Upload> {
    Ok(Upload {
        id: row.get(0)?,
        bucket: row.get(1)?,
        key: row.get(2)?,
        initiated_at: Timestamp::from_millis(row.get(3)?),
        plan: parse(&row.get::<_, String>(4)?)?,
    })
}

pub(crate) fn insert(connection: &Connection, upload: &Upload) -> Result<(), Refused> {
    connection.execute(
        "INSERT INTO s3_uploads VALUES (?1, ?2, ?3, ?4, ?5)",
        (&upload.id, &upload.bucket, &upload.key, upload.initiated_at.as_millis(), text(&upload.plan)),
    )?;
    Ok(())
}

/// The upload that a request names.
pub(crate) fn find(connection: &Connection, bucket: &str, key: &str, id: &str) -> Result<Upload, Refused> {
    super::buckets::get(connection, bucket)?;
    let mut statement =
        connection.prepare_cached("SELECT * FROM s3_uploads WHERE id = ?1 AND bucket = ?2 AND key = ?3")?;
    statement.query_row((id, bucket, key), read).optional()?.ok_or_else(|| error::no_such_upload().into())
}

/// Those of a bucket, by key and then by id.
pub(crate) fn of_bucket(connection: &Connection, bucket: &str) -> Result<Vec<Upload>, Refused> {
    let mut statement = connection.prepare_cached("SELECT * FROM s3_uploads WHERE bucket = ?1 ORDER BY key, id")?;
    let uploads = statement.query_map([bucket], read)?.collect::<Result<_, _>>()?;
    Ok(uploads)
}

/// Keeps a part in place of one of the same number; the body that it replaces.
pub(crate) fn put_part(connection: &Connection, upload: &str, part: &Part) -> Result<Option<String>, Refused> {
    let replaced = connection
        .prepare_cached("SELECT body FROM s3_parts WHERE upload = ?1 AND number = ?2")?
        .query_row((upload, part.number), |row| row.get(0))
        .optional()?;
    connection.prepare_cached("INSERT OR REPLACE INTO s3_parts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(
        params![
            upload,
            part.number,
            i64::try_from(part.size).unwrap_or(i64::MAX),
            part.etag,
            part.modified_at.as_millis(),
            part.body,
            text(&part.sums),
        ],
    )?;
    Ok(replaced)
}

/// The parts of an upload in the order of their numbers.
pub(crate) fn parts(connection: &Connection, upload: &str) -> Result<Vec<Part>, Refused> {
    let mut statement = connection.prepare_cached(
        "SELECT number, size, etag, modified_at, body, sums FROM s3_parts WHERE upload = ?1 ORDER BY number",
    )?;
    let parts = statement
        .query_map([upload], |row| {
            Ok(Part {
                number: row.get(0)?,
                size: u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
                etag: row.get(2)?,
                modified_at: Timestamp::from_millis(row.get(3)?),
                body: row.get(4)?,
                sums: parse(&row.get::<_, String>(5)?)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(parts)
}

/// Forgets an upload with its parts; their bodies.
pub(crate) fn delete(connection: &Connection, upload: &str) -> Result<Vec<String>, Refused> {
    connection.prepare_cached("DELETE FROM s3_uploads WHERE id = ?1")?.execute([upload])?;
    let mut statement = connection.prepare_cached("DELETE FROM s3_parts WHERE upload = ?1 RETURNING body")?;
    let bodies = statement.query_map([upload], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(bodies)
}
