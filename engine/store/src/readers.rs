//! A few connections that only read, beside the one that writes.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use crate::StoreError;

/// How many reads run at once; more wait.
const CONNECTIONS: usize = 4;

pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
    size: usize,
}

impl Readers {
    /// No readers: a database in memory belongs to its one connection.
    pub(crate) fn none() -> Self {
        Self { idle: Mutex::new(Vec::new()), returned: Condvar::new(), size: 0 }
    }

    pub(crate) fn of(file: &Path) -> Result<Self, StoreError> {
        let connections = (0..CONNECTIONS)
            .map(|_| {
                let connection = Connection::open_with_flags(
                    file,
                    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
                )?;
                connection.busy_timeout(std::time::Duration::from_secs(5))?;
                connection.set_prepared_statement_cache_capacity(64);
                Ok(connection)
            })
            .collect::<Result<Vec<_>, rusqlite::Error>>()
            .map_err(|error| StoreError::from(error).at(file))?;
        Ok(Self { idle: Mutex::new(connections), returned: Condvar::new(), size: CONNECTIONS })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Runs `work` on an idle connection, waiting for one. Blocks.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        let borrowed = Borrowed { connection: Some(self.take()), readers: self };
        work(borrowed.connection.as_ref().expect("it is given back only on drop"))
    }

    /// Runs `work` on an idle connection; gives it back where none is.
    pub(crate) fn try_with<T, W: FnOnce(&Connection) -> T>(&self, work: W) -> Result<T, W> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(connection) = idle else { return Err(work) };
        let borrowed = Borrowed { connection: Some(connection), readers: self };
        Ok(work(borrowed.connection.as_ref().expect("it is given back only on drop")))
    }

    fn take(&self) -> Connection {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match idle.pop() {
                Some(connection) => return connection,
                None => idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Gives the connection back also when the work panics.
struct Borrowed<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            self.readers.returned.notify_one();
        }
    }
}
