//! State machines with their revisions, versions and aliases: kept in the store, served from memory.

mod document;
mod logging;
mod resources;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use service::{Platform, ServiceError};
use store::Store;
use store::rusqlite::OptionalExtension;

pub(crate) use document::{Alias, Kind, Revision, StateMachine};
pub(crate) use logging::check as check_logging;
pub(crate) use resources::{Finding, check as check_resources};

use crate::arns::{MachineArn, Qualifier};
use crate::errors;

/// All state machines.
pub(crate) struct Machines {
    store: Store,
    all: RwLock<BTreeMap<String, Arc<StateMachine>>>,
    /// Revisions that somebody asked for; those of long finished executions are not in it.
    revisions: RwLock<HashMap<i64, Arc<Revision>>>,
    /// One change at a time, so that what is read before a change still holds when it is written.
    changing: tokio::sync::Mutex<()>,
}

/// What an ARN, perhaps with a version or an alias, stands for when an execution starts.
pub(crate) struct Chosen {
    pub(crate) machine: Arc<StateMachine>,
    pub(crate) revision: Arc<Revision>,
    pub(crate) version_arn: Option<String>,
    pub(crate) alias_arn: Option<String>,
}

impl Machines {
    pub(crate) fn open(platform: &Platform) -> Result<Self, ServiceError> {
        let (machines, revisions) = platform.store.read_blocking(|connection| {
            let machines = connection
                .prepare("SELECT document FROM states_machines")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<Result<Vec<_>, _>>()?;
            let machines: Vec<StateMachine> =
                machines.iter().map(|document| document::read(document)).collect::<Result<_, _>>()?;
            let mut revisions = HashMap::new();
            let mut statement = connection.prepare("SELECT document FROM states_revisions WHERE id = ?1")?;
            for machine in &machines {
                let document: String = statement.query_row([machine.revision], |row| row.get(0))?;
                revisions.insert(machine.revision, Arc::new(document::read_revision(machine.revision, &document)?));
            }
            Ok::<_, ServiceError>((machines, revisions))
        })?;
        let all = machines.into_iter().map(|machine| (machine.arn.clone(), Arc::new(machine))).collect();
        Ok(Self {
            store: platform.store.clone(),
            all: RwLock::new(all),
            revisions: RwLock::new(revisions),
            changing: tokio::sync::Mutex::new(()),
        })
    }

    /// The machine of that ARN, which has no qualifier.
    pub(crate) fn find(&self, arn: &str) -> Option<Arc<StateMachine>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
    }

    /// All machines, by ARN.
    pub(crate) fn all(&self) -> Vec<Arc<StateMachine>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Holds off other changes until it is dropped.
    pub(crate) async fn changing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// Keeps a machine, with a new revision when there is one; the caller holds [`Machines::changing`].
    pub(crate) async fn keep(
        &self,
        mut machine: StateMachine,
        new: Option<Revision>,
    ) -> Result<Arc<StateMachine>, ServiceError> {
        let (machine, new) = self
            .store
            .write(move |connection| {
                let new = match new {
                    None => None,
                    Some(mut revision) => {
                        connection.execute(
                            "INSERT INTO states_revisions (document) VALUES (?1)",
                            [document::write(&revision)],
                        )?;
                        revision.id = connection.last_insert_rowid();
                        let number = machine.revision;
                        machine.adopt(number, revision.id);
                        Some(revision)
                    }
                };
                connection.execute(
                    "INSERT INTO states_machines VALUES (?1, ?2) ON CONFLICT (arn) DO UPDATE SET document = excluded.document",
                    (&machine.arn, document::write(&machine)),
                )?;
                Ok::<_, ServiceError>((machine, new))
            })
            .await?;
        if let Some(revision) = new {
            self.revisions.write().unwrap_or_else(PoisonError::into_inner).insert(revision.id, Arc::new(revision));
        }
        let machine = Arc::new(machine);
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(machine.arn.clone(), Arc::clone(&machine));
        Ok(machine)
    }

    /// Forgets a machine. Its revisions stay: executions refer to them.
    pub(crate) async fn remove(&self, arn: String) -> Result<(), ServiceError> {
        let removed = arn.clone();
        self.store
            .write(move |connection| {
                connection.execute("DELETE FROM states_machines WHERE arn = ?1", [&removed])?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        self.all.write().unwrap_or_else(PoisonError::into_inner).remove(&arn);
        Ok(())
    }

    /// The revision of that number.
    pub(crate) async fn revision(&self, id: i64) -> Result<Arc<Revision>, ServiceError> {
        if let Some(revision) = self.revisions.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(revision));
        }
        let document = self
            .store
            .read(move |connection| {
                let document: Option<String> = connection
                    .query_row("SELECT document FROM states_revisions WHERE id = ?1", [id], |row| row.get(0))
                    .optional()?;
                Ok::<_, ServiceError>(document)
            })
            .await?
            .ok_or_else(|| ServiceError::server("InternalFailure", format!("the store lost revision {id}")))?;
        let revision = Arc::new(document::read_revision(id, &document)?);
        let mut revisions = self.revisions.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(revisions.entry(id).or_insert(revision)))
    }

    /// What an execution of `text` runs. `chance` chooses between the versions of an alias.
    pub(crate) async fn choose(&self, text: &str, chance: u64) -> Result<Chosen, ServiceError> {
        let arn = MachineArn::parse(text)?;
        let machine = self.find(&arn.machine).ok_or_else(|| errors::no_machine(text))?;
        let (number, version, alias_arn) = match &arn.qualifier {
            None => (machine.revision, None, None),
            Some(Qualifier::Version(number)) => {
                let version = machine.versions.get(number).ok_or_else(|| errors::no_machine(text))?;
                (version.revision, Some(*number), None)
            }
            Some(Qualifier::Alias(name)) => {
                let alias = machine.aliases.get(name).ok_or_else(|| errors::no_machine(text))?;
                let number = alias.route(chance);
                let version = machine.versions.get(&number).ok_or_else(|| errors::no_machine(text))?;
                (version.revision, Some(number), Some(text.to_owned()))
            }
        };
        let revision = self.revision(number).await?;
        let version_arn = version.map(|number| machine.version_arn(number));
        Ok(Chosen { machine, revision, version_arn, alias_arn })
    }
}
