//! Buckets and their configurations.

use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::error::{self, Refused};

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Versioning {
    Off,
    Enabled,
    Suspended,
}

impl Versioning {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }

    pub(crate) fn of_name(name: &str) -> Self {
        match name {
            "Enabled" => Self::Enabled,
            "Suspended" => Self::Suspended,
            _ => Self::Off,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) versioning: Versioning,
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Bucket> {
    Ok(Bucket {
        name: row.get(0)?,
        created_at: Timestamp::from_millis(row.get(1)?),
        versioning: Versioning::of_name(&row.get::<_, String>(2)?),
    })
}

pub(crate) fn find(connection: &Connection, name: &str) -> Result<Option<Bucket>, Refused> {
    let mut statement =
        connection.prepare_cached("SELECT name, created_at, versioning FROM s3_buckets WHERE name = ?1")?;
    Ok(statement.query_row([name], read).optional()?)
}

/// The bucket, or AWS's error.
pub(crate) fn get(connection: &Connection, name: &str) -> Result<Bucket, Refused> {
    find(connection, name)?.ok_or_else(|| error::no_such_bucket().into())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<Bucket>, Refused> {
    let mut statement =
        connection.prepare_cached("SELECT name, created_at, versioning FROM s3_buckets ORDER BY name")?;
    let buckets = statement.query_map([], read)?.collect::<Result<_, _>>()?;
    Ok(buckets)
}

pub(crate) fn insert(connection: &Connection, name: &str, now: Timestamp) -> Result<(), Refused> {
    connection
        .execute("INSERT INTO s3_buckets VALUES (?1, ?2, ?3)", (name, now.as_millis(), Versioning::Off.name()))?;
    Ok(())
}

pub(crate) fn set_versioning(connection: &Connection, name: &str, versioning: Versioning) -> Result<(), Refused> {
    get(connection, name)?;
    connection.execute("UPDATE s3_buckets SET versioning = ?2 WHERE name = ?1", (name, versioning.name()))?;
    Ok(())
}

/// Whether any object or version is in it.
pub(crate) fn is_empty(connection: &Connection, name: &str) -> Result<bool, Refused> {
    let found = connection
        .prepare_cached("SELECT 1 FROM s3_objects WHERE bucket = ?1 LIMIT 1")?
        .query_row([name], |_| Ok(()))
        .optional()?;
    Ok(found.is_none())
}

pub(crate) fn delete(connection: &Connection, name: &str) -> Result<(), Refused> {
    connection.execute("DELETE FROM s3_buckets WHERE name = ?1", [name])?;
    connection.execute("DELETE FROM s3_configurations WHERE bucket = ?1", [name])?;
    Ok(())
}

/// A bucket's configuration of a kind, as the document that was put.
pub(crate) fn configuration(connection: &Connection, bucket: &str, kind: &str) -> Result<Option<String>, Refused> {
    let mut statement =
        connection.prepare_cached("SELECT document FROM s3_configurations WHERE bucket = ?1 AND kind = ?2")?;
    Ok(statement.query_row((bucket, kind), |row| row.get(0)).optional()?)
}

/// Every bucket's configuration of a kind.
pub(crate) fn configurations(connection: &Connection, kind: &str) -> Result<Vec<(String, String)>, Refused> {
    let mut statement = connection.prepare_cached("SELECT bucket, document FROM s3_configurations WHERE kind = ?1")?;
    let all = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    Ok(all)
}

pub(crate) fn configure(
    connection: &Connection,
    bucket: &str,
    kind: &str,
    document: Option<&str>,
) -> Result<(), Refused> {
    get(connection, bucket)?;
    match document {
        Some(document) => connection
            .execute("INSERT OR REPLACE INTO s3_configurations VALUES (?1, ?2, ?3)", (bucket, kind, document))?,
        None => connection.execute("DELETE FROM s3_configurations WHERE bucket = ?1 AND kind = ?2", (bucket, kind))?,
    };
    Ok(())
}
