//! The version of each component's tables.

use rusqlite::{Connection, OptionalExtension};

use crate::StoreError;

/// Creates the table of versions; the first statement that reads the file, so a damaged one shows here.
pub(crate) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS component_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;",
    )?;
    Ok(())
}

/// Runs the scripts of `component` that have not run yet.
pub(crate) fn apply(connection: &Connection, component: &'static str, scripts: &[&str]) -> Result<(), StoreError> {
    let found: Option<usize> = connection
        .query_row("SELECT version FROM component_versions WHERE component = ?1", [component], |row| row.get(0))
        .optional()?;
    let found = found.unwrap_or(0);
    if found > scripts.len() {
        return Err(StoreError::Newer { component, found, known: scripts.len() });
    }
    for script in &scripts[found..] {
        connection.execute_batch(script)?;
    }
    connection.execute(
        "INSERT INTO component_versions VALUES (?1, ?2) ON CONFLICT (component) DO UPDATE SET version = excluded.version",
        (component, scripts.len()),
    )?;
    Ok(())
}
