//! One attempt at a map run, from its items to its result.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use asl::{Batch, Execution, Items, Kind, MapRun, MapRunResult, ReadFailure, batches};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use service::ServiceError;

use super::children::{Child, Family};
use super::live::Live;
use super::record::Record;
use super::{failed, kept, reader, record, writer};
use crate::runtime::interpreter::interpret;
use crate::runtime::rows::Row;
use crate::runtime::running::Running;
use crate::runtime::{Runtime, rows};

/// How many children run at once where the state sets no bound.
const MOST: usize = 1000;
const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";

/// The execution whose state the run is of.
pub(super) struct Parent {
    id: i64,
    arn: Arc<str>,
    role_arn: Arc<str>,
    /// As it was when the run began: what selects items.
    execution: Mutex<Execution>,
}

impl Parent {
    pub(super) fn new(running: &Running) -> Self {
        let seed = running.execution.seed();
        Self {
            id: running.id,
            arn: Arc::clone(&seed.execution_arn),
            role_arn: Arc::clone(&seed.role_arn),
            execution: Mutex::new(running.execution.clone()),
        }
    }
}

/// What there is to do, and what has been done.
struct Work {
    /// Standard children that there are, by name.
    rows: HashMap<String, Row>,
    ended: Vec<Option<Child>>,
    /// The places that are still to run, with how those ended that wait for a redrive.
    open: Vec<(usize, Option<String>)>,
}

impl Runtime {
    /// Runs a map run, or goes on with one that a crash or a failure interrupted.
    pub(super) async fn coordinate(
        self: &Arc<Self>,
        parent: &Parent,
        run: &MapRun,
        live: &Live,
    ) -> Result<MapRunResult, ServiceError> {
        let arn = run.arn.to_string();
        let former = self.platform.store.read(move |connection| record::find(connection, &arn)).await?;
        if let Some(record) = &former
            && record.redrive_count == run.redrive_count
            && let Some((error, cause)) = &record.failure
        {
            // It failed just before the process ended, and its execution was not told.
            return Ok(failed(error, cause.as_str()));
        }
        let revision = self.revision_of(parent.id).await?;
        let (mut record, batches) = match self.gather(parent, run, former).await? {
            Ok(opened) => opened,
            Err(result) => return Ok(result),
        };
        let family = Family::new(run, &parent.role_arn, revision)?;
        record.open(&batches);
        let work = self.prepare(&family, &batches, &mut record).await?;
        live.set(record);
        let (ended, tolerable) = self.run_children(&family, &batches, work, live).await?;
        let results = writer::Results::new(run, ended, &batches);
        self.conclude(run, &results, live, tolerable).await
    }

    /// The run's record and what its children are given; the inner error ends the run.
    async fn gather(
        &self,
        parent: &Parent,
        run: &MapRun,
        former: Option<Record>,
    ) -> Result<Result<(Record, Vec<Batch>), MapRunResult>, ServiceError> {
        let now = self.now();
        let begins = former.is_none();
        let mut record = former.unwrap_or_else(|| Record::new(&parent.arn, run, now));
        let redriven = record.redrive_count < run.redrive_count;
        if redriven {
            record.redrive(run.redrive_count, now);
        }
        if record.read {
            let arn = record.arn.clone();
            let batches = self.platform.store.read(move |connection| kept::batches(connection, &arn)).await?;
            self.keep(&record, Vec::new()).await?;
            return Ok(Ok((record, batches)));
        }
        if begins || redriven {
            self.keep(&record, Vec::new()).await?;
        }
        let given = match &run.items {
            Items::Given(items) => return Ok(Ok((record, batches(items, run.batcher.as_ref())))),
            Items::Reader { resource, parameters, config } => {
                reader::read(&self.platform.services, resource, parameters, config).await
            }
        };
        let items = match given {
            Ok(items) => items,
            Err(failure) => return self.refuse(&record, ReadFailure::ERROR, failure.cause).await.map(Err),
        };
        let entropy = uuid::Uuid::new_v4().as_u64_pair().0;
        let selected = {
            let execution = parent.execution.lock().unwrap_or_else(PoisonError::into_inner);
            interpret(execution.computes(), || execution.select_items(run.id, &items, entropy))
        };
        let selected = match selected {
            Ok(selected) => selected,
            Err(MapRunResult::Failed { error, cause }) => {
                return self.refuse(&record, &error, cause.unwrap_or_default()).await.map(Err);
            }
            Err(result) => return Ok(Err(result)),
        };
        let batches = batches(&selected, run.batcher.as_ref());
        record.read = true;
        self.keep(&record, batches.clone()).await?;
        Ok(Ok((record, batches)))
    }

    async fn keep(&self, record: &Record, read: Vec<Batch>) -> Result<(), ServiceError> {
        let record = record.clone();
        self.platform.store.write(move |connection| kept::begin(connection, &record, &read)).await
    }

    /// The run ends before any child begins.
    async fn refuse(&self, record: &Record, error: &str, cause: String) -> Result<MapRunResult, ServiceError> {
        let failure = Some((error.to_owned(), cause.clone()));
        self.close_record(&record.arn, Some(record.clone()), "FAILED", failure).await?;
        Ok(failed(error, cause))
    }

    async fn revision_of(&self, parent: i64) -> Result<Arc<crate::machines::Revision>, ServiceError> {
        let row = self.platform.store.read(move |connection| rows::get(connection, parent)).await?;
        let row = row.ok_or_else(|| ServiceError::server("InternalFailure", "a parent execution is gone"))?;
        self.machines.revision(row.revision).await
    }

    /// Counts what earlier attempts have done, and finds what is left.
    async fn prepare(&self, family: &Family, batches: &[Batch], record: &mut Record) -> Result<Work, ServiceError> {
        let run = family.run.to_string();
        let (rows, mut outcomes) = self
            .platform
            .store
            .read(move |connection| {
                Ok::<_, ServiceError>((kept::children(connection, &run)?, kept::outcomes(connection, &run)?))
            })
            .await?;
        let mut work = Work { ended: vec![None; batches.len()], rows, open: Vec::new() };
        let mut pending = Vec::new();
        for (place, batch) in batches.iter().enumerate() {
            let items = batch.items;
            let mut former = None;
            let settled = match (work.rows.get(&family.name(place)), outcomes.remove(&place)) {
                (Some(row), _) => {
                    let settled = self.settled(family, row).await?;
                    if settled.is_none() && row.status != "RUNNING" {
                        former = Some(row.pending_from.clone().unwrap_or_else(|| row.status.clone()));
                        pending.push(row.id);
                    }
                    settled
                }
                (None, Some(child)) if child.succeeded() || !family.is_former_express(&child) => Some(child),
                (None, Some(child)) => {
                    former = Some(child.status);
                    None
                }
                (None, None) => None,
            };
            match settled {
                Some(child) => {
                    record.count(&child, items);
                    work.ended[place] = Some(child);
                }
                None => {
                    if let Some(former) = &former {
                        record.awaits(former, items);
                    }
                    work.open.push((place, former));
                }
            }
        }
        if !pending.is_empty() {
            self.platform.store.write(move |connection| kept::pend(connection, &pending)).await?;
        }
        Ok(work)
    }

    /// Runs what is open, as many at once as may; false when more failed than is tolerated, and then no Standard child
    /// runs any more.
    async fn run_children(
        self: &Arc<Self>,
        family: &Family,
        batches: &[Batch],
        mut work: Work,
        live: &Live,
    ) -> Result<(Vec<Option<Child>>, bool), ServiceError> {
        let mut running = FuturesUnordered::new();
        let begin = |place: usize, former: Option<String>, row: Option<Row>| {
            let batch = &batches[place];
            live.note(|record| record.begin(batch.items, former.as_deref()));
            let runtime = Arc::clone(self);
            async move { (place, former, runtime.child(family, live, place, batch, row).await) }
        };
        let end = |place: usize, former: Option<String>, child: Option<Child>| {
            let items = batches[place].items;
            live.note(|record| match &child {
                Some(child) => record.end(child, items),
                None => record.withdraw(items, former.as_deref()),
            });
            child
        };
        let mut open = std::mem::take(&mut work.open).into_iter();
        let mut tolerable = !live.note(|record| record.is_intolerable());
        while tolerable {
            let limit = live.note(|record| usize::try_from(record.max_concurrency).unwrap_or(MOST));
            let limit = if (1..MOST).contains(&limit) { limit } else { MOST };
            while running.len() < limit
                && let Some((place, former)) = open.next()
            {
                let row = work.rows.remove(&family.name(place));
                running.push(begin(place, former, row));
            }
            tokio::select! {
                ended = running.next() => {
                    let Some((place, former, child)) = ended else { break };
                    work.ended[place] = end(place, former, child?);
                }
                () = live.changed.notified() => {}
            }
            tolerable = !live.note(|record| record.is_intolerable());
        }
        if !tolerable {
            family.halt();
            self.stop_all_of(&family.run).await?;
        }
        if !tolerable && family.kind == Kind::Standard {
            // What an interrupted attempt at the run has left running is stopped too.
            for (place, former) in open {
                if let Some(row) = work.rows.remove(&family.name(place)).filter(|row| row.status == "RUNNING") {
                    running.push(begin(place, former, Some(row)));
                }
            }
            while let Some((place, former, child)) = running.next().await {
                work.ended[place] = end(place, former, child?);
            }
        }
        Ok((work.ended, tolerable))
    }

    async fn conclude(
        self: &Arc<Self>,
        run: &MapRun,
        results: &writer::Results<'_>,
        live: &Live,
        tolerable: bool,
    ) -> Result<MapRunResult, ServiceError> {
        let output = match writer::write(&self.platform.services, run, results).await {
            Ok(output) => output,
            Err(cause) => {
                live.note(Record::nothing_written);
                let failure = (writer::ERROR.to_owned(), cause.clone());
                self.close_record(&run.arn, live.record(), "FAILED", Some(failure)).await?;
                return Ok(failed(writer::ERROR, cause));
            }
        };
        if !tolerable {
            let cause = "The specified tolerated failure threshold was exceeded";
            let failure = Some((THRESHOLD.to_owned(), cause.to_owned()));
            self.close_record(&run.arn, live.record(), "FAILED", failure).await?;
            return Ok(failed(THRESHOLD, cause));
        }
        self.close_record(&run.arn, live.record(), "SUCCEEDED", None).await?;
        Ok(MapRunResult::Succeeded { output })
    }
}
