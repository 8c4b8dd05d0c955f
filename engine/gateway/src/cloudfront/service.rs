//! What CloudFront keeps: durable in the store, read from memory.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use super::api::API;
use super::records::{Kind, Record};
use crate::declared::Declared;

/// CloudFront: what templates declare, served at the web address.
pub struct CloudFront {
    pub(super) platform: Platform,
    /// What stands behind the id in a distribution's own address: `cloudfront.localhost:8080`.
    pub(super) host: String,
    declared: Declared<Record>,
}

impl CloudFront {
    /// Opens the service, whose distributions are served at `<id>.<host>`.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, host: impl Into<String>) -> Result<Arc<Self>, ServiceError> {
        let declared = Declared::open(platform)?;
        Ok(Arc::new(Self { platform: platform.clone(), host: host.into(), declared }))
    }

    /// All of a kind, the one created first at the front.
    pub(super) fn all(&self, kind: Kind) -> Vec<Arc<Record>> {
        let mut all = self.declared.all();
        all.retain(|record| record.kind == kind);
        all
    }

    /// The one of this id, if it is of that kind.
    pub(super) fn get(&self, kind: Kind, id: &str) -> Option<Arc<Record>> {
        self.declared.get(id).filter(|record| record.kind == kind)
    }

    /// Makes what `make` gives of the present state; nothing changes when it fails.
    pub(super) async fn change(
        &self,
        make: impl FnOnce() -> Result<Record, ServiceError>,
    ) -> Result<Arc<Record>, ServiceError> {
        let change = self.declared.change().await;
        let mut record = make()?;
        if record.created == 0 {
            record.created = change.next_created();
        }
        record.version += 1;
        record.last_modified = self.platform.clock.now().as_epoch_seconds();
        change.put(record).await
    }

    /// Forgets what `check` lets go.
    pub(super) async fn remove(
        &self,
        id: &str,
        check: impl FnOnce() -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let change = self.declared.change().await;
        check()?;
        change.remove(id).await
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
