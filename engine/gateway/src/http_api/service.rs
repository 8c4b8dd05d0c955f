//! The HTTP APIs that there are, and API Gateway's API to declare them.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use super::api::API;
use super::records::{Part, Record};
use crate::declared::Declared;

/// API Gateway's HTTP APIs: durable in the store, served from memory.
pub struct HttpApis {
    pub(crate) platform: Platform,
    /// Where they are served: `http://127.0.0.1:8080`.
    pub(super) web_url: String,
    declared: Declared<Record>,
}

impl HttpApis {
    /// Opens the service, whose APIs are served at `web_url`.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, web_url: impl Into<String>) -> Result<Arc<Self>, ServiceError> {
        let declared = Declared::open(platform)?;
        Ok(Arc::new(Self { platform: platform.clone(), web_url: web_url.into(), declared }))
    }

    /// All APIs, the one created first at the front.
    pub(super) fn all(&self) -> Vec<Arc<Record>> {
        self.declared.all()
    }

    /// The API of this id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Record>> {
        self.declared.get(id)
    }

    /// Adds an API, as the last of all even when the clock stands still.
    pub(super) async fn add(&self, mut record: Record) -> Result<Arc<Record>, ServiceError> {
        let change = self.declared.change().await;
        record.created = change.next_created();
        change.put(record).await
    }

    /// Changes an API; nothing is kept when `change` fails.
    pub(super) async fn update<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut Record) -> Result<T, ServiceError>,
    ) -> Result<(Arc<Record>, T), ServiceError> {
        let alone = self.declared.change().await;
        let mut record = Record::clone(&*self.found(id)?);
        let answer = change(&mut record)?;
        Ok((alone.put(record).await?, answer))
    }

    /// Forgets an API.
    pub(super) async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        let change = self.declared.change().await;
        self.found(id)?;
        change.remove(id).await
    }
}

#[async_trait]
impl Service for HttpApis {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreateApi" => self.create_api(input).await,
            "GetApi" => self.get_api(&input),
            "GetApis" => Ok(self.get_apis()),
            "UpdateApi" => self.update_api(input).await,
            "DeleteApi" => self.delete_api(&input).await,
            "DeleteCorsConfiguration" => self.delete_cors(&input).await,
            "TagResource" => self.tag(&input).await,
            "UntagResource" => self.untag(&input).await,
            "GetTags" => self.get_tags(&input),
            _ => match Part::of_operation(operation).filter(|_| API.operations.built.contains(&operation)) {
                Some(part) if operation.starts_with("Create") => self.create_part(part, input).await,
                Some(part) if operation.starts_with("Update") => self.update_part(part, input).await,
                Some(part) if operation.starts_with("Delete") => self.delete_part(part, &input).await,
                Some(part) if operation.ends_with('s') => self.list_parts(part, &input),
                Some(part) => self.get_part(part, &input),
                None => Err(ServiceError::not_built(API.name, operation)),
            },
        }
    }
}
