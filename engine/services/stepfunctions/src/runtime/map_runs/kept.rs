//! What a map run keeps beside its record: what its children are given, and how Express ones ended.

use std::collections::HashMap;

use asl::{Batch, Payload};
use service::ServiceError;
use store::rusqlite::{Connection, params};

use super::children::Child;
use super::record::{self, Record};
use crate::runtime::rows::{self, Row};

/// Keeps a run with what its reader yielded, if it has one.
pub(super) fn begin(connection: &Connection, record: &Record, read: &[Batch]) -> Result<(), ServiceError> {
    let mut insert =
        connection.prepare_cached("INSERT OR REPLACE INTO states_map_items VALUES (?1, ?2, ?3, ?4, NULL)")?;
    for (place, batch) in read.iter().enumerate() {
        insert.execute(params![record.arn, place, &**batch.input.text(), batch.items])?;
    }
    record::write(connection, record)
}

/// What the reader yielded.
pub(super) fn batches(connection: &Connection, run: &str) -> Result<Vec<Batch>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT input, items FROM states_map_items WHERE run = ?1 AND input IS NOT NULL ORDER BY place",
    )?;
    let found =
        statement.query_map([run], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, u64)>, _>>()?;
    let parse = |(input, items): (String, u64)| {
        let input = Payload::parse(&input).map_err(|error| damaged(&error))?;
        Ok(Batch { input, items })
    };
    found.into_iter().map(parse).collect()
}

/// How Express children ended, by place.
pub(super) fn outcomes(connection: &Connection, run: &str) -> Result<HashMap<usize, Child>, ServiceError> {
    let mut statement = connection
        .prepare_cached("SELECT place, outcome FROM states_map_items WHERE run = ?1 AND outcome IS NOT NULL")?;
    let found = statement
        .query_map([run], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(usize, String)>, _>>()?;
    let parse = |(place, outcome): (usize, String)| {
        Ok((place, serde_json::from_str(&outcome).map_err(|error| damaged(&error))?))
    };
    found.into_iter().map(parse).collect()
}

/// Keeps how an Express child ended.
pub(super) fn end(
    connection: &Connection,
    run: &str,
    place: usize,
    items: u64,
    child: &Child,
) -> Result<(), ServiceError> {
    let outcome = serde_json::to_string(child).expect("children are plain data");
    connection
        .prepare_cached(
            "INSERT INTO states_map_items VALUES (?1, ?2, NULL, ?3, ?4) \
             ON CONFLICT (run, place) DO UPDATE SET outcome = excluded.outcome",
        )?
        .execute(params![run, place, items, outcome])?;
    Ok(())
}

/// The Standard children there are, by name.
pub(super) fn children(connection: &Connection, run: &str) -> Result<HashMap<String, Row>, ServiceError> {
    Ok(rows::of_map_run(connection, run)?.into_iter().map(|row| (row.name.clone(), row)).collect())
}

/// Children wait for their redrive.
pub(super) fn pend(connection: &Connection, ids: &[i64]) -> Result<(), ServiceError> {
    let mut statement = connection.prepare_cached(
        "UPDATE states_executions SET pending_from = status, status = 'PENDING_REDRIVE' \
         WHERE id = ?1 AND status <> 'PENDING_REDRIVE'",
    )?;
    for id in ids {
        statement.execute([id])?;
    }
    Ok(())
}

/// Children that still wait for their redrive wait no more.
pub(super) fn forget_pending(connection: &Connection, run: &str) -> Result<(), ServiceError> {
    connection
        .prepare_cached(
            "UPDATE states_executions SET status = pending_from, pending_from = NULL \
             WHERE map_run = ?1 AND status = 'PENDING_REDRIVE'",
        )?
        .execute([run])?;
    Ok(())
}

pub(super) fn damaged(error: &serde_json::Error) -> ServiceError {
    ServiceError::server("InternalFailure", format!("the store holds a damaged map run: {error}"))
}
