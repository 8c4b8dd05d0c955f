//! What callers give a name: queues, job templates, presets.

use ::service::ServiceError;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::error::damaged;
use clock::Timestamp;

/// A resource in its row: its members as AWS tells them, and `Tags`.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) document: Value,
}

pub(crate) fn put(connection: &Connection, collection: &str, named: &Named) -> Result<(), ServiceError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO mediaconvert_named VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![collection, named.name, named.created_at.as_millis(), named.document.to_string()])?;
    Ok(())
}

pub(crate) fn find(connection: &Connection, collection: &str, name: &str) -> Result<Option<Named>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, created_at, document FROM mediaconvert_named WHERE collection = ?1 AND name = ?2",
    )?;
    let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    statement.query_row([collection, name], columns).optional()?.map(read).transpose()
}

/// Deletes it; whether it was there.
pub(crate) fn delete(connection: &Connection, collection: &str, name: &str) -> Result<bool, ServiceError> {
    let mut statement =
        connection.prepare_cached("DELETE FROM mediaconvert_named WHERE collection = ?1 AND name = ?2")?;
    Ok(statement.execute([collection, name])? > 0)
}

/// Up to `most` of a collection by name, less the first `after`.
pub(crate) fn list(
    connection: &Connection,
    collection: &str,
    by_creation: bool,
    descending: bool,
    (after, most): (usize, usize),
) -> Result<Vec<Named>, ServiceError> {
    let (column, order) = (if by_creation { "created_at" } else { "name" }, if descending { "DESC" } else { "ASC" });
    let mut statement = connection.prepare_cached(&format!(
        "SELECT name, created_at, document FROM mediaconvert_named WHERE collection = ?1 \
         ORDER BY {column} {order}, name {order} LIMIT ?2 OFFSET ?3"
    ))?;
    let rows =
        statement.query_map(params![collection, most, after], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| read(row?)).collect()
}

fn read((name, created_at, document): (String, i64, String)) -> Result<Named, ServiceError> {
    let document = serde_json::from_str(&document).map_err(|failure| damaged("resource", failure))?;
    Ok(Named { name, created_at: Timestamp::from_millis(created_at), document })
}
