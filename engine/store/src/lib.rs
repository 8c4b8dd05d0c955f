//! The durable store of a stack: one SQLite database in one data directory, written by one thread.
//!
//! Each service owns its tables (it declares them with [`Store::migrate`]) and its SQL. What is shared is the write
//! path: [`Store::write`] hands a closure to the writer thread, which runs all that are waiting in one transaction, each
//! in a savepoint of its own, and answers them once that transaction is on disk. So a caller that got its answer can let
//! effects be seen, and many callers share the price of one `fsync`.

mod directory;
mod error;
mod location;
mod migrations;
mod readers;
mod writer;

pub use directory::DataDirectory;
pub use error::StoreError;
pub use location::Location;
pub use rusqlite;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use crate::readers::Readers;
use crate::writer::Writer;

/// A handle to the store; clones share it. The database is closed, and its directory unlocked, when the last one is dropped.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    // Dropped in this order: no reads, then no writes, then the directory's lock.
    readers: Readers,
    writer: Writer,
    directory: Option<DataDirectory>,
}

impl Store {
    /// Opens the store, creating the directory and the database where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process uses the directory, [`StoreError::Corrupt`] when what is there is no
    /// database or a damaged one, [`StoreError::Io`] when the directory can't be made or written.
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::Memory => {
                let connection = Connection::open_in_memory()?;
                migrations::prepare(&connection)?;
                Ok(Self(Arc::new(Shared {
                    readers: Readers::none(),
                    writer: Writer::start(connection)?,
                    directory: None,
                })))
            }
            Location::Directory(path) => {
                let directory = DataDirectory::lock(path)?;
                let file = directory.path().join("sluice.db");
                let connection = location::open_file(&file)?;
                migrations::prepare(&connection).map_err(|error| error.at(&file))?;
                Ok(Self(Arc::new(Shared {
                    readers: Readers::of(&file)?,
                    writer: Writer::start(connection)?,
                    directory: Some(directory),
                })))
            }
        }
    }

    /// The data directory, `None` for a store in memory.
    pub fn directory(&self) -> Option<&Path> {
        self.0.directory.as_ref().map(DataDirectory::path)
    }

    /// Brings `component`'s tables up to date: runs the scripts in `migrations` that this database has not seen yet, in
    /// order, in one transaction. Scripts are only ever added at the end. Blocks; meant for start-up.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when the database has seen more scripts than there are.
    pub fn migrate(&self, component: &'static str, migrations: &'static [&'static str]) -> Result<(), StoreError> {
        self.0.writer.run_blocking(move |connection| migrations::apply(connection, component, migrations))
    }

    /// Runs `work` on the writer thread inside a transaction, and returns its result once that transaction is durable.
    /// When `work` fails, nothing it wrote is kept; the others in the same transaction are not touched.
    ///
    /// # Errors
    /// What `work` returns; [`StoreError::Full`] and the like when the transaction could not be committed, in which case
    /// nothing of it was kept.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.run(work).await
    }

    /// [`Store::write`] for code that is not asynchronous (start-up, tests). Must not be called on an async worker thread
    /// whose runtime the caller's answer depends on.
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.run_blocking(work)
    }

    /// Runs `work` on a reading connection: it sees everything whose [`Store::write`] has been answered.
    ///
    /// # Errors
    /// What `work` returns, or the store's own errors.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if self.0.readers.is_empty() {
            return self.0.writer.run(work).await;
        }
        let shared = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || shared.readers.with(work)).await {
            Ok(result) => result,
            Err(failure) => Err(StoreError::Panicked(failure.to_string()).into()),
        }
    }

    /// [`Store::read`] for work that looks up a row or two by key: it runs on the calling thread where a connection is
    /// idle, since handing it to another thread costs more than the work itself.
    ///
    /// # Errors
    /// As for [`Store::read`].
    pub async fn look_up<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self.0.readers.try_with(work) {
            Ok(result) => result,
            Err(work) => self.read(work).await,
        }
    }

    /// [`Store::read`] for code that is not asynchronous (start-up, tests).
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if self.0.readers.is_empty() { self.0.writer.run_blocking(work) } else { self.0.readers.with(work) }
    }
}
