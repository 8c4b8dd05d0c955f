//! The functions that there are: durable in the store, read from memory.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use service::{Scope, ServiceError};
use store::Store;

use crate::configuration::Function;
use crate::error::{conflict, not_found};
use crate::name::{LATEST, function_arn};

/// The functions that there are.
pub(crate) struct Functions {
    store: Store,
    scope: Scope,
    /// What the store holds. Changes write the store first.
    known: RwLock<BTreeMap<String, Arc<Function>>>,
    /// One change at a time, so that none is lost between reading and writing.
    changing: tokio::sync::Mutex<()>,
}

impl Functions {
    /// Reads the functions of the store.
    pub(crate) fn load(store: Store, scope: Scope) -> Result<Self, ServiceError> {
        let known = store.read_blocking(|connection| {
            let mut statement = connection.prepare("SELECT name, record FROM lambda_functions")?;
            let rows = statement.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (name, record) = row?;
                let function = serde_json::from_str(&record).map_err(|error| {
                    ServiceError::server(
                        "ServiceException",
                        format!("can't read function {name} of the store: {error}"),
                    )
                })?;
                Ok((name, Arc::new(function)))
            })
            .collect::<Result<BTreeMap<_, _>, ServiceError>>()
        })?;
        Ok(Self { store, scope, known: RwLock::new(known), changing: tokio::sync::Mutex::default() })
    }

    /// The function of this name.
    pub(crate) fn get(&self, name: &str) -> Result<Arc<Function>, ServiceError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned().ok_or_else(|| self.missing(name))
    }

    /// The function of this name, as the version that is invoked: that is what an error names.
    pub(crate) fn get_version(&self, name: &str) -> Result<Arc<Function>, ServiceError> {
        self.get(name)
            .map_err(|_| not_found(format!("Function not found: {}:{LATEST}", function_arn(&self.scope, name))))
    }

    /// Functions by name, after `marker`.
    pub(crate) fn list(&self, marker: &str) -> Vec<Arc<Function>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().filter(|(name, _)| name.as_str() > marker).map(|(_, function)| Arc::clone(function)).collect()
    }

    /// Adds a function.
    pub(crate) async fn create(&self, function: Function) -> Result<Arc<Function>, ServiceError> {
        let _changing = self.changing.lock().await;
        let name = &function.configuration.function_name;
        if self.get(name).is_ok() {
            return Err(conflict(format!("Function already exist: {name}")));
        }
        self.put(function).await
    }

    /// Changes a function; nothing is kept when `change` fails.
    pub(crate) async fn update<T>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Function) -> Result<T, ServiceError>,
    ) -> Result<(Arc<Function>, T), ServiceError> {
        let _changing = self.changing.lock().await;
        let mut function = Function::clone(&*self.get(name)?);
        let answer = change(&mut function)?;
        Ok((self.put(function).await?, answer))
    }

    /// Forgets a function and returns it.
    pub(crate) async fn delete(&self, name: &str) -> Result<Arc<Function>, ServiceError> {
        let _changing = self.changing.lock().await;
        let function = self.get(name)?;
        let key = name.to_owned();
        self.store
            .write(move |connection| {
                connection.execute("DELETE FROM lambda_functions WHERE name = ?1", (&key,))?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(function)
    }

    async fn put(&self, function: Function) -> Result<Arc<Function>, ServiceError> {
        let name = function.configuration.function_name.clone();
        let record = serde_json::to_string(&function).expect("a function has string keys");
        self.store
            .write({
                let name = name.clone();
                move |connection| {
                    connection.execute(
                        "INSERT INTO lambda_functions (name, record) VALUES (?1, ?2)
                         ON CONFLICT (name) DO UPDATE SET record = excluded.record",
                        (&name, &record),
                    )?;
                    Ok::<_, ServiceError>(())
                }
            })
            .await?;
        let function = Arc::new(function);
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::clone(&function));
        Ok(function)
    }

    fn missing(&self, name: &str) -> ServiceError {
        not_found(format!("Function not found: {}", function_arn(&self.scope, name)))
    }
}
