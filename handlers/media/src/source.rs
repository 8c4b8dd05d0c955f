//! What variants are made of: an upload, read once for the variants that follow each other.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use function::{Context, MissingSetting};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Semaphore};

use crate::MediaError;
use crate::buckets::Bucket;
use crate::domain::Checksum;

/// `{"bucket", "key"}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceObject {
    /// `uploads`
    pub bucket: String,
    /// Its key.
    pub key: String,
}

/// An upload in memory.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) bytes: Bytes,
    /// In hexadecimal digits.
    pub(crate) hash: String,
}

/// Reads uploads, and keeps the last one.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    uploads: Bucket,
    last: Arc<Mutex<Option<(String, Content)>>>,
}

impl Sources {
    /// In the bucket that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { uploads: Bucket::uploads(context)?, last: Arc::default() })
    }

    /// The upload as it is now.
    pub(crate) async fn read(&self, key: &str) -> Result<Content, MediaError> {
        let bytes = self.uploads.get(key).await?.ok_or_else(|| MediaError::NotFound { id: key.to_owned() })?;
        let hashed = bytes.clone();
        let hash = off_the_reactor(move || Checksum::of(&hashed).hex()).await?;
        let content = Content { bytes, hash };
        *self.last.lock().await = Some((key.to_owned(), content.clone()));
        Ok(content)
    }

    /// The upload of that hash.
    ///
    /// # Errors
    /// [`MediaError::Superseded`] when another one has taken its place.
    pub(crate) async fn read_version(&self, key: &str, hash: &str) -> Result<Content, MediaError> {
        // Whoever waits here finds what the one before has read.
        let mut last = self.last.lock().await;
        if let Some((known, content)) = &*last
            && known == key
            && content.hash == hash
        {
            return Ok(content.clone());
        }
        let bytes = self.uploads.get(key).await?.ok_or_else(|| MediaError::Superseded { id: key.to_owned() })?;
        let hashed = bytes.clone();
        let content = Content { hash: off_the_reactor(move || Checksum::of(&hashed).hex()).await?, bytes };
        if content.hash != hash {
            return Err(MediaError::Superseded { id: key.to_owned() });
        }
        *last = Some((key.to_owned(), content.clone()));
        Ok(content)
    }
}

/// As many sizes of pictures are made at a time as there are processors: more would take longer, and each holds decoded pixels.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, |processors| processors.get())));

/// Works on a picture once it is its turn; turns are given in the order in which they were asked for.
pub(crate) async fn in_turn<T: Send + 'static>(compute: impl FnOnce() -> T + Send + 'static) -> Result<T, MediaError> {
    let _turn = TURNS.acquire().await.expect("the semaphore is never closed");
    off_the_reactor(compute).await
}

/// Computes where it keeps nobody else from being served.
pub(crate) async fn off_the_reactor<T: Send + 'static>(
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, MediaError> {
    tokio::task::spawn_blocking(compute).await.map_err(|error| MediaError::Unavailable {
        resource: "the imaging library".to_owned(),
        reason: error.to_string(),
    })
}
