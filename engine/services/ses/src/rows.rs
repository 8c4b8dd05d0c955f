//! The rows behind messages, identities, templates, configuration sets and the suppression list.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::ServiceError;

use crate::error;
use crate::mailbox::Letter;

pub(crate) const MIGRATIONS: &[&str] = &["
CREATE TABLE ses_letters (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL, mime BLOB NOT NULL
) STRICT;
CREATE TABLE ses_resources (
  kind TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, name)
) STRICT;
"];

/// What the account has, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Identity,
    Template,
    ConfigurationSet,
    Suppressed,
    Account,
}

impl Kind {
    const fn text(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Template => "template",
            Self::ConfigurationSet => "configuration-set",
            Self::Suppressed => "suppressed",
            Self::Account => "account",
        }
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("records have texts for keys")
}

fn read<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text).map_err(|failure| error::damaged(what, failure))
}

pub(crate) fn get<T: DeserializeOwned>(
    connection: &Connection,
    kind: Kind,
    name: &str,
) -> Result<Option<T>, ServiceError> {
    let found: Option<String> = connection
        .prepare_cached("SELECT record FROM ses_resources WHERE kind = ?1 AND name = ?2")?
        .query_row((kind.text(), name), |row| row.get(0))
        .optional()?;
    found.map(|record| read(kind.text(), &record)).transpose()
}

pub(crate) fn put(
    connection: &Connection,
    kind: Kind,
    name: &str,
    record: &impl Serialize,
) -> Result<(), ServiceError> {
    connection.prepare_cached("INSERT OR REPLACE INTO ses_resources VALUES (?1, ?2, ?3)")?.execute((
        kind.text(),
        name,
        text(record),
    ))?;
    Ok(())
}

/// Whether there was one.
pub(crate) fn delete(connection: &Connection, kind: Kind, name: &str) -> Result<bool, ServiceError> {
    let deleted = connection.execute("DELETE FROM ses_resources WHERE kind = ?1 AND name = ?2", (kind.text(), name))?;
    Ok(deleted > 0)
}

/// Those of a kind with their names, which come in order, after `after`.
pub(crate) fn all<T: DeserializeOwned>(
    connection: &Connection,
    kind: Kind,
    after: &str,
) -> Result<Vec<(String, T)>, ServiceError> {
    let mut statement = connection
        .prepare_cached("SELECT name, record FROM ses_resources WHERE kind = ?1 AND name > ?2 ORDER BY name")?;
    let rows = statement
        .query_map((kind.text(), after), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, String)>, _>>()?;
    rows.into_iter().map(|(name, record)| Ok((name, read(kind.text(), &record)?))).collect()
}

pub(crate) fn insert_letter(connection: &Connection, letter: &Letter, mime: &[u8]) -> Result<(), ServiceError> {
    connection.prepare_cached("INSERT INTO ses_letters (id, record, mime) VALUES (?1, ?2, ?3)")?.execute((
        &letter.message_id,
        text(letter),
        mime,
    ))?;
    Ok(())
}

pub(crate) fn letters(
    connection: &Connection,
    limit: usize,
    before: Option<&str>,
) -> Result<Vec<Letter>, ServiceError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(
        "SELECT record FROM ses_letters WHERE ?1 IS NULL \
         OR sequence < (SELECT sequence FROM ses_letters WHERE id = ?1) ORDER BY sequence DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((before, limit), |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    rows.iter().map(|record| read("message", record)).collect()
}

pub(crate) fn letter(connection: &Connection, id: &str) -> Result<Option<(Letter, Vec<u8>)>, ServiceError> {
    let mut statement = connection
        .prepare_cached("SELECT record, mime FROM ses_letters WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2")?;
    let mut rows = statement
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, Vec<u8>)>, _>>()?;
    let only = if rows.len() == 1 { rows.pop() } else { None };
    only.map(|(record, mime)| Ok((read("message", &record)?, mime))).transpose()
}

/// How many messages were sent since a moment, as letters tell it.
pub(crate) fn sent_since(connection: &Connection, moment: &str) -> Result<i64, ServiceError> {
    let count = "SELECT count(*) FROM ses_letters WHERE record ->> '$.sentAt' >= ?1";
    Ok(connection.prepare_cached(count)?.query_row([moment], |row| row.get(0))?)
}
