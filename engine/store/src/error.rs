//! What can go wrong with the store, and what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process uses the data directory.
    #[error(
        "the data directory is in use by {}; stop that one, or choose another directory with --data: {}",
        .holder.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}")), .path.display()
    )]
    Locked {
        /// The data directory.
        path: PathBuf,
        /// The process that holds it, where it could be read.
        holder: Option<u32>,
    },
    /// The file is no database of ours, or a damaged one.
    #[error("the data directory is damaged ({reason}); move it away to keep it, or empty it with `sluice reset`: {}", .path.display())]
    Corrupt {
        /// The damaged file.
        path: PathBuf,
        /// What SQLite says of it.
        reason: String,
    },
    /// The disk is full: the write was refused, and nothing of it was kept.
    #[error("the disk that holds the data directory is full; free some space, nothing that was accepted is lost")]
    Full,
    /// A later version of the program has written this directory.
    #[error(
        "the data directory was written by a newer sluice ({component} is at version {found}, this one knows {known}); use that one, or another directory"
    )]
    Newer {
        /// Whose tables.
        component: &'static str,
        /// The version found.
        found: usize,
        /// The newest version this program knows.
        known: usize,
    },
    /// The directory or a file in it can't be read or written.
    #[error("cannot use the data directory ({source}): {}", .path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The store is shutting down: the write was not accepted.
    #[error("the store is closed")]
    Closed,
    /// A piece of work panicked; nothing it wrote was kept.
    #[error("a write panicked and was undone: {0}")]
    Panicked(String),
    /// Any other complaint of SQLite's.
    #[error("the store failed: {0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// Adds the file to an error that lacks it.
    pub(crate) fn at(self, file: &Path) -> Self {
        match self {
            Self::Corrupt { reason, .. } => Self::Corrupt { path: file.to_owned(), reason },
            Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
                Self::Io { path: file.to_owned(), source: std::io::Error::other(error.to_string()) }
            }
            other => other,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { path: PathBuf::from("sluice.db"), reason: error.to_string() }
            }
            _ => Self::Sqlite(error),
        }
    }
}
