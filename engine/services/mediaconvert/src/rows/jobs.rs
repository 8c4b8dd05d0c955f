//! Jobs.

use ::service::ServiceError;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, not_found};
use crate::job::{Job, Status};

/// What ListJobs and SearchJobs ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) queue: Option<String>,
    pub(crate) status: Option<String>,
    /// Part of the input's name.
    pub(crate) input: Option<String>,
    pub(crate) descending: bool,
    /// How many were listed before.
    pub(crate) after: usize,
}

pub(crate) fn put(connection: &Connection, job: &Job) -> Result<(), ServiceError> {
    let document = serde_json::to_string(job).expect("a job is JSON");
    connection
        .prepare_cached("INSERT OR REPLACE INTO mediaconvert_jobs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            job.id,
            job.queue,
            job.status.as_str(),
            job.priority,
            job.submitted_at.as_millis(),
            job.token,
            document
        ])?;
    Ok(())
}

pub(crate) fn find(connection: &Connection, id: &str) -> Result<Option<Job>, ServiceError> {
    one(connection, "SELECT document FROM mediaconvert_jobs WHERE id = ?1", id)
}

pub(crate) fn of_token(connection: &Connection, token: &str) -> Result<Option<Job>, ServiceError> {
    one(connection, "SELECT document FROM mediaconvert_jobs WHERE token = ?1", token)
}

/// The job, or the error that there is none.
pub(crate) fn get(connection: &Connection, id: &str) -> Result<Job, ServiceError> {
    find(connection, id)?.ok_or_else(|| not_found("Job", id))
}

/// The jobs of a status; of those that wait, first those of the highest priority.
pub(crate) fn of_status(connection: &Connection, status: Status, most: usize) -> Result<Vec<Job>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT document FROM mediaconvert_jobs WHERE status = ?1 ORDER BY priority DESC, submitted_at, rowid LIMIT ?2",
    )?;
    let texts = statement.query_map(params![status.as_str(), most], |row| row.get::<_, String>(0))?;
    texts.map(|text| read(&text?)).collect()
}

/// How many jobs of a queue have this status.
pub(crate) fn count(connection: &Connection, queue: &str, status: Status) -> Result<usize, ServiceError> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM mediaconvert_jobs WHERE queue = ?1 AND status = ?2")?;
    Ok(statement.query_row([queue, status.as_str()], |row| row.get(0))?)
}

pub(crate) fn list(connection: &Connection, filter: &Filter, most: usize) -> Result<Vec<Job>, ServiceError> {
    let order = if filter.descending { "DESC" } else { "ASC" };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT document FROM mediaconvert_jobs WHERE (?1 IS NULL OR queue = ?1) AND (?2 IS NULL OR status = ?2) \
         AND (?3 IS NULL OR instr(json_extract(document, '$.settings.Inputs[0].FileInput'), ?3) > 0) \
         ORDER BY submitted_at {order}, id {order} LIMIT ?4 OFFSET ?5"
    ))?;
    let parameters = params![filter.queue, filter.status, filter.input, most, filter.after];
    let texts = statement.query_map(parameters, |row| row.get::<_, String>(0))?;
    texts.map(|text| read(&text?)).collect()
}

fn one(connection: &Connection, query: &str, key: &str) -> Result<Option<Job>, ServiceError> {
    let text: Option<String> = connection.prepare_cached(query)?.query_row([key], |row| row.get(0)).optional()?;
    text.map(|text| read(&text)).transpose()
}

fn read(text: &str) -> Result<Job, ServiceError> {
    serde_json::from_str(text).map_err(|failure| damaged("job", failure))
}
