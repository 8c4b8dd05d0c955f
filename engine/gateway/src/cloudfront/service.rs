//! What CloudFront keeps: durable in the store, read from memory.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use super::api::API;
use super::records::{Kind, Record};

/// CloudFront: what templates declare, served at the web address.
pub struct CloudFront {
    pub(super) platform: Platform,
    /// What stands behind the id in a distribution's own address: `cloudfront.localhost:8080`.
    pub(super) host: String,
    known: RwLock<BTreeMap<String, Arc<Record>>>,
    /// One change at a time, so that none is lost between reading and writing.
    changing: tokio::sync::Mutex<()>,
}

const MIGRATIONS: &[&str] = &["CREATE TABLE cloudfront (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"];

impl CloudFront {
    /// Opens the service, whose distributions are served at `<id>.<host>`.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, host: impl Into<String>) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("cloudfront", MIGRATIONS)?;
        let known = platform.store.read_blocking(|connection| {
            let mut statement = connection.prepare("SELECT id, record FROM cloudfront")?;
            let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (id, record) = row?;
                let record: Record = serde_json::from_str(&record).map_err(|error| {
                    ServiceError::server("InternalFailure", format!("can't read {id} of CloudFront's store: {error}"))
                })?;
                Ok((id, Arc::new(record)))
            })
            .collect::<Result<BTreeMap<_, _>, ServiceError>>()
        })?;
        Ok(Arc::new(Self {
            platform: platform.clone(),
            host: host.into(),
            known: RwLock::new(known),
            changing: tokio::sync::Mutex::default(),
        }))
    }

    /// All of a kind, the one created first at the front.
    pub(super) fn all(&self, kind: Kind) -> Vec<Arc<Record>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = known.values().filter(|record| record.kind == kind).cloned().collect();
        all.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        all
    }

    /// The one of this id, if it is of that kind.
    pub(super) fn get(&self, kind: Kind, id: &str) -> Option<Arc<Record>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(id).filter(|record| record.kind == kind).cloned()
    }

    /// Makes what `make` gives of the present state; nothing changes when it fails.
    pub(super) async fn change(
        &self,
        make: impl FnOnce() -> Result<Record, ServiceError>,
    ) -> Result<Arc<Record>, ServiceError> {
        let _changing = self.changing.lock().await;
        let mut record = make()?;
        if record.created == 0 {
            let last = self.all(record.kind).last().map_or(0, |last| last.created);
            record.created = self.platform.clock.now().as_millis().max(last + 1);
        }
        record.version += 1;
        record.last_modified = self.platform.clock.now().as_epoch_seconds();
        let (id, text) = (record.id.clone(), serde_json::to_string(&record).expect("a record has string keys"));
        let key = id.clone();
        let write = self.platform.store.write(move |connection| {
            connection.execute(
                "INSERT INTO cloudfront (id, record) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                (&key, &text),
            )?;
            Ok::<_, ServiceError>(())
        });
        write.await?;
        let record = Arc::new(record);
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&record));
        Ok(record)
    }

    /// Forgets what `check` lets go.
    pub(super) async fn remove(
        &self,
        id: &str,
        check: impl FnOnce() -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let _changing = self.changing.lock().await;
        check()?;
        let key = id.to_owned();
        let write = self.platform.store.write(move |connection| {
            connection.execute("DELETE FROM cloudfront WHERE id = ?1", (&key,))?;
            Ok::<_, ServiceError>(())
        });
        write.await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }
}

#[async_trait]
impl Service for CloudFront {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        let kind = Kind::of_operation(operation).filter(|_| API.operations.built.contains(&operation));
        match kind {
            Some(kind) if operation.starts_with("Create") => self.create(kind, &input).await,
            Some(kind) if operation.starts_with("Update") => self.update(kind, &input).await,
            Some(kind) if operation.starts_with("Delete") => self.delete(kind, &input).await,
            Some(kind) if operation.ends_with("Config") => self.read_config(kind, &input),
            Some(kind) if operation.starts_with("List") => Ok(self.list(kind)),
            Some(kind) => self.read(kind, &input),
            None => Err(ServiceError::not_built(API.name, operation)),
        }
    }
}
