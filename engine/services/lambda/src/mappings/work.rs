//! The mappings at work, and the transitions between their states.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use consumer::{Consumer, backoff};
use service::{Platform, ServiceError};
use tokio_util::sync::CancellationToken;

use super::stage::ToFunction;
use super::{Mapping, State};
use crate::Lambda;
use crate::name::function_arn;

/// The mappings that there are: durable in the store, read from memory.
pub(crate) struct Mappings {
    platform: Platform,
    known: RwLock<BTreeMap<String, Mapping>>,
    working: Mutex<HashMap<String, Work>>,
    /// How the last batch of each fared.
    results: Mutex<HashMap<String, bool>>,
    /// One change at a time.
    pub(crate) changing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Work {
    stop: CancellationToken,
    ended: CancellationToken,
}

impl Mappings {
    /// Reads the mappings of the store.
    pub(crate) fn load(platform: &Platform) -> Result<Self, ServiceError> {
        let known = platform.store.read_blocking(|connection| {
            let mut statement = connection.prepare("SELECT uuid, record FROM lambda_mappings")?;
            let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (uuid, record) = row?;
                let mapping = serde_json::from_str(&record).map_err(|error| {
                    ServiceError::server("ServiceException", format!("can't read mapping {uuid} of the store: {error}"))
                })?;
                Ok((uuid, mapping))
            })
            .collect::<Result<_, ServiceError>>()
        })?;
        Ok(Self {
            platform: platform.clone(),
            known: RwLock::new(known),
            working: Mutex::default(),
            results: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// The mapping of this id.
    pub(crate) fn get(&self, uuid: &str) -> Option<Mapping> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(uuid).cloned()
    }

    /// All of them, by id.
    pub(crate) fn all(&self) -> Vec<Mapping> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Writes a mapping, new or changed.
    pub(crate) async fn put(&self, mapping: Mapping) -> Result<(), ServiceError> {
        let record = serde_json::to_string(&mapping).expect("a mapping has string keys");
        let row = (mapping.uuid.clone(), record);
        self.platform
            .store
            .write(move |connection| {
                connection.execute(
                    "INSERT INTO lambda_mappings (uuid, record) VALUES (?1, ?2)
                     ON CONFLICT (uuid) DO UPDATE SET record = excluded.record",
                    row,
                )?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(mapping.uuid.clone(), mapping);
        Ok(())
    }

    async fn remove(&self, mapping: &Mapping) -> Result<(), ServiceError> {
        let (uuid, arn) = (mapping.uuid.clone(), mapping.arn(&self.platform.scope));
        self.platform
            .store
            .write(move |connection| {
                consumer::forget(connection, &arn)?;
                connection.execute("DELETE FROM lambda_mappings WHERE uuid = ?1", [uuid])?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&mapping.uuid);
        self.working().remove(&mapping.uuid);
        Ok(())
    }

    /// Notes how a batch fared.
    pub(crate) fn note_result(&self, uuid: &str, is_done: bool) {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        results.insert(uuid.to_owned(), is_done);
    }

    /// How the last batch of a mapping fared, in AWS's words.
    pub(crate) fn last_result(&self, uuid: &str) -> &'static str {
        match self.results.lock().unwrap_or_else(PoisonError::into_inner).get(uuid) {
            None => "No records processed",
            Some(true) => "OK",
            Some(false) => "PROBLEM: Function call failed",
        }
    }

    fn working(&self) -> MutexGuard<'_, HashMap<String, Work>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a transition, unless the mapping has been changed since.
    async fn settle(&self, mapping: &Mapping, state: State) -> Result<(), ServiceError> {
        let _changing = self.changing.lock().await;
        match self.get(&mapping.uuid) {
            Some(now) if now.state == mapping.state && now.modified == mapping.modified && now.state != state => {
                self.put(Mapping { state, ..now }).await
            }
            _ => Ok(()),
        }
    }
}

impl Lambda {
    /// Takes up the mappings of an earlier run, but for those that were changed since and are at work already.
    pub(crate) fn start_mappings(&self) {
        let idle: Vec<Mapping> = {
            let working = self.mappings.working();
            self.mappings.all().into_iter().filter(|mapping| !working.contains_key(&mapping.uuid)).collect()
        };
        idle.into_iter().for_each(|mapping| self.go_on_with(mapping));
    }

    /// Brings a mapping to the state that follows, in the background, once what it did before has ended.
    pub(crate) fn go_on_with(&self, mapping: Mapping) {
        let Some(lambda) = self.this.upgrade() else { return };
        let work = Work { stop: CancellationToken::new(), ended: CancellationToken::new() };
        let before = self.mappings.working().insert(mapping.uuid.clone(), work.clone());
        self.platform.spawn(async move {
            let _ended = work.ended.drop_guard();
            if let Some(before) = before {
                before.stop.cancel();
                before.ended.cancelled().await;
            }
            if let Err(error) = lambda.transition(&mapping, work.stop).await {
                tracing::error!(mapping = mapping.uuid, %error, "an event source mapping does not work");
            }
        });
    }

    async fn transition(self: &Arc<Self>, mapping: &Mapping, stop: CancellationToken) -> Result<(), ServiceError> {
        if mapping.state == State::Deleting {
            return self.mappings.remove(mapping).await;
        }
        if !mapping.enabled {
            return self.mappings.settle(mapping, State::Disabled).await;
        }
        let consumer = Consumer {
            platform: self.platform.clone(),
            intake: Arc::new(mapping.intake(&self.platform.scope)?),
            stage: Arc::new(ToFunction {
                lambda: self.this.clone(),
                function_arn: function_arn(&self.platform.scope, &mapping.function),
                mapping: mapping.clone(),
            }),
            stop,
        };
        let mut failures = 0;
        while let Err(error) = consumer.prepare(mapping.state == State::Creating).await {
            tracing::warn!(mapping = mapping.uuid, %error, "an event source mapping can't reach its source");
            consumer.pause(backoff(failures).max(Duration::from_secs(1))).await;
            failures += 1;
            if consumer.stop.is_cancelled() {
                return Ok(());
            }
        }
        self.mappings.settle(mapping, State::Enabled).await?;
        consumer.work().await;
        Ok(())
    }
}
