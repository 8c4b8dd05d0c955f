//! When the schedule of each rule fired last.

use std::collections::HashMap;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{Connection, params};

pub(crate) fn put(connection: &Connection, rule: &str, at: Timestamp) -> Result<(), ServiceError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO eventbridge_fired VALUES (?1, ?2)")?
        .execute(params![rule, at.as_millis()])?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, rule: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM eventbridge_fired WHERE rule = ?1", [rule])?;
    Ok(())
}

/// By rule.
pub(crate) fn all(connection: &Connection) -> Result<HashMap<String, Timestamp>, ServiceError> {
    let mut statement = connection.prepare("SELECT rule, fired_at FROM eventbridge_fired")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
