//! Express children of a map run in lists of executions: they have no rows of their own, but how they ended is kept.

use std::cmp::Reverse;

use service::ServiceError;
use store::rusqlite::Connection;

use super::children::Child;
use super::kept;
use crate::runtime::rows::{self, Filter, Row};

/// [`rows::list`], with the Express children of a map run that have ended.
pub(in crate::runtime) fn list(connection: &Connection, filter: &Filter) -> Result<Vec<Row>, ServiceError> {
    let mut listed = rows::list(connection, filter)?;
    if filter.is_of_map_run() {
        listed.extend(ended(connection, &filter.of)?.into_iter().filter(|row| is_wanted(row, filter)));
        listed.sort_by_key(|row| Reverse((row.started_at, row.id)));
        listed.truncate(filter.most);
    }
    Ok(listed)
}

fn ended(connection: &Connection, run: &str) -> Result<Vec<Row>, ServiceError> {
    let mut statement = connection
        .prepare_cached("SELECT place, items, outcome FROM states_map_items WHERE run = ?1 AND outcome IS NOT NULL")?;
    let found = statement
        .query_map([run], |found| Ok((found.get(0)?, found.get(1)?, found.get(2)?)))?
        .collect::<Result<Vec<(i64, u64, String)>, _>>()?;
    let parse = |(place, items, outcome): (i64, u64, String)| {
        let child = serde_json::from_str(&outcome).map_err(|error| kept::damaged(&error))?;
        Ok(row(place, items, child, run))
    };
    found.into_iter().map(parse).collect()
}

fn is_wanted(row: &Row, filter: &Filter) -> bool {
    filter.status.is_none_or(|status| row.status == status)
        && filter.redriven.is_none_or(|redriven| redriven == (row.redrive_count > 0))
        && filter.after.is_none_or(|after| (row.started_at.as_millis(), row.id) < after)
}

/// The row that the child would have; its place stands for its number.
fn row(place: i64, items: u64, child: Child, run: &str) -> Row {
    Row {
        id: place,
        arn: child.arn,
        name: child.name,
        machine: child.machine,
        revision: 0,
        version: None,
        alias: None,
        status: child.status,
        started_at: child.started_at,
        stopped_at: child.stopped_at,
        input: child.input,
        output: child.output,
        error: child.error,
        cause: child.cause,
        trace_header: None,
        map_run: Some(run.to_owned()),
        location: None,
        redrive_count: child.redrive_count,
        redrive_date: child.redrive_date,
        redrive_tokens: Vec::new(),
        items: Some(items),
        pending_from: None,
    }
}
