//! Events that the bus does not have yet.

use ::service::ServiceError;
use rusqlite::Connection;
use serde_json::Value;

pub(crate) fn insert(connection: &Connection, entry: &Value) -> Result<(), ServiceError> {
    connection.prepare_cached("INSERT INTO mediaconvert_outbox (entry) VALUES (?1)")?.execute([entry.to_string()])?;
    Ok(())
}

/// The first `most`, each with its number.
pub(crate) fn first(connection: &Connection, most: usize) -> Result<Vec<(i64, String)>, ServiceError> {
    let mut statement = connection.prepare_cached("SELECT id, entry FROM mediaconvert_outbox ORDER BY id LIMIT ?1")?;
    let rows = statement.query_map([most], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes those up to this number.
pub(crate) fn delete_to(connection: &Connection, last: i64) -> Result<(), ServiceError> {
    connection.prepare_cached("DELETE FROM mediaconvert_outbox WHERE id <= ?1")?.execute([last])?;
    Ok(())
}
