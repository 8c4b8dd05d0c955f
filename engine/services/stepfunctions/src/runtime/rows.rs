//! Executions as the store has them.

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{self, Connection, OptionalExtension, params};

use super::journal::Ended;

/// An execution as the store has it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) machine: String,
    pub(crate) revision: i64,
    pub(crate) version: Option<String>,
    pub(crate) alias: Option<String>,
    pub(crate) status: String,
    pub(crate) started_at: Timestamp,
    pub(crate) stopped_at: Option<Timestamp>,
    pub(crate) input: String,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) trace_header: Option<String>,
    /// The map run it is a child of.
    pub(crate) map_run: Option<String>,
    /// The Map state that it processes an item of.
    pub(crate) location: Option<String>,
    pub(crate) redrive_count: u32,
    pub(crate) redrive_date: Option<Timestamp>,
    /// The client tokens of the latest redrives, and when each came.
    pub(crate) redrive_tokens: Vec<(String, Timestamp)>,
    /// How many items a child of a map run was given.
    pub(crate) items: Option<u64>,
    /// The status before the child waited for its redrive.
    pub(crate) pending_from: Option<String>,
}

impl Row {
    /// What decides over its place in lists: its stop, or while it runs its latest redrive or its start.
    pub(crate) fn listed_at(&self) -> Timestamp {
        self.stopped_at.or(self.redrive_date).unwrap_or(self.started_at)
    }

    /// The same execution, ended.
    pub(super) fn ended(&self, end: Ended) -> Self {
        Self {
            status: end.status.to_owned(),
            stopped_at: Some(end.at),
            output: end.output,
            error: end.error,
            cause: end.cause,
            ..self.clone()
        }
    }
}

/// AWS remembers as many tokens of redrives.
const MOST_TOKENS: usize = 10;

pub(super) const COLUMNS: &str = "id, arn, name, machine, revision, version, alias, status, started_at, stopped_at, input, output, \
                       error, cause, trace_header, map_run, location, redrive_count, redrive_date, redrive_tokens, items, \
                       pending_from";

pub(super) fn row(found: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: found.get(0)?,
        arn: found.get(1)?,
        name: found.get(2)?,
        machine: found.get(3)?,
        revision: found.get(4)?,
        version: found.get(5)?,
        alias: found.get(6)?,
        status: found.get(7)?,
        started_at: Timestamp::from_millis(found.get(8)?),
        stopped_at: found.get::<_, Option<i64>>(9)?.map(Timestamp::from_millis),
        input: found.get(10)?,
        output: found.get(11)?,
        error: found.get(12)?,
        cause: found.get(13)?,
        trace_header: found.get(14)?,
        map_run: found.get(15)?,
        location: found.get(16)?,
        redrive_count: found.get(17)?,
        redrive_date: found.get::<_, Option<i64>>(18)?.map(Timestamp::from_millis),
        redrive_tokens: found.get::<_, Option<String>>(19)?.map_or_else(Vec::new, |text| tokens(&text)),
        items: found.get(20)?,
        pending_from: found.get(21)?,
    })
}

/// Tokens that cannot be read are as good as forgotten: they are valid for minutes.
fn tokens(text: &str) -> Vec<(String, Timestamp)> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The execution runs again; `token` came with the request.
pub(super) fn redriven(
    connection: &Connection,
    id: i64,
    at: Timestamp,
    token: Option<&str>,
) -> Result<(), ServiceError> {
    let mut tokens = get(connection, id)?.map(|row| row.redrive_tokens).unwrap_or_default();
    tokens.extend(token.map(|token| (token.to_owned(), at)));
    let oldest = tokens.len().saturating_sub(MOST_TOKENS);
    let text = serde_json::to_string(&tokens[oldest..]).expect("tokens are plain data");
    connection
        .prepare_cached(
            "UPDATE states_executions SET status = 'RUNNING', stopped_at = NULL, output = NULL, error = NULL, \
             cause = NULL, redrive_count = redrive_count + 1, redrive_date = ?2, redrive_tokens = ?3, \
             pending_from = NULL WHERE id = ?1",
        )?
        .execute(params![id, at.as_millis(), text])?;
    Ok(())
}

/// Adds an execution that has just started, and may have ended too; false when there is one of that name.
pub(super) fn insert(connection: &Connection, new: &Row) -> Result<bool, ServiceError> {
    let added = connection
        .prepare_cached(
            "INSERT INTO states_executions (id, arn, name, machine, revision, version, alias, status, started_at, \
             input, trace_header, map_run, location, redrive_tokens, items, busy, stopped_at, output, error, cause) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, ?16, ?17, ?18, ?19) \
             ON CONFLICT (arn) DO NOTHING",
        )?
        .execute(params![
            new.id,
            new.arn,
            new.name,
            new.machine,
            new.revision,
            new.version,
            new.alias,
            new.status,
            new.started_at.as_millis(),
            new.input,
            new.trace_header,
            new.map_run,
            new.location,
            serde_json::to_string(&new.redrive_tokens).expect("tokens are plain data"),
            new.items,
            new.stopped_at.map(Timestamp::as_millis),
            new.output,
            new.error,
            new.cause,
        ])?;
    Ok(added == 1)
}

pub(super) fn get(connection: &Connection, id: i64) -> Result<Option<Row>, ServiceError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM states_executions WHERE id = ?1"))?;
    Ok(statement.query_row([id], row).optional()?)
}

pub(super) fn find(connection: &Connection, arn: &str) -> Result<Option<Row>, ServiceError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM states_executions WHERE arn = ?1"))?;
    Ok(statement.query_row([arn], row).optional()?)
}

/// The children of a map run.
pub(super) fn of_map_run(connection: &Connection, run: &str) -> Result<Vec<Row>, ServiceError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM states_executions WHERE map_run = ?1"))?;
    let found = statement.query_map([run], row)?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// The running executions of a machine or of a map run.
pub(super) fn running(connection: &Connection, of: &str) -> Result<Vec<i64>, ServiceError> {
    let column = if of.contains(":mapRun:") { "map_run" } else { "machine" };
    let mut statement = connection
        .prepare_cached(&format!("SELECT id FROM states_executions WHERE {column} = ?1 AND status = 'RUNNING'"))?;
    let found = statement.query_map([of], |found| found.get(0))?.collect::<Result<_, _>>()?;
    Ok(found)
}
