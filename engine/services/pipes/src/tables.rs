//! The table of pipes.

use ::service::ServiceError;
use clock::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;

use crate::state::{CurrentState, DesiredState};

pub(crate) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE pipes (
        name TEXT PRIMARY KEY,
        arn TEXT NOT NULL,
        definition TEXT NOT NULL,
        tags TEXT NOT NULL,
        desired_state TEXT NOT NULL,
        current_state TEXT NOT NULL,
        state_reason TEXT,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE pipe_checkpoints (
        pipe TEXT NOT NULL,
        shard TEXT NOT NULL,
        sequence_number TEXT,
        is_finished INTEGER NOT NULL,
        PRIMARY KEY (pipe, shard)
    ) STRICT, WITHOUT ROWID;
",
    "
    INSERT INTO consumer_checkpoints
        SELECT arn, shard, sequence_number, is_finished FROM pipe_checkpoints JOIN pipes ON name = pipe;
    DROP TABLE pipe_checkpoints;
",
];

/// A pipe as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct PipeRow {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// The members of `CreatePipe` that say what the pipe does.
    pub(crate) definition: Value,
    pub(crate) tags: Value,
    pub(crate) desired_state: DesiredState,
    pub(crate) current_state: CurrentState,
    pub(crate) state_reason: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

const COLUMNS: &str =
    "name, arn, definition, tags, desired_state, current_state, state_reason, created_at, modified_at";

impl PipeRow {
    pub(crate) fn find(connection: &Connection, name: &str) -> Result<Option<Self>, ServiceError> {
        let sql = format!("SELECT {COLUMNS} FROM pipes WHERE name = ?1");
        Ok(connection.prepare_cached(&sql)?.query_row([name], Self::read).optional()?)
    }

    pub(crate) fn all(connection: &Connection) -> Result<Vec<Self>, ServiceError> {
        let sql = format!("SELECT {COLUMNS} FROM pipes ORDER BY name");
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], Self::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes the pipe, new or changed.
    pub(crate) fn save(&self, connection: &Connection) -> Result<(), ServiceError> {
        connection
            .prepare_cached(
                "INSERT INTO pipes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (name) DO UPDATE SET
                 definition = excluded.definition, tags = excluded.tags, desired_state = excluded.desired_state,
                 current_state = excluded.current_state, state_reason = excluded.state_reason,
                 modified_at = excluded.modified_at",
            )?
            .execute((
                &self.name,
                &self.arn,
                self.definition.to_string(),
                self.tags.to_string(),
                self.desired_state.as_str(),
                self.current_state.as_str(),
                &self.state_reason,
                self.created_at.as_millis(),
                self.modified_at.as_millis(),
            ))?;
        Ok(())
    }

    /// Removes the pipe and its checkpoints.
    pub(crate) fn delete(&self, connection: &Connection) -> Result<(), ServiceError> {
        consumer::forget(connection, &self.arn)?;
        connection.execute("DELETE FROM pipes WHERE name = ?1", [&self.name])?;
        Ok(())
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let json = |index| -> rusqlite::Result<Value> {
            let text: String = row.get(index)?;
            serde_json::from_str(&text).map_err(|error| conversion(index, error))
        };
        let desired: String = row.get(4)?;
        let current: String = row.get(5)?;
        Ok(Self {
            name: row.get(0)?,
            arn: row.get(1)?,
            definition: json(2)?,
            tags: json(3)?,
            desired_state: DesiredState::parse(&desired).ok_or_else(|| conversion(4, UnknownState(desired)))?,
            current_state: CurrentState::parse(&current).ok_or_else(|| conversion(5, UnknownState(current)))?,
            state_reason: row.get(6)?,
            created_at: Timestamp::from_millis(row.get(7)?),
            modified_at: Timestamp::from_millis(row.get(8)?),
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unknown state of a pipe: {0}")]
struct UnknownState(String);

fn conversion(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
