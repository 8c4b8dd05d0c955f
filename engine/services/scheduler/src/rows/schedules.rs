//! Schedules, and when each is due next.

use ::service::ServiceError;
use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::{damaged, no_such_schedule};
use crate::schedule::{Schedule, State};

/// A schedule in its row.
pub(crate) struct Stored {
    pub(crate) id: i64,
    pub(crate) schedule: Schedule,
    pub(crate) next_at: Option<Timestamp>,
}

/// What ListSchedules asks for.
#[derive(Default)]
pub(crate) struct Filter {
    pub(crate) group: Option<String>,
    pub(crate) prefix: String,
    pub(crate) state: Option<State>,
    /// Group and name of the last schedule that was listed before.
    pub(crate) after: (String, String),
}

pub(crate) fn insert(
    connection: &Connection,
    schedule: &Schedule,
    next_at: Option<Timestamp>,
) -> Result<(), ServiceError> {
    connection
        .prepare_cached(
            "INSERT INTO scheduler_schedules (group_name, name, state, document, next_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            schedule.group,
            schedule.name,
            schedule.state.as_str(),
            text(schedule),
            next_at.map(Timestamp::as_millis)
        ])?;
    Ok(())
}

pub(crate) fn update(
    connection: &Connection,
    id: i64,
    schedule: &Schedule,
    next_at: Option<Timestamp>,
) -> Result<(), ServiceError> {
    connection
        .prepare_cached("UPDATE scheduler_schedules SET state = ?2, document = ?3, next_at = ?4 WHERE id = ?1")?
        .execute(params![id, schedule.state.as_str(), text(schedule), next_at.map(Timestamp::as_millis)])?;
    Ok(())
}

pub(crate) fn set_next(connection: &Connection, id: i64, next_at: Option<Timestamp>) -> Result<(), ServiceError> {
    connection
        .prepare_cached("UPDATE scheduler_schedules SET next_at = ?2 WHERE id = ?1")?
        .execute(params![id, next_at.map(Timestamp::as_millis)])?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, id: i64) -> Result<(), ServiceError> {
    connection.prepare_cached("DELETE FROM scheduler_schedules WHERE id = ?1")?.execute([id])?;
    Ok(())
}

pub(crate) fn find(connection: &Connection, group: &str, name: &str) -> Result<Option<Stored>, ServiceError> {
    let mut statement = connection
        .prepare_cached("SELECT id, document, next_at FROM scheduler_schedules WHERE group_name = ?1 AND name = ?2")?;
    statement.query_row([group, name], columns).optional()?.map(stored).transpose()
}

/// The schedule, or the error that there is none.
pub(crate) fn get(connection: &Connection, group: &str, name: &str) -> Result<Stored, ServiceError> {
    find(connection, group, name)?.ok_or_else(|| no_such_schedule(name))
}

pub(crate) fn of_id(connection: &Connection, id: i64) -> Result<Option<Stored>, ServiceError> {
    let mut statement =
        connection.prepare_cached("SELECT id, document, next_at FROM scheduler_schedules WHERE id = ?1")?;
    statement.query_row([id], columns).optional()?.map(stored).transpose()
}

/// Up to `most` schedules that are due, the longest first.
pub(crate) fn due(connection: &Connection, now: Timestamp, most: usize) -> Result<Vec<Stored>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, document, next_at FROM scheduler_schedules WHERE next_at <= ?1 ORDER BY next_at LIMIT ?2",
    )?;
    let rows = statement.query_map(params![now.as_millis(), most], columns)?;
    rows.map(|row| stored(row?)).collect()
}

/// When the next schedule is due.
pub(crate) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, ServiceError> {
    let mut statement =
        connection.prepare_cached("SELECT min(next_at) FROM scheduler_schedules WHERE next_at IS NOT NULL")?;
    let next: Option<i64> = statement.query_row([], |row| row.get(0))?;
    Ok(next.map(Timestamp::from_millis))
}

/// Up to `most` schedules, by group and name.
pub(crate) fn list(connection: &Connection, filter: &Filter, most: usize) -> Result<Vec<Schedule>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, document, next_at FROM scheduler_schedules WHERE (group_name, name) > (?1, ?2) \
         AND (?3 IS NULL OR group_name = ?3) AND substr(name, 1, length(?4)) = ?4 AND (?5 IS NULL OR state = ?5) \
         ORDER BY group_name, name LIMIT ?6",
    )?;
    let state = filter.state.map(State::as_str);
    let parameters = params![filter.after.0, filter.after.1, filter.group, filter.prefix, state, most];
    let rows = statement.query_map(parameters, columns)?;
    rows.map(|row| Ok(stored(row?)?.schedule)).collect()
}

type Columns = (i64, String, Option<i64>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn stored((id, document, next_at): Columns) -> Result<Stored, ServiceError> {
    let schedule = serde_json::from_str(&document).map_err(|failure| damaged("schedule", failure))?;
    Ok(Stored { id, schedule, next_at: next_at.map(Timestamp::from_millis) })
}

fn text(schedule: &Schedule) -> String {
    serde_json::to_string(schedule).expect("a schedule is JSON")
}
