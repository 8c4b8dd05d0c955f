//! Tags of parameters.

use rusqlite::Connection;
use serde_json::{Value, json};
use service::ServiceError;

use crate::errors;
use crate::tables::Version;

const MAXIMUM: i64 = 50;

/// Sets tags (`{"Key", "Value"}`).
pub(crate) fn add(connection: &Connection, name: &str, tags: &[Value]) -> Result<(), ServiceError> {
    for tag in tags {
        let (Some(key), Some(value)) = (tag["Key"].as_str(), tag["Value"].as_str()) else {
            return Err(errors::missing("tags.1.member.key"));
        };
        connection.execute(
            "INSERT INTO ssm_tags VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = excluded.value",
            (name, key, value),
        )?;
    }
    let count: i64 = connection.query_row("SELECT count(*) FROM ssm_tags WHERE name = ?1", [name], |row| row.get(0))?;
    if count > MAXIMUM {
        return Err(ServiceError::client("TooManyTagsError", "The Targets parameter includes too many tags."));
    }
    Ok(())
}

/// Removes tags by key; those that aren't there are no error.
pub(crate) fn remove(connection: &Connection, name: &str, keys: &[String]) -> Result<Value, ServiceError> {
    for key in keys {
        connection.execute("DELETE FROM ssm_tags WHERE name = ?1 AND key = ?2", (name, key))?;
    }
    Ok(json!({}))
}

/// A parameter's tags, by key.
pub(crate) fn list(connection: &Connection, name: &str) -> Result<Vec<(String, String)>, ServiceError> {
    let mut statement = connection.prepare_cached("SELECT key, value FROM ssm_tags WHERE name = ?1 ORDER BY key")?;
    Ok(statement.query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Checks that a request is about a parameter that is there.
pub(crate) fn check(connection: &Connection, kind: &str, name: &str) -> Result<(), ServiceError> {
    if kind != "Parameter" {
        return Err(ServiceError::client(
            "InvalidResourceType",
            format!("{kind} is not a resource type sluice has tags for"),
        ));
    }
    match Version::latest(connection, name)? {
        Some(_) => Ok(()),
        None => Err(ServiceError::client(
            "InvalidResourceId",
            "The resource ID is not valid. Verify that you entered the correct ID and try again.",
        )),
    }
}
