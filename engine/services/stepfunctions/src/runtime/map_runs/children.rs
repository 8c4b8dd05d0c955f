//! The children of a map run: how each is named, started, redriven and awaited.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use asl::{Batch, Kind, MapRun, Outcome, Seed};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::kept;
use super::live::Live;
use crate::machines::Revision;
use crate::runtime::{NewExecution, Place, Redrivability, Row, Runtime, stopping, text_of};

/// A child that has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Child {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) machine: String,
    pub(super) status: String,
    pub(super) input: String,
    pub(super) output: Option<String>,
    pub(super) error: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) started_at: Timestamp,
    pub(super) stopped_at: Option<Timestamp>,
    pub(super) redrive_count: u32,
    pub(super) redrive_date: Option<Timestamp>,
    /// The attempt at the run that ended it; of Express children.
    pub(super) attempt: u32,
    /// It failed for good.
    pub(super) not_redrivable: bool,
}

impl Child {
    pub(super) fn succeeded(&self) -> bool {
        self.status == "SUCCEEDED"
    }

    fn of_row(row: Row) -> Self {
        Self {
            arn: row.arn,
            name: row.name,
            machine: row.machine,
            status: row.status,
            input: row.input,
            output: row.output,
            error: row.error,
            cause: row.cause,
            started_at: row.started_at,
            stopped_at: row.stopped_at,
            redrive_count: row.redrive_count,
            redrive_date: row.redrive_date,
            attempt: 0,
            not_redrivable: false,
        }
    }

    /// The row that an Express child would have; its place stands for its number.
    pub(super) fn row(self, place: i64, items: u64, run: &str) -> Row {
        Row {
            id: place,
            arn: self.arn,
            name: self.name,
            machine: self.machine,
            revision: 0,
            version: None,
            alias: None,
            status: self.status,
            started_at: self.started_at,
            stopped_at: self.stopped_at,
            input: self.input,
            output: self.output,
            error: self.error,
            cause: self.cause,
            trace_header: None,
            map_run: Some(run.to_owned()),
            location: None,
            redrive_count: self.redrive_count,
            redrive_date: self.redrive_date,
            redrive_tokens: Vec::new(),
            items: Some(items),
            pending_from: None,
        }
    }
}

/// What the children of a run have in common.
pub(super) struct Family {
    pub(super) run: Arc<str>,
    location: Arc<str>,
    pub(super) kind: Kind,
    role_arn: Arc<str>,
    /// `arn:…:stateMachine:name/label`
    machine_arn: Arc<str>,
    machine: Arc<asl::Machine>,
    revision: Arc<Revision>,
    /// How often the run has been redriven.
    attempt: u32,
    /// No more of them are to begin, and those that have begun are to stop.
    halted: AtomicBool,
}

/// Who waits for an execution of this process to end.
#[derive(Default)]
pub(in crate::runtime) struct Ends(Mutex<HashMap<Arc<str>, oneshot::Sender<()>>>);

impl Ends {
    fn of(&self, execution: &str) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(execution.into(), sender);
        receiver
    }

    /// Tells whoever waits.
    pub(in crate::runtime) fn announce(&self, execution: &str) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(execution) {
            // Whoever waited may have given up.
            let _ = sender.send(());
        }
    }
}

impl Family {
    pub(super) fn new(run: &MapRun, role_arn: &Arc<str>, revision: Arc<Revision>) -> Result<Self, ServiceError> {
        let machine = machine(&revision, &run.location)?;
        // arn:…:mapRun:name/label:uuid
        let base = run.arn.rsplit_once(':').map_or(&*run.arn, |(base, _)| base);
        Ok(Self {
            run: Arc::clone(&run.arn),
            location: Arc::clone(&run.location),
            kind: run.child_kind,
            role_arn: Arc::clone(role_arn),
            machine_arn: base.replacen(":mapRun:", ":stateMachine:", 1).into(),
            machine,
            revision,
            attempt: run.redrive_count,
            halted: AtomicBool::new(false),
        })
    }

    /// Lets no more of them begin. Those whose start is under way stop as soon as they are there.
    pub(super) fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
    }

    fn is_halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }

    pub(super) fn name(&self, place: usize) -> String {
        self.derived(place).to_string()
    }

    /// A child keeps its name and ARN over restarts and redrives.
    fn arn(&self, place: usize) -> String {
        let name = self.name(place);
        match self.kind {
            Kind::Standard => format!("{}:{name}", self.machine_arn.replacen(":stateMachine:", ":execution:", 1)),
            Kind::Express => {
                let attempt = Uuid::new_v5(&self.derived(place), b"express");
                format!("{}:{name}:{attempt}", self.machine_arn.replacen(":stateMachine:", ":express:", 1))
            }
        }
    }

    fn derived(&self, place: usize) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}/{place}", self.run).as_bytes())
    }

    /// What tells the redrives of this attempt at the run from others.
    fn token(&self) -> Option<String> {
        (self.attempt > 0).then(|| format!("{}#{}", self.run, self.attempt))
    }

    /// Whether the child ended in an earlier attempt at the run, so that this one redrives it.
    pub(super) fn is_former(&self, row: &Row) -> bool {
        self.token().is_some_and(|token| !row.redrive_tokens.iter().any(|(known, _)| *known == token))
    }

    /// [`Family::is_former`] for an Express child.
    pub(super) fn is_former_express(&self, child: &Child) -> bool {
        child.attempt < self.attempt
    }

    fn execution(&self, place: usize, batch: &Batch, now: Timestamp) -> NewExecution {
        let seed = Seed {
            execution_arn: self.arn(place).into(),
            execution_name: self.name(place).into(),
            role_arn: Arc::clone(&self.role_arn),
            state_machine_arn: Arc::clone(&self.machine_arn),
            state_machine_name: self.machine_arn.rsplit(':').next().unwrap_or_default().into(),
            state_machine_version_arn: None,
            state_machine_alias_arn: None,
            started_at: now,
            redrive_count: 0,
            input: batch.input.clone(),
            kind: self.kind,
        };
        NewExecution {
            seed,
            machine: Arc::clone(&self.machine),
            revision: Arc::clone(&self.revision),
            trace_header: None,
            map_run: Some(Place {
                run: self.run.to_string(),
                location: self.location.to_string(),
                items: batch.items,
                token: self.token(),
            }),
        }
    }
}

/// The machine that the children of a Map state run.
pub(in crate::runtime) fn machine(revision: &Revision, location: &str) -> Result<Arc<asl::Machine>, ServiceError> {
    let processor = revision.machine()?.item_processor(location).map(Arc::new);
    processor.ok_or_else(|| ServiceError::server("InternalFailure", format!("the definition has no Map at {location}")))
}

impl Runtime {
    /// Runs a child to its end, from its beginning or where it was left; `former` is what there is of it. `None` when the
    /// family was halted before the child began.
    pub(super) async fn child(
        self: &Arc<Self>,
        family: &Family,
        live: &Live,
        place: usize,
        batch: &Batch,
        former: Option<Row>,
    ) -> Result<Option<Child>, ServiceError> {
        if family.is_halted() && former.as_ref().is_none_or(|row| row.status != "RUNNING") {
            return Ok(None);
        }
        let new = family.execution(place, batch, self.now());
        if family.kind == Kind::Express {
            return self.express_child(family, live, place, batch, new).await.map(Some);
        }
        let arn = Arc::clone(&new.seed.execution_arn);
        let mut ended = self.ends.of(&arn);
        match former {
            None => match self.start_standard(new).await {
                Err(error) if error.code != "ExecutionAlreadyExists" => return Err(error),
                _ => {}
            },
            Some(row) if family.is_former(&row) => {
                if row.status == "RUNNING" {
                    // It was being stopped when its parent was redriven.
                    self.row_of(&arn, &mut ended).await?;
                    ended = self.ends.of(&arn);
                }
                let row = self.child_row(&arn).await?;
                if row.status == "SUCCEEDED" {
                    return Ok(Some(Child::of_row(row)));
                }
                self.deliver_redrive(row.id, family.token().as_deref()).await?;
            }
            Some(_) => {}
        }
        if family.is_halted() {
            self.stop(&self.child_row(&arn).await?, None, None).await?;
        }
        Ok(Some(Child::of_row(self.row_of(&arn, &mut ended).await?)))
    }

    async fn express_child(
        self: &Arc<Self>,
        family: &Family,
        live: &Live,
        place: usize,
        batch: &Batch,
        new: NewExecution,
    ) -> Result<Child, ServiceError> {
        let (run, items) = (Arc::clone(&family.run), batch.items);
        let begun = Child {
            arn: new.seed.execution_arn.to_string(),
            name: new.seed.execution_name.to_string(),
            machine: family.machine_arn.to_string(),
            status: "RUNNING".to_owned(),
            input: text_of(&batch.input),
            output: None,
            error: None,
            cause: None,
            started_at: new.seed.started_at,
            stopped_at: None,
            redrive_count: 0,
            redrive_date: None,
            attempt: family.attempt,
            not_redrivable: false,
        };
        let _listed = live.lists(begun.clone().row(place as i64, items, &run));
        let end = self.run_express(new).await?;
        let (output, error, cause) = match &end.outcome {
            Outcome::Succeeded { output } => (Some(text_of(output)), None, None),
            Outcome::Failed { error, cause }
            | Outcome::TimedOut { error, cause }
            | Outcome::Aborted { error, cause } => (None, error.as_deref(), cause.as_deref()),
        };
        let child = Child {
            status: end.outcome.status().to_owned(),
            output,
            error: error.map(str::to_owned),
            cause: cause.map(str::to_owned),
            stopped_at: Some(end.stopped_at),
            ..begun
        };
        let kept = child.clone();
        self.platform.store.write(move |connection| kept::end(connection, &run, place, items, &kept)).await?;
        Ok(child)
    }

    /// The child's row once it has ended.
    async fn row_of(&self, arn: &str, ended: &mut oneshot::Receiver<()>) -> Result<Row, ServiceError> {
        let row = self.child_row(arn).await?;
        if row.status != "RUNNING" {
            return Ok(row);
        }
        ended.await.map_err(|_| stopping())?;
        self.child_row(arn).await
    }

    async fn child_row(&self, arn: &str) -> Result<Row, ServiceError> {
        let row = self.find(arn).await?;
        row.ok_or_else(|| ServiceError::server("InternalFailure", format!("a child execution is gone: {arn}")))
    }

    /// A child that ended before and is not run again: because it succeeded, because this attempt has run it already,
    /// or because it can't be redriven.
    pub(super) async fn settled(&self, family: &Family, row: &Row) -> Result<Option<Child>, ServiceError> {
        if row.status == "RUNNING" {
            return Ok(None);
        }
        if row.status == "SUCCEEDED" || !family.is_former(row) {
            return Ok(Some(Child::of_row(row.clone())));
        }
        let not_redrivable = matches!(self.redrivability(row).await?, Redrivability::Not { .. });
        Ok(not_redrivable.then(|| Child { not_redrivable, ..Child::of_row(row.clone()) }))
    }
}
