//! Secrets in the store: one row each, with its versions in it, because they change together.

use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use service::{Scope, ServiceError};

use crate::error;
use crate::name::candidates;
use crate::secret::{Secret, Version};

pub(crate) const MIGRATIONS: &[&str] = &["
    CREATE TABLE secretsmanager_secrets (
        name TEXT PRIMARY KEY, arn TEXT NOT NULL, secret TEXT NOT NULL, versions TEXT NOT NULL, gone_at INTEGER
    ) STRICT;
"];

/// A secret with its versions, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) secret: Secret,
    pub(crate) versions: Vec<Version>,
}

impl Entry {
    pub(crate) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    pub(crate) fn staged(&self, stage: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.has(stage))
    }

    pub(crate) fn put(&self, connection: &Connection) -> Result<(), ServiceError> {
        let Secret { name, arn, gone_at, .. } = &self.secret;
        connection
            .prepare_cached("INSERT OR REPLACE INTO secretsmanager_secrets VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((name, arn, text(&self.secret), text(&self.versions), gone_at.map(Timestamp::as_millis)))?;
        Ok(())
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("secrets have texts for keys")
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text).map_err(|failure| {
        ServiceError::server("InternalServiceError", format!("a stored secret is damaged: {failure}"))
    })
}

/// The secret that a `SecretId` names, also one that is marked for deletion.
pub(crate) fn find(connection: &Connection, scope: &Scope, id: &str, now: Timestamp) -> Result<Entry, ServiceError> {
    for name in candidates(id, scope) {
        if let Some(entry) = named(connection, name, now)?
            // An ARN with random characters means the secret that has just these.
            && (name == id || entry.secret.arn == id || id.ends_with(&format!(":secret:{name}")))
        {
            return Ok(entry);
        }
    }
    Err(error::not_found())
}

/// The same, but for one that is marked for deletion.
pub(crate) fn find_live(
    connection: &Connection,
    scope: &Scope,
    id: &str,
    now: Timestamp,
) -> Result<Entry, ServiceError> {
    let entry = find(connection, scope, id, now)?;
    if entry.secret.gone_at.is_some() { Err(error::deleted()) } else { Ok(entry) }
}

pub(crate) fn named(connection: &Connection, name: &str, now: Timestamp) -> Result<Option<Entry>, ServiceError> {
    let found = connection
        .prepare_cached(
            "SELECT secret, versions FROM secretsmanager_secrets WHERE name = ?1 AND (gone_at IS NULL OR gone_at > ?2)",
        )?
        .query_row((name, now.as_millis()), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let Some((secret, versions)) = found else { return Ok(None) };
    Ok(Some(Entry { secret: read(&secret)?, versions: read(&versions)? }))
}

/// All secrets by name, also those marked for deletion.
pub(crate) fn all(connection: &Connection, now: Timestamp) -> Result<Vec<Entry>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT secret, versions FROM secretsmanager_secrets WHERE gone_at IS NULL OR gone_at > ?1 ORDER BY name",
    )?;
    let rows = statement
        .query_map([now.as_millis()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.iter().map(|(secret, versions)| Ok(Entry { secret: read(secret)?, versions: read(versions)? })).collect()
}

pub(crate) fn delete(connection: &Connection, name: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM secretsmanager_secrets WHERE name = ?1", [name])?;
    Ok(())
}

/// Deletes those whose recovery window is over.
pub(crate) fn delete_gone(connection: &Connection, now: Timestamp) -> Result<(), ServiceError> {
    connection.prepare_cached("DELETE FROM secretsmanager_secrets WHERE gone_at <= ?1")?.execute([now.as_millis()])?;
    Ok(())
}
