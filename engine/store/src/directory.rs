//! The data directory and the lock that keeps a second process out of it.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// A data directory that this process holds the lock of, until it is dropped.
#[derive(Debug)]
pub struct DataDirectory {
    path: PathBuf,
    // The operating system releases the lock with the file, also after a crash.
    _lock: File,
}

impl DataDirectory {
    /// Creates the directory where it is missing and takes its lock.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the process that holds it; [`StoreError::Io`] when the directory can't be written.
    pub fn lock(path: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Io { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(failed)?;
        let lock_path = path.join("lock");
        let mut lock =
            File::options().create(true).truncate(false).read(true).write(true).open(&lock_path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&lock_path).unwrap_or_default();
                return Err(StoreError::Locked { path: path.to_owned(), holder: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).map_err(failed)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
