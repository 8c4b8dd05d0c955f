//! The REST APIs that there are, and API Gateway's first API to declare them.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use http_client::Client;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use super::api::API;
use super::input::missing;
use super::records::Record;
use crate::HttpApis;

/// API Gateway's REST APIs: durable in the store, served from memory.
pub struct RestApis {
    pub(super) platform: Platform,
    /// The APIs of the other kind, which are reached at `execute-api` too.
    pub(super) http_apis: Arc<HttpApis>,
    pub(super) client: Client,
    known: RwLock<BTreeMap<String, Arc<Record>>>,
    /// One change at a time, so that none is lost between reading and writing.
    changing: tokio::sync::Mutex<()>,
}

const MIGRATIONS: &[&str] = &["CREATE TABLE rest_apis (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"];

impl RestApis {
    /// Opens the service.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, http_apis: Arc<HttpApis>) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("rest_apis", MIGRATIONS)?;
        let known = platform.store.read_blocking(|connection| {
            let mut statement = connection.prepare("SELECT id, record FROM rest_apis")?;
            let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (id, record) = row?;
                let record: Record = serde_json::from_str(&record).map_err(|error| {
                    ServiceError::server("InternalFailure", format!("can't read REST API {id} of the store: {error}"))
                })?;
                Ok((id, Arc::new(record)))
            })
            .collect::<Result<BTreeMap<_, _>, ServiceError>>()
        })?;
        Ok(Arc::new(Self {
            platform: platform.clone(),
            http_apis,
            client: Client::default(),
            known: RwLock::new(known),
            changing: tokio::sync::Mutex::default(),
        }))
    }

    /// All APIs, the one created first at the front.
    pub(super) fn all(&self) -> Vec<Arc<Record>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = known.values().cloned().collect();
        all.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        all
    }

    /// The API of this id.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Record>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
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
        let _changing = self.changing.lock().await;
        let mut record = Record::clone(&*self.found(id)?);
        let answer = change(&mut record)?;
        self.put(record).await?;
        Ok(answer)
    }

    /// Forgets an API.
    pub(super) async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        let _changing = self.changing.lock().await;
        self.found(id)?;
        let key = id.to_owned();
        let write = self.platform.store.write(move |connection| {
            connection.execute("DELETE FROM rest_apis WHERE id = ?1", (&key,))?;
            Ok::<_, ServiceError>(())
        });
        write.await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }

    /// Keeps an API.
    pub(super) async fn put(&self, record: Record) -> Result<(), ServiceError> {
        let (id, text) = (record.id.clone(), serde_json::to_string(&record).expect("a record has string keys"));
        let write = self.platform.store.write({
            let id = id.clone();
            move |connection| {
                connection.execute(
                    "INSERT INTO rest_apis (id, record) VALUES (?1, ?2)
                     ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                    (&id, &text),
                )?;
                Ok::<_, ServiceError>(())
            }
        });
        write.await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::new(record));
        Ok(())
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
