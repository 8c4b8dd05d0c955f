//! What all operations share: rows, bodies, time, and where events go.

use std::sync::Arc;

use clock::Timestamp;
use rusqlite::Connection;
use s3s::S3Result;
use s3s::dto::Owner;
use service::{Platform, ServiceError};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::bodies::Bodies;
use crate::error::Refused;
use crate::rows;
use crate::rows::objects::Change;

/// The canonical user that owns everything.
pub(crate) const OWNER: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Buckets and objects; clones share them.
#[derive(Clone)]
pub(crate) struct Storage {
    pub(crate) platform: Platform,
    pub(crate) bodies: Bodies,
    /// Nudged when events wait.
    pub(crate) events_wait: Arc<Notify>,
    /// Nudged when a bucket's lifecycle changed.
    pub(crate) lifecycle_changed: Arc<Notify>,
}

impl Storage {
    /// Opens what the store holds, and removes bodies that no object has.
    pub(crate) fn open(platform: &Platform) -> Result<Self, ServiceError> {
        platform.store.migrate("s3", rows::TABLES)?;
        let bodies = Bodies::open(platform.store.directory())?;
        let named = platform.store.read_blocking(rows::bodies)?;
        let removed = bodies.sweep(&named)?;
        if removed > 0 {
            tracing::info!(removed, "removed bodies of objects that were never finished");
        }
        Ok(Self { platform: platform.clone(), bodies, events_wait: Arc::default(), lifecycle_changed: Arc::default() })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }

    /// Runs `work` in a transaction; what it wrote is on disk when this answers.
    pub(crate) async fn write<T, F>(&self, work: F) -> S3Result<T>
    where
        F: FnOnce(&Connection) -> Result<T, Refused> + Send + 'static,
        T: Send + 'static,
    {
        self.platform.store.write(work).await.map_err(|Refused(error)| error)
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> S3Result<T>
    where
        F: FnOnce(&Connection) -> Result<T, Refused> + Send + 'static,
        T: Send + 'static,
    {
        self.platform.store.read(work).await.map_err(|Refused(error)| error)
    }

    /// After a change is on disk: removes bodies that are no longer named, and has its events sent.
    pub(crate) fn settle(&self, change: &Change) {
        self.discard(&change.removed);
        self.events_wait.notify_one();
    }

    pub(crate) fn discard(&self, bodies: &[String]) {
        for body in bodies {
            self.bodies.remove(body);
        }
    }
}

/// A version id, or that of an upload: opaque, as long as AWS's.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}

pub(crate) fn owner() -> Owner {
    Owner { display_name: None, id: Some(OWNER.to_owned()) }
}
