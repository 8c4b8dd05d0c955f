//! Where a store lives, and how its file is opened.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::StoreError;

/// Where a store lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Nothing is kept: the store is gone with the process.
    Memory,
    /// All durable state is below this directory.
    Directory(PathBuf),
}

/// Opens a database file so that a committed transaction survives a power cut: write-ahead log, `synchronous=FULL`.
pub(crate) fn open_file(file: &Path) -> Result<Connection, StoreError> {
    let open = || -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // Pages that are written again and again are carried over once for many commits; at most 16 MB wait.
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // At most 8 MB: a commit after which the b-tree was rebalanced looks at every page of the cache (SQLite gives pages
        // the highest number there is while it swaps them), and what the cache lacks is in the operating system's.
        connection.pragma_update(None, "cache_size", -8_192)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(connection)
    };
    open().map_err(|error| StoreError::from(error).at(file))
}
