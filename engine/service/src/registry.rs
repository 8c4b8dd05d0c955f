//! The services of an engine, by name.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::{Service, ServiceError};

/// The services of an engine; clones share it. Services hold one too, to call each other.
#[derive(Clone, Default)]
pub struct Services(Arc<RwLock<BTreeMap<&'static str, Arc<dyn Service>>>>);

impl Services {
    /// Adds a service under its [`crate::Api::id`], in place of one that was there.
    pub fn register(&self, service: Arc<dyn Service>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(service.api().id, service);
    }

    /// The service of that name.
    pub fn get(&self, id: &str) -> Option<Arc<dyn Service>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<Arc<dyn Service>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Forgets them all, so that services which hold this registry can be dropped.
    pub fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Calls an operation of a service.
    ///
    /// # Errors
    /// What the service answers; an error that names the service when there is none of that name.
    pub async fn call(&self, id: &str, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match self.get(id) {
            Some(service) => service.call(operation, input).await,
            None => Err(ServiceError::not_built(id, operation)),
        }
    }
}
