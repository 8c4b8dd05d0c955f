//! Appends to the journal, and what is read back of it.

use asl::{Stimulus, TaskId};
use clock::Timestamp;
use serde_json::Value;
use service::ServiceError;
use store::rusqlite::{Connection, OptionalExtension, params};

use super::rows::{self, Row};
use super::status_changes;

/// What one durable write adds to an execution.
pub(super) struct Append {
    pub(super) execution: i64,
    pub(super) sequence: i64,
    pub(super) first_event: u64,
    pub(super) stimuli: String,
    pub(super) events: String,
    /// The earliest timer and whether it is busy, when that changed.
    pub(super) state: Option<(Option<Timestamp>, bool)>,
    pub(super) waits: Vec<WaitChange>,
    /// The execution had ended and runs again; inside is the client token of the request.
    pub(super) redriven: Option<Option<String>>,
    pub(super) at: Timestamp,
    pub(super) ended: Option<Ended>,
}

/// How an execution ended.
pub(super) struct Ended {
    pub(super) status: &'static str,
    pub(super) at: Timestamp,
    pub(super) output: Option<String>,
    pub(super) error: Option<String>,
    pub(super) cause: Option<String>,
}

/// What changed for those who end tasks from outside.
pub(super) enum WaitChange {
    Token {
        key: String,
        task: TaskId,
    },
    Activity {
        key: String,
        task: TaskId,
        activity: String,
        input: String,
    },
    Child {
        key: String,
        task: TaskId,
    },
    /// A worker has it.
    Started {
        key: String,
        task: TaskId,
    },
    /// Nobody waits any more.
    Over {
        key: String,
        task: TaskId,
    },
}

/// A task that waits for a child execution which has ended.
pub(super) struct ChildEnded {
    pub(super) parent: i64,
    pub(super) task: TaskId,
    pub(super) child: Row,
}

/// What a token stands for.
pub(super) struct Wait {
    pub(super) execution: i64,
    pub(super) task: TaskId,
    pub(super) over: bool,
}

/// Writes an append; answers the tasks that it ends elsewhere, or that wait for something that has ended already.
pub(super) fn write(
    connection: &Connection,
    append: &Append,
    tells_changes: bool,
) -> Result<Vec<ChildEnded>, ServiceError> {
    connection.prepare_cached("INSERT INTO states_journal VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        append.execution,
        append.sequence,
        append.first_event,
        append.stimuli,
        append.events
    ])?;
    if let Some(token) = &append.redriven {
        rows::redriven(connection, append.execution, append.at, token.as_deref())?;
        if tells_changes && let Some(row) = rows::get(connection, append.execution)? {
            status_changes::write(connection, &row)?;
        }
    }
    let mut ended = Vec::new();
    for change in &append.waits {
        ended.extend(write_wait(connection, append.execution, change)?);
    }
    if let Some(end) = &append.ended {
        connection
            .prepare_cached(
                "UPDATE states_executions SET status = ?2, stopped_at = ?3, output = ?4, error = ?5, cause = ?6, \
                 wake_at = NULL, busy = 0 WHERE id = ?1",
            )?
            .execute(params![append.execution, end.status, end.at.as_millis(), end.output, end.error, end.cause])?;
        ended.extend(parents(connection, append.execution, tells_changes)?);
    } else if let Some((wake_at, busy)) = append.state {
        connection
            .prepare_cached("UPDATE states_executions SET wake_at = ?2, busy = ?3 WHERE id = ?1")?
            .execute(params![append.execution, wake_at.map(Timestamp::as_millis), busy])?;
    }
    Ok(ended)
}

/// Tells of the end, and finds who waits for it.
fn parents(connection: &Connection, id: i64, tells_changes: bool) -> Result<Vec<ChildEnded>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT execution, task FROM states_waits \
         WHERE key = (SELECT arn FROM states_executions WHERE id = ?1) AND kind = 'child' AND state = 0",
    )?;
    let waiting = statement
        .query_map([id], |found| Ok((found.get(0)?, TaskId(found.get(1)?))))?
        .collect::<Result<Vec<(i64, TaskId)>, _>>()?;
    if waiting.is_empty() && !tells_changes {
        return Ok(Vec::new());
    }
    let row =
        rows::get(connection, id)?.ok_or_else(|| ServiceError::server("InternalFailure", "an execution is gone"))?;
    if tells_changes {
        status_changes::write(connection, &row)?;
    }
    Ok(waiting.into_iter().map(|(parent, task)| ChildEnded { parent, task, child: row.clone() }).collect())
}

fn write_wait(
    connection: &Connection,
    execution: i64,
    change: &WaitChange,
) -> Result<Option<ChildEnded>, ServiceError> {
    let insert = |key: &str, task: TaskId, kind: &str, activity: Option<&str>, input: Option<&str>| {
        connection
            .prepare_cached("INSERT INTO states_waits VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)")?
            .execute(params![key, execution, task.0, kind, activity, input])
    };
    let update = |key: &str, task: TaskId, state: i64| {
        connection
            .prepare_cached("UPDATE states_waits SET state = ?4 WHERE key = ?1 AND execution = ?2 AND task = ?3")?
            .execute(params![key, execution, task.0, state])
    };
    match change {
        WaitChange::Token { key, task } => insert(key, *task, "token", None, None)?,
        WaitChange::Activity { key, task, activity, input } => {
            insert(key, *task, "activity", Some(activity), Some(input))?
        }
        WaitChange::Started { key, task } => update(key, *task, 1)?,
        WaitChange::Over { key, task } => update(key, *task, 2)?,
        WaitChange::Child { key, task } => {
            insert(key, *task, "child", None, None)?;
            let child = rows::find(connection, key)?.filter(|row| row.status != "RUNNING");
            return Ok(child.map(|child| ChildEnded { parent: execution, task: *task, child }));
        }
    };
    Ok(None)
}

/// Tasks whose child ended before they were told.
pub(super) fn untold(connection: &Connection) -> Result<Vec<ChildEnded>, ServiceError> {
    let mut statement = connection.prepare(
        "SELECT w.execution, w.task, e.id FROM states_waits w JOIN states_executions e ON e.arn = w.key \
         WHERE w.kind = 'child' AND w.state = 0 AND e.status <> 'RUNNING'",
    )?;
    let found = statement
        .query_map([], |row| Ok((row.get(0)?, TaskId(row.get(1)?), row.get(2)?)))?
        .collect::<Result<Vec<(i64, TaskId, i64)>, _>>()?;
    let mut untold = Vec::new();
    for (parent, task, child) in found {
        untold.extend(rows::get(connection, child)?.map(|child| ChildEnded { parent, task, child }));
    }
    Ok(untold)
}

/// What a task token stands for.
pub(super) fn find_wait(connection: &Connection, token: &str) -> Result<Option<Wait>, ServiceError> {
    let mut statement = connection
        .prepare_cached("SELECT execution, task, state FROM states_waits WHERE key = ?1 AND kind <> 'child'")?;
    let wait = statement
        .query_row([token], |row| {
            Ok(Wait { execution: row.get(0)?, task: TaskId(row.get(1)?), over: row.get::<_, i64>(2)? == 2 })
        })
        .optional()?;
    Ok(wait)
}

/// An append as it is read back: its number, its first event's number, its stimuli.
pub(super) type Entry = (i64, u64, Vec<Stimulus>);

/// All appends of an execution, in order.
pub(super) fn read(connection: &Connection, execution: i64) -> Result<Vec<Entry>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, first_event, stimuli FROM states_journal WHERE execution = ?1 ORDER BY sequence",
    )?;
    let entries = statement
        .query_map([execution], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(i64, u64, String)>, _>>()?;
    entries.into_iter().map(|(sequence, first, stimuli)| Ok((sequence, first, parse(&stimuli)?))).collect()
}

/// Events as the API has them: at most `most`, behind the event `after`, or before it in reverse.
pub(super) fn events(
    connection: &Connection,
    execution: i64,
    after: Option<u64>,
    reverse: bool,
    most: usize,
) -> Result<Vec<Value>, ServiceError> {
    let query = if reverse {
        "SELECT events FROM states_journal WHERE execution = ?1 AND first_event < ?2 ORDER BY sequence DESC"
    } else {
        "SELECT events FROM states_journal WHERE execution = ?1 AND sequence >= coalesce((SELECT max(sequence) \
         FROM states_journal WHERE execution = ?1 AND first_event <= ?2), 0) ORDER BY sequence"
    };
    let bound = after.unwrap_or(if reverse { i64::MAX as u64 } else { 0 });
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(params![execution, bound])?;
    let mut events = Vec::new();
    while events.len() < most
        && let Some(row) = rows.next()?
    {
        let mut batch: Vec<Value> = parse(&row.get::<_, String>(0)?)?;
        batch.retain(|event| {
            let id = event["id"].as_u64().unwrap_or(0);
            if reverse { id < bound } else { id > bound }
        });
        if reverse {
            batch.reverse();
        }
        events.extend(batch);
    }
    events.truncate(most);
    Ok(events)
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text)
        .map_err(|error| ServiceError::server("InternalFailure", format!("the journal is damaged: {error}")))
}
