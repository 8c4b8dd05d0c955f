//! The REST APIs that there are, and API Gateway's first API to declare them.

use std::sync::Arc;

use async_trait::async_trait;
use http_client::Client;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use super::api::API;
use super::input::missing;
use super::records::Record;
use crate::HttpApis;
use crate::declared::Declared;

/// API Gateway's REST APIs: durable in the store, served from memory.
pub struct RestApis {
    pub(super) platform: Platform,
    /// The APIs of the other kind, which are reached at `execute-api` too.
    pub(super) http_apis: Arc<HttpApis>,
    pub(super) client: Client,
    declared: Declared<Record>,
}

impl RestApis {
    /// Opens the service.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, http_apis: Arc<HttpApis>) -> Result<Arc<Self>, ServiceError> {
        let declared = Declared::open(platform)?;
        Ok(Arc::new(Self { platform: platform.clone(), http_apis, client: Client::default(), declared }))
    }

    /// All APIs, the one created first at the front.
    pub(super) fn all(&self) -> Vec<Arc<Record>> {
        self.declared.all()
    }

    /// The API of this id.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Record>> {
        self.declared.get(id)
    }

    /// The API of this id, or AWS's error.
    pub(super) fn found(&self, id: &str) -> Result<Arc<Record>, ServiceError> {
        self.get(id)
            .ok_or_else(|| missing(format!("Invalid API identifier specified {}:{id}", self.platform.scope.account)))
    }

    /// Changes an API; nothing is kept when `change` fails.
    pub(super) async fn update<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut Record) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let alone = self.declared.change().await;
        let mut record = Record::clone(&*self.found(id)?);
        let answer = change(&mut record)?;
        alone.put(record).await?;
        Ok(answer)
    }

    /// Forgets an API.
    pub(super) async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        let change = self.declared.change().await;
        self.found(id)?;
        change.remove(id).await
    }

    /// Adds an API.
    pub(super) async fn add(&self, record: Record) -> Result<Arc<Record>, ServiceError> {
        self.declared.change().await.put(record).await
    }
}

#[async_trait]
impl Service for RestApis {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreateDeployment" => self.create_deployment(input).await,
            "CreateResource" => self.create_resource(&input).await,
            "CreateRestApi" => self.create_rest_api(input).await,
            "CreateStage" => self.create_stage(input).await,
            "DeleteDeployment" => self.delete_deployment(&input).await,
            "DeleteIntegration" => self.delete_integration(&input).await,
            "DeleteMethod" => self.delete_method(&input).await,
            "DeleteResource" => self.delete_resource(&input).await,
            "DeleteRestApi" => self.delete_rest_api(&input).await,
            "DeleteStage" => self.delete_stage(&input).await,
            "GetDeployment" => self.get_deployment(&input),
            "GetDeployments" => self.get_deployments(&input),
            "GetIntegration" => self.get_integration(&input),
            "GetMethod" => self.get_method(&input),
            "GetResource" => self.get_resource(&input),
            "GetResources" => self.get_resources(&input),
            "GetRestApi" => self.get_rest_api(&input),
            "GetRestApis" => Ok(self.get_rest_apis()),
            "GetStage" => self.get_stage(&input),
            "GetStages" => self.get_stages(&input),
            "PutIntegration" => self.put_integration(input).await,
            "PutIntegrationResponse" => self.put_integration_response(input).await,
            "PutMethod" => self.put_method(input).await,
            "PutMethodResponse" => self.put_method_response(input).await,
            // Not of AWS's API: a call of an API from inside the engine.
            "ExecuteApi" => self.execute(&input).await,
            _ => Err(ServiceError::not_built(API.name, operation)),
        }
    }
}
