//! The rows in the store: documents by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use service::ServiceError;
use store::rusqlite::Connection as Database;

use super::{ApiDestination, Connection};

pub(super) const TABLES: &[&str] = &["
CREATE TABLE eventbridge_connections (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
CREATE TABLE eventbridge_api_destinations (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
"];

pub(super) fn connections(database: &Database) -> Result<BTreeMap<String, Arc<Connection>>, ServiceError> {
    all(database, "SELECT name, document FROM eventbridge_connections")
}

pub(super) fn destinations(database: &Database) -> Result<BTreeMap<String, Arc<ApiDestination>>, ServiceError> {
    all(database, "SELECT name, document FROM eventbridge_api_destinations")
}

fn all<T: DeserializeOwned>(database: &Database, query: &str) -> Result<BTreeMap<String, Arc<T>>, ServiceError> {
    let mut statement = database.prepare(query)?;
    let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (name, document) = row?;
        let document = serde_json::from_str(&document).map_err(|failure| {
            ServiceError::server("InternalException", format!("the stored document of {name} is damaged: {failure}"))
        })?;
        Ok((name, Arc::new(document)))
    })
    .collect()
}

pub(super) fn put_connection(database: &Database, connection: &Connection) -> Result<(), ServiceError> {
    let document = serde_json::to_string(connection).expect("a connection is JSON");
    database.execute("INSERT OR REPLACE INTO eventbridge_connections VALUES (?1, ?2)", (&connection.name, document))?;
    Ok(())
}

pub(super) fn put_destination(database: &Database, destination: &ApiDestination) -> Result<(), ServiceError> {
    let document = serde_json::to_string(destination).expect("an API destination is JSON");
    let put = "INSERT OR REPLACE INTO eventbridge_api_destinations VALUES (?1, ?2)";
    database.execute(put, (&destination.name, document))?;
    Ok(())
}

pub(super) fn delete_connection(database: &Database, name: &str) -> Result<(), ServiceError> {
    database.execute("DELETE FROM eventbridge_connections WHERE name = ?1", (name,))?;
    Ok(())
}

pub(super) fn delete_destination(database: &Database, name: &str) -> Result<(), ServiceError> {
    database.execute("DELETE FROM eventbridge_api_destinations WHERE name = ?1", (name,))?;
    Ok(())
}
