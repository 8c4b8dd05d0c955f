//! The rows behind applications, endpoints and sent pushes.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::ServiceError;

use super::application::Application;
use super::endpoint::Endpoint;
use super::sent::Push;
use crate::error;

pub(crate) const TABLES: &str = "
CREATE TABLE sns_platform_applications (arn TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE sns_endpoints (
  arn TEXT PRIMARY KEY, application TEXT NOT NULL, token TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX sns_endpoints_by_token ON sns_endpoints (application, token);
CREATE TABLE sns_pushes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL) STRICT;
";

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("records have texts for keys")
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text)
        .map_err(|failure| ServiceError::server("InternalError", format!("a stored record is damaged: {failure}")))
}

fn one<T: DeserializeOwned>(
    connection: &Connection,
    query: &str,
    parameters: impl rusqlite::Params,
) -> Result<Option<T>, ServiceError> {
    let found: Option<String> = connection.prepare_cached(query)?.query_row(parameters, |row| row.get(0)).optional()?;
    found.map(|record| read(&record)).transpose()
}

fn many<T: DeserializeOwned>(
    connection: &Connection,
    query: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<T>, ServiceError> {
    let mut statement = connection.prepare_cached(query)?;
    let records = statement.query_map(parameters, |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    records.iter().map(|record| read(record)).collect()
}

pub(super) fn application(connection: &Connection, arn: &str) -> Result<Application, ServiceError> {
    let found = one(connection, "SELECT record FROM sns_platform_applications WHERE arn = ?1", [arn])?;
    found.ok_or_else(error::no_such_application)
}

pub(super) fn applications(connection: &Connection) -> Result<Vec<Application>, ServiceError> {
    many(connection, "SELECT record FROM sns_platform_applications ORDER BY arn", [])
}

pub(super) fn put_application(connection: &Connection, application: &Application) -> Result<(), ServiceError> {
    let record = (&application.arn, text(application));
    connection.execute("INSERT OR REPLACE INTO sns_platform_applications VALUES (?1, ?2)", record)?;
    Ok(())
}

/// Removes an application with its endpoints.
pub(super) fn delete_application(connection: &Connection, arn: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM sns_endpoints WHERE application = ?1", [arn])?;
    connection.execute("DELETE FROM sns_platform_applications WHERE arn = ?1", [arn])?;
    Ok(())
}

pub(super) fn endpoint(connection: &Connection, arn: &str) -> Result<Option<Endpoint>, ServiceError> {
    one(connection, "SELECT record FROM sns_endpoints WHERE arn = ?1", [arn])
}

pub(super) fn endpoint_of_token(
    connection: &Connection,
    application: &str,
    token: &str,
) -> Result<Option<Endpoint>, ServiceError> {
    let query = "SELECT record FROM sns_endpoints WHERE application = ?1 AND token = ?2";
    one(connection, query, [application, token])
}

pub(super) fn endpoints(connection: &Connection, application: &str) -> Result<Vec<Endpoint>, ServiceError> {
    many(connection, "SELECT record FROM sns_endpoints WHERE application = ?1 ORDER BY arn", [application])
}

pub(super) fn put_endpoint(connection: &Connection, endpoint: &Endpoint) -> Result<(), ServiceError> {
    connection.execute(
        "INSERT OR REPLACE INTO sns_endpoints VALUES (?1, ?2, ?3, ?4)",
        (&endpoint.arn, &endpoint.application, endpoint.token(), text(endpoint)),
    )?;
    Ok(())
}

pub(super) fn delete_endpoint(connection: &Connection, arn: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM sns_endpoints WHERE arn = ?1", [arn])?;
    Ok(())
}

pub(super) fn insert_push(connection: &Connection, push: &Push) -> Result<(), ServiceError> {
    connection.prepare_cached("INSERT INTO sns_pushes (record) VALUES (?1)")?.execute([text(push)])?;
    Ok(())
}

pub(super) fn pushes(connection: &Connection, limit: usize) -> Result<Vec<Push>, ServiceError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    many(connection, "SELECT record FROM sns_pushes ORDER BY sequence DESC LIMIT ?1", [limit])
}
