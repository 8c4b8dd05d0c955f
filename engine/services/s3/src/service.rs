//! The service: the wire in front of the storage, and the work in the background.

use std::sync::Arc;

use async_trait::async_trait;
use s3s::service::S3Service;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use crate::api::API;
use crate::http;
use crate::storage::Storage;

/// Amazon S3.
pub struct S3 {
    pub(crate) storage: Storage,
    pub(crate) wire: S3Service,
}

impl S3 {
    /// Opens the buckets that the store holds, and the files beside it.
    ///
    /// # Errors
    /// The store's; a directory that can't be made or read.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        let storage = Storage::open(platform)?;
        let wire = http::wire(storage.clone());
        Ok(Arc::new(Self { storage, wire }))
    }

    /// Sends events and applies lifecycle rules from now on. To be called once, when the services that events go to are
    /// there.
    pub fn start(&self) {
        let storage = self.storage.clone();
        self.storage.platform.spawn(async move { storage.send_events().await });
        let storage = self.storage.clone();
        self.storage.platform.spawn(async move { storage.apply_lifecycles().await });
    }
}

#[async_trait]
impl Service for S3 {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.call_json(operation, input).await
    }
}
