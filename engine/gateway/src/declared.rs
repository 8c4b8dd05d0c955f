//! What was declared to a service of the gateway: durable in the store, read from memory.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use service::{Platform, ServiceError};
use tokio::sync::MutexGuard;

/// One of what is declared, in a table of columns `id` and `record`.
pub(crate) trait Declaration: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The table, and the name that its migrations go by.
    const TABLE: &'static str;
    const MIGRATIONS: &'static [&'static str];

    fn id(&self) -> &str;

    /// Milliseconds since the epoch.
    fn created(&self) -> i64;
}

/// All declarations of a service.
pub(crate) struct Declared<D> {
    platform: Platform,
    known: RwLock<BTreeMap<String, Arc<D>>>,
    /// One change at a time, so that none is lost between reading and writing.
    changing: tokio::sync::Mutex<()>,
}

impl<D: Declaration> Declared<D> {
    /// Reads what the store holds.
    pub(crate) fn open(platform: &Platform) -> Result<Self, ServiceError> {
        platform.store.migrate(D::TABLE, D::MIGRATIONS)?;
        let known = platform.store.read_blocking(|connection| {
            let mut statement = connection.prepare(&format!("SELECT id, record FROM {}", D::TABLE))?;
            let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (id, record) = row?;
                let record: D = serde_json::from_str(&record).map_err(|error| {
                    let message = format!("can't read {id} in {} of the store: {error}", D::TABLE);
                    ServiceError::server("InternalFailure", message)
                })?;
                Ok((id, Arc::new(record)))
            })
            .collect::<Result<BTreeMap<_, _>, ServiceError>>()
        })?;
        Ok(Self { platform: platform.clone(), known: RwLock::new(known), changing: tokio::sync::Mutex::default() })
    }

    /// All, the one created first at the front.
    pub(crate) fn all(&self) -> Vec<Arc<D>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = known.values().cloned().collect();
        all.sort_by(|one, other| (one.created(), one.id()).cmp(&(other.created(), other.id())));
        all
    }

    /// The one of this id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<D>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Nobody else changes anything until the answer is dropped.
    pub(crate) async fn change(&self) -> Change<'_, D> {
        Change { declared: self, _alone: self.changing.lock().await }
    }
}

/// The right to change what is declared.
pub(crate) struct Change<'a, D> {
    declared: &'a Declared<D>,
    _alone: MutexGuard<'a, ()>,
}

impl<D: Declaration> Change<'_, D> {
    /// A moment of creation that is later than every other, even when the clock stands still.
    pub(crate) fn next_created(&self) -> i64 {
        let after_last = self.declared.all().last().map_or(0, |last| last.created() + 1);
        self.declared.platform.clock.now().as_millis().max(after_last)
    }

    /// Keeps a new one, or in place of the one of its id.
    pub(crate) async fn put(&self, declaration: D) -> Result<Arc<D>, ServiceError> {
        let text = serde_json::to_string(&declaration).expect("a declaration has string keys");
        let id = declaration.id().to_owned();
        let key = id.clone();
        let write = self.declared.platform.store.write(move |connection| {
            let insert = format!(
                "INSERT INTO {} (id, record) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                D::TABLE
            );
            connection.execute(&insert, (&key, &text))?;
            Ok::<_, ServiceError>(())
        });
        write.await?;
        let declaration = Arc::new(declaration);
        self.declared.known.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&declaration));
        Ok(declaration)
    }

    /// Forgets the one of this id.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), ServiceError> {
        let key = id.to_owned();
        let write = self.declared.platform.store.write(move |connection| {
            connection.execute(&format!("DELETE FROM {} WHERE id = ?1", D::TABLE), (&key,))?;
            Ok::<_, ServiceError>(())
        });
        write.await?;
        self.declared.known.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }
}
