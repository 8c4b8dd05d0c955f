//! The HTTP APIs that there are, and API Gateway's API to declare them.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use super::api::API;
use super::records::{Part, Record};

/// API Gateway's HTTP APIs: durable in the store, served from memory.
pub struct HttpApis {
    pub(crate) platform: Platform,
    /// Where they are served: `http://127.0.0.1:8080`.
    pub(super) web_url: String,
    known: RwLock<BTreeMap<String, Arc<Record>>>,
    /// One change at a time, so that none is lost between reading and writing.
    changing: tokio::sync::Mutex<()>,
}

const MIGRATIONS: &[&str] = &["CREATE TABLE http_apis (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"];

impl HttpApis {
    /// Opens the service, whose APIs are served at `web_url`.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn open(platform: &Platform, web_url: impl Into<String>) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("http_apis", MIGRATIONS)?;
        let known = platform.store.read_blocking(|connection| {
            let mut statement = connection.prepare("SELECT id, record FROM http_apis")?;
            let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (id, record) = row?;
                let record: Record = serde_json::from_str(&record).map_err(|error| {
                    ServiceError::server("InternalFailure", format!("can't read HTTP API {id} of the store: {error}"))
                })?;
                Ok((id, Arc::new(record)))
            })
            .collect::<Result<BTreeMap<_, _>, ServiceError>>()
        })?;
        Ok(Arc::new(Self {
            platform: platform.clone(),
            web_url: web_url.into(),
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
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Record>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Adds an API, as the last of all even when the clock stands still.
    pub(super) async fn add(&self, mut record: Record) -> Result<Arc<Record>, ServiceError> {
        let _changing = self.changing.lock().await;
        if let Some(last) = self.all().last() {
            record.created = record.created.max(last.created + 1);
        }
        self.put(record).await
    }

    /// Changes an API; nothing is kept when `change` fails.
    pub(super) async fn update<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut Record) -> Result<T, ServiceError>,
    ) -> Result<(Arc<Record>, T), ServiceError> {
        let _changing = self.changing.lock().await;
        let mut record = Record::clone(&*self.found(id)?);
        let answer = change(&mut record)?;
        Ok((self.put(record).await?, answer))
    }

    /// Forgets an API.
    pub(super) async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        let _changing = self.changing.lock().await;
        self.found(id)?;
        let key = id.to_owned();
        let write = self.platform.store.write(move |connection| {
            connection.execute("DELETE FROM http_apis WHERE id = ?1", (&key,))?;
            Ok::<_, ServiceError>(())
        });
        write.await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }

    async fn put(&self, record: Record) -> Result<Arc<Record>, ServiceError> {
        let (id, text) = (record.id.clone(), serde_json::to_string(&record).expect("a record has string keys"));
        let write = self.platform.store.write({
            let id = id.clone();
            move |connection| {
                connection.execute(
                    "INSERT INTO http_apis (id, record) VALUES (?1, ?2)
                     ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                    (&id, &text),
                )?;
                Ok::<_, ServiceError>(())
            }
        });
        write.await?;
        let record = Arc::new(record);
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&record));
        Ok(record)
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
