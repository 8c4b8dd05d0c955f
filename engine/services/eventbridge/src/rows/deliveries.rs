//! Deliveries that are not done.

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{Connection, OptionalExtension, params};

use crate::delivery::{Delivery, Failure};

pub(crate) fn last_sequence(connection: &Connection) -> Result<i64, ServiceError> {
    Ok(connection.query_row("SELECT coalesce(max(sequence), 0) FROM eventbridge_deliveries", [], |row| row.get(0))?)
}

pub(crate) fn insert(connection: &Connection, deliveries: &[Delivery]) -> Result<(), ServiceError> {
    let mut statement = connection
        .prepare_cached("INSERT INTO eventbridge_deliveries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0, NULL, ?7)")?;
    for delivery in deliveries {
        statement.execute(params![
            delivery.sequence,
            delivery.bus,
            delivery.rule,
            delivery.target,
            &*delivery.event,
            delivery.accepted_at.as_millis(),
            delivery.forwarded
        ])?;
    }
    Ok(())
}

pub(crate) fn retry_at(connection: &Connection, delivery: &Delivery, due_at: Timestamp) -> Result<(), ServiceError> {
    let failure = delivery.failure.as_ref().map(|failure| serde_json::to_string(failure).expect("a failure is JSON"));
    connection
        .prepare_cached(
            "UPDATE eventbridge_deliveries SET due_at = ?2, attempts = ?3, failure = ?4 WHERE sequence = ?1",
        )?
        .execute(params![delivery.sequence, due_at.as_millis(), delivery.attempts, failure])?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, sequences: &[i64]) -> Result<(), ServiceError> {
    let mut statement = connection.prepare_cached("DELETE FROM eventbridge_deliveries WHERE sequence = ?1")?;
    for sequence in sequences {
        statement.execute([sequence])?;
    }
    Ok(())
}

/// The numbers of up to `most` deliveries that are due, oldest first.
pub(crate) fn due(connection: &Connection, now: Timestamp, most: usize) -> Result<Vec<i64>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence FROM eventbridge_deliveries WHERE due_at <= ?1 ORDER BY due_at, sequence LIMIT ?2",
    )?;
    let rows = statement.query_map(params![now.as_millis(), most], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One delivery, unless it is done meanwhile.
pub(crate) fn read(connection: &Connection, sequence: i64) -> Result<Option<Delivery>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, bus, rule, target, event, accepted_at, attempts, failure, forwarded \
         FROM eventbridge_deliveries WHERE sequence = ?1",
    )?;
    let row = statement.query_row([sequence], |row| {
        let failure: Option<String> = row.get(7)?;
        Ok(Delivery {
            sequence: row.get(0)?,
            bus: row.get(1)?,
            rule: row.get(2)?,
            target: row.get(3)?,
            event: row.get::<_, String>(4)?.into(),
            forwarded: row.get(8)?,
            accepted_at: Timestamp::from_millis(row.get(5)?),
            attempts: row.get(6)?,
            failure: failure.and_then(|text| serde_json::from_str::<Failure>(&text).ok()),
        })
    });
    Ok(row.optional()?)
}

/// When the next delivery is due that isn't yet.
pub(crate) fn next_due(connection: &Connection, now: Timestamp) -> Result<Option<Timestamp>, ServiceError> {
    let next: Option<i64> = connection
        .prepare_cached("SELECT min(due_at) FROM eventbridge_deliveries WHERE due_at > ?1")?
        .query_row([now.as_millis()], |row| row.get(0))?;
    Ok(next.map(Timestamp::from_millis))
}
