//! How far a consumer has come in each shard of its stream.

use rusqlite::{Connection, OptionalExtension, Row};
use service::ServiceError;
use store::{Store, StoreError};

const MIGRATIONS: &[&str] = &["
    CREATE TABLE consumer_checkpoints (
        consumer TEXT NOT NULL,
        shard TEXT NOT NULL,
        sequence_number TEXT,
        is_finished INTEGER NOT NULL,
        PRIMARY KEY (consumer, shard)
    ) STRICT, WITHOUT ROWID;
"];

/// Brings the table of checkpoints up to date; whoever has consumers calls it before its own tables.
///
/// # Errors
/// The store's own.
pub fn migrate(store: &Store) -> Result<(), StoreError> {
    store.migrate("consumer", MIGRATIONS)
}

/// Removes the checkpoints of a consumer.
///
/// # Errors
/// The database's own.
pub fn forget(connection: &Connection, consumer: &str) -> Result<(), ServiceError> {
    connection.execute("DELETE FROM consumer_checkpoints WHERE consumer = ?1", [consumer])?;
    Ok(())
}

/// How far a consumer has come in a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// The last record that is done; `None` before the first.
    pub(crate) sequence_number: Option<String>,
    /// Whether the shard is closed and all of it is done.
    pub(crate) is_finished: bool,
}

impl Checkpoint {
    pub(crate) fn find(connection: &Connection, consumer: &str, shard: &str) -> Result<Option<Self>, ServiceError> {
        let read = |row: &Row<'_>| Ok(Self { sequence_number: row.get(0)?, is_finished: row.get(1)? });
        let sql = "SELECT sequence_number, is_finished FROM consumer_checkpoints WHERE consumer = ?1 AND shard = ?2";
        Ok(connection.prepare_cached(sql)?.query_row((consumer, shard), read).optional()?)
    }

    pub(crate) fn save(&self, connection: &Connection, consumer: &str, shard: &str) -> Result<(), ServiceError> {
        let sql = "INSERT INTO consumer_checkpoints VALUES (?1, ?2, ?3, ?4) ON CONFLICT (consumer, shard) DO UPDATE SET
                   sequence_number = excluded.sequence_number, is_finished = excluded.is_finished";
        connection.prepare_cached(sql)?.execute((consumer, shard, &self.sequence_number, self.is_finished))?;
        Ok(())
    }
}
