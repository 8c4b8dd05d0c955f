//! The files that objects' bodies are in: immutable, named at random, on disk before a row names them.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use s3s::crypto::{Checksum as _, Md5};
use service::ServiceError;
use tempfile::TempDir;
use uuid::Uuid;

use crate::checksum::{self, Algorithm, Sums};

/// How much of a body is read into memory at once.
const CHUNK: usize = 256 << 10;

/// The directory of bodies; clones share it.
#[derive(Clone)]
pub(crate) struct Bodies(Arc<Directory>);

struct Directory {
    path: PathBuf,
    /// Bodies of a store in memory are gone with it, and need not survive a power cut.
    temporary: Option<TempDir>,
}

impl Bodies {
    /// Those below the data directory, or for a store in memory in a temporary one.
    pub(crate) fn open(data: Option<&Path>) -> Result<Self, ServiceError> {
        let failed =
            |error: io::Error| ServiceError::server("InternalError", format!("no directory of objects: {error}"));
        let directory = match data {
            Some(data) => Directory { path: data.join("objects"), temporary: None },
            None => {
                let temporary = tempfile::Builder::new().prefix("sluice-objects-").tempdir().map_err(failed)?;
                Directory { path: temporary.path().to_owned(), temporary: Some(temporary) }
            }
        };
        for folder in 0..=u8::MAX {
            fs::create_dir_all(directory.path.join(format!("{folder:02x}"))).map_err(failed)?;
        }
        Ok(Self(Arc::new(directory)))
    }

    /// Removes files that no row names: a process ended before their objects were committed, or after they were deleted.
    pub(crate) fn sweep(&self, named: &HashSet<String>) -> Result<usize, ServiceError> {
        let failed =
            |error: io::Error| ServiceError::server("InternalError", format!("objects can't be swept: {error}"));
        let mut removed = 0;
        for folder in fs::read_dir(&self.0.path).map_err(failed)? {
            let folder = folder.map_err(failed)?.path();
            for file in fs::read_dir(&folder).into_iter().flatten().flatten() {
                if !named.contains(file.file_name().to_string_lossy().as_ref()) && fs::remove_file(file.path()).is_ok()
                {
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// A name for a new body.
    pub(crate) fn new_name() -> String {
        Uuid::new_v4().simple().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path.join(name.get(..2).unwrap_or("00")).join(name)
    }

    /// Makes sure that a file is found again after a power cut. Blocks.
    pub(crate) fn make_durable(&self, name: &str, file: &File) -> io::Result<()> {
        if self.0.temporary.is_some() {
            return Ok(());
        }
        file.sync_all()?;
        match self.path(name).parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    /// Another name for the same bytes; they are not copied where the file system can share them. Blocks.
    pub(crate) fn duplicate(&self, name: &str) -> io::Result<String> {
        let new = Self::new_name();
        let (from, to) = (self.path(name), self.path(&new));
        if fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to)?;
        }
        self.make_durable(&new, &File::open(&to)?)?;
        Ok(new)
    }

    /// One body of several, each a range of one. Blocks.
    pub(crate) fn join(&self, pieces: &[(String, u64, u64)]) -> io::Result<String> {
        use io::{Read, Seek};
        let new = Self::new_name();
        let written = (|| {
            let mut to = File::create_new(self.path(&new))?;
            for (name, start, length) in pieces {
                let mut from = File::open(self.path(name))?;
                from.seek(io::SeekFrom::Start(*start))?;
                if io::copy(&mut from.take(*length), &mut to)? != *length {
                    return Err(io::Error::other(format!("the body {name} is shorter than its row says")));
                }
            }
            self.make_durable(&new, &to)
        })();
        if written.is_err() {
            self.remove(&new);
        }
        written.map(|()| new)
    }

    /// The checksums of a body. Blocks.
    pub(crate) fn sum(&self, name: &str, algorithms: &[Algorithm]) -> io::Result<Sums> {
        let mut hasher = checksum::hasher(algorithms);
        self.each_chunk(name, |chunk| hasher.update(chunk))?;
        Ok(checksum::sums(hasher))
    }

    /// The digest that is an object's tag. Blocks.
    pub(crate) fn md5(&self, name: &str) -> io::Result<[u8; 16]> {
        let mut digest = Md5::new();
        self.each_chunk(name, |chunk| digest.update(chunk))?;
        Ok(digest.finalize())
    }

    fn each_chunk(&self, name: &str, mut work: impl FnMut(&[u8])) -> io::Result<()> {
        use io::Read;
        let mut file = File::open(self.path(name))?;
        let mut chunk = vec![0; CHUNK];
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok(()),
                length => work(&chunk[..length]),
            }
        }
    }

    /// Removes a body that no row names any more. One that stays is swept at the next start.
    pub(crate) fn remove(&self, name: &str) {
        if let Err(error) = fs::remove_file(self.path(name)) {
            tracing::debug!(name, %error, "a body was not removed");
        }
    }

    /// The bytes of a range, read as they are wanted. What is open can be read to its end, also when it is deleted.
    pub(crate) async fn read(
        &self,
        name: &str,
        start: u64,
        length: u64,
    ) -> io::Result<impl Stream<Item = io::Result<Bytes>> + Send + Sync + use<>> {
        use tokio::io::{AsyncReadExt, AsyncSeekExt};
        let mut file = tokio::fs::File::open(self.path(name)).await?;
        file.set_max_buf_size(CHUNK);
        if start > 0 {
            file.seek(io::SeekFrom::Start(start)).await?;
        }
        Ok(futures::stream::try_unfold((file, length), |(mut file, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let mut chunk = bytes::BytesMut::with_capacity(CHUNK.min(usize::try_from(left).unwrap_or(CHUNK)));
            if (&mut file).take(left).read_buf(&mut chunk).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            let left = left - chunk.len() as u64;
            Ok(Some((chunk.freeze(), (file, left))))
        }))
    }
}

/// A body that is being written: removed again unless it is kept.
pub(crate) struct Draft {
    pub(crate) name: String,
    bodies: Bodies,
    kept: bool,
}

impl Draft {
    pub(crate) fn of(bodies: &Bodies, name: String) -> Self {
        Self { name, bodies: bodies.clone(), kept: false }
    }

    /// A row names it now.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            self.bodies.remove(&self.name);
        }
    }
}
