//! Archives and the events in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{Connection, OptionalExtension, params};

use crate::archive::Archive;
use crate::replay::Cursor;

/// How many events an archive holds, and their size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) events: i64,
    pub(crate) bytes: i64,
}

/// An event on its way into an archive.
#[derive(Clone, Debug)]
pub(crate) struct Archived {
    pub(crate) archive: i64,
    pub(crate) time: Timestamp,
    pub(crate) event: Arc<str>,
}

/// Adds an archive and gives it its number.
pub(crate) fn insert(connection: &Connection, archive: &mut Archive) -> Result<(), ServiceError> {
    connection.execute("INSERT INTO eventbridge_archives (name, document) VALUES (?1, '{}')", [&archive.name])?;
    archive.id = connection.last_insert_rowid();
    update(connection, archive)
}

pub(crate) fn update(connection: &Connection, archive: &Archive) -> Result<(), ServiceError> {
    let document = serde_json::to_string(archive).expect("an archive is JSON");
    connection.execute("UPDATE eventbridge_archives SET document = ?2 WHERE id = ?1", params![archive.id, document])?;
    Ok(())
}

/// Deletes the archive; its events are left to [`delete_orphans`], as there may be millions.
pub(crate) fn delete(connection: &Connection, id: i64) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM eventbridge_archives WHERE id = ?1", [id])?;
    Ok(())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<Archive>, ServiceError> {
    let mut statement = connection.prepare("SELECT document FROM eventbridge_archives")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|text| {
        let text = text?;
        serde_json::from_str(&text).map_err(|failure| {
            ServiceError::server("InternalException", format!("a stored archive is damaged ({failure}): {text}"))
        })
    })
    .collect()
}

pub(crate) fn counts(connection: &Connection, id: i64) -> Result<Counts, ServiceError> {
    let read = connection
        .prepare_cached("SELECT event_count, size_bytes FROM eventbridge_archives WHERE id = ?1")?
        .query_row([id], |row| Ok(Counts { events: row.get(0)?, bytes: row.get(1)? }))
        .optional()?;
    Ok(read.unwrap_or_default())
}

fn count(connection: &Connection, id: i64, events: i64, bytes: i64) -> Result<(), ServiceError> {
    connection
        .prepare_cached(
            "UPDATE eventbridge_archives SET event_count = event_count + ?2, size_bytes = size_bytes + ?3 WHERE id = ?1",
        )?
        .execute(params![id, events, bytes])?;
    Ok(())
}

/// Adds events to their archives.
pub(crate) fn add(connection: &Connection, events: &[Archived]) -> Result<(), ServiceError> {
    let mut insert = connection
        .prepare_cached("INSERT INTO eventbridge_archived_events (archive, time, event) VALUES (?1, ?2, ?3)")?;
    let mut added: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for archived in events {
        insert.execute(params![archived.archive, seconds(archived.time), &*archived.event])?;
        let (events, bytes) = added.entry(archived.archive).or_default();
        *events += 1;
        *bytes += i64::try_from(archived.event.len()).unwrap_or(i64::MAX);
    }
    added.into_iter().try_for_each(|(archive, (events, bytes))| count(connection, archive, events, bytes))
}

/// The time of an event has a resolution of seconds.
fn seconds(time: Timestamp) -> i64 {
    time.as_millis().div_euclid(1000)
}

/// Up to `most` events behind `after` (or from `start` on) whose time is not later than `end`, in the order of their time:
/// stricter than AWS, which keeps the order of minutes only.
pub(crate) fn next_batch(
    connection: &Connection,
    archive: i64,
    start: Timestamp,
    end: Timestamp,
    after: Option<Cursor>,
    most: usize,
) -> Result<Vec<(Cursor, String)>, ServiceError> {
    let (from, sequence) = after.map_or((seconds(start), i64::MIN), |cursor| (seconds(cursor.time), cursor.sequence));
    let mut statement = connection.prepare_cached(
        "SELECT time, sequence, event FROM eventbridge_archived_events WHERE archive = ?1 AND time >= ?2 \
         AND time <= ?3 AND (time, sequence) > (?2, ?4) ORDER BY time, sequence LIMIT ?5",
    )?;
    let rows = statement.query_map(params![archive, from, seconds(end), sequence, most], |row| {
        let time = Timestamp::from_millis(row.get::<_, i64>(0)? * 1000);
        Ok((Cursor { time, sequence: row.get(1)? }, row.get::<_, String>(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes up to `most` events of an archive that are older than `limit`; how many there were.
pub(crate) fn delete_older(
    connection: &Connection,
    archive: i64,
    limit: Timestamp,
    most: usize,
) -> Result<usize, ServiceError> {
    let (events, bytes): (i64, i64) = connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(octet_length(event)), 0) FROM (SELECT event FROM eventbridge_archived_events \
             WHERE archive = ?1 AND time < ?2 ORDER BY time LIMIT ?3)",
        )?
        .query_row(params![archive, seconds(limit), most], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let deleted = connection
        .prepare_cached(
            "DELETE FROM eventbridge_archived_events WHERE sequence IN (SELECT sequence FROM \
             eventbridge_archived_events WHERE archive = ?1 AND time < ?2 ORDER BY time LIMIT ?3)",
        )?
        .execute(params![archive, seconds(limit), most])?;
    count(connection, archive, -events, -bytes)?;
    Ok(deleted)
}

/// Deletes up to `most` events of archives that are gone; how many there were.
pub(crate) fn delete_orphans(connection: &Connection, most: usize) -> Result<usize, ServiceError> {
    let orphan: Option<i64> = connection
        .prepare_cached(
            "WITH RECURSIVE ids(id) AS (SELECT min(archive) FROM eventbridge_archived_events UNION ALL \
             SELECT (SELECT min(archive) FROM eventbridge_archived_events WHERE archive > id) FROM ids WHERE id IS NOT NULL) \
             SELECT id FROM ids WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM eventbridge_archives) LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(orphan) = orphan else { return Ok(0) };
    Ok(connection
        .prepare_cached(
            "DELETE FROM eventbridge_archived_events WHERE sequence IN (SELECT sequence FROM \
             eventbridge_archived_events WHERE archive = ?1 LIMIT ?2)",
        )?
        .execute(params![orphan, most])?)
}
