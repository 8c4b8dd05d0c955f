//! Invocations that are not done.

use ::service::ServiceError;
use clock::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::error::damaged;
use crate::invocation::Invocation;

pub(crate) fn insert(connection: &Connection, invocation: &Invocation) -> Result<(), ServiceError> {
    connection
        .prepare_cached(
            "INSERT INTO scheduler_invocations (schedule, arn, scheduled_at, invoked_at, due_at, attempts, target) \
             VALUES (?1, ?2, ?3, ?4, ?4, 0, ?5)",
        )?
        .execute(params![
            invocation.schedule,
            invocation.arn,
            invocation.scheduled_at.as_millis(),
            invocation.invoked_at.as_millis(),
            invocation.target.to_string()
        ])?;
    Ok(())
}

pub(crate) fn retry_at(
    connection: &Connection,
    invocation: &Invocation,
    due_at: Timestamp,
) -> Result<(), ServiceError> {
    let failure = serde_json::to_string(&invocation.failure).expect("a failure is JSON");
    connection
        .prepare_cached("UPDATE scheduler_invocations SET due_at = ?2, attempts = ?3, failure = ?4 WHERE id = ?1")?
        .execute(params![invocation.id, due_at.as_millis(), invocation.attempts, failure])?;
    Ok(())
}

/// Deletes an invocation; whether its schedule has no other one.
pub(crate) fn delete(connection: &Connection, invocation: &Invocation) -> Result<bool, ServiceError> {
    connection.prepare_cached("DELETE FROM scheduler_invocations WHERE id = ?1")?.execute([invocation.id])?;
    let mut others =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM scheduler_invocations WHERE schedule = ?1)")?;
    Ok(!others.query_row([invocation.schedule], |row| row.get::<_, bool>(0))?)
}

/// Up to `most` invocations that are due, the longest first.
pub(crate) fn due(connection: &Connection, now: Timestamp, most: usize) -> Result<Vec<Invocation>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, schedule, arn, scheduled_at, invoked_at, attempts, failure, target FROM scheduler_invocations \
         WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![now.as_millis(), most], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// When the next invocation is due that isn't yet.
pub(crate) fn next_due(connection: &Connection, now: Timestamp) -> Result<Option<Timestamp>, ServiceError> {
    let mut statement = connection.prepare_cached("SELECT min(due_at) FROM scheduler_invocations WHERE due_at > ?1")?;
    let next: Option<i64> = statement.query_row([now.as_millis()], |row| row.get(0))?;
    Ok(next.map(Timestamp::from_millis))
}

fn read(row: &Row<'_>) -> Result<Invocation, ServiceError> {
    let (failure, target): (Option<String>, String) = (row.get(6)?, row.get(7)?);
    let json = |failure| damaged("invocation", failure);
    Ok(Invocation {
        id: row.get(0)?,
        schedule: row.get(1)?,
        arn: row.get(2)?,
        scheduled_at: Timestamp::from_millis(row.get(3)?),
        invoked_at: Timestamp::from_millis(row.get(4)?),
        attempts: row.get(5)?,
        failure: failure.map(|text| serde_json::from_str(&text)).transpose().map_err(json)?.flatten(),
        target: serde_json::from_str(&target).map_err(json)?,
    })
}
