//! Distributed maps: each item, or batch of items, is an execution of its own.
//!
//! Whoever coordinates a map run keeps nothing that a crash would lose: Standard children are named after the run and
//! their place in it, so that starting them again finds them as they are. Express children run again, as they are
//! nowhere but in memory.

mod children;
mod record;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use asl::{Cause, MapRun, MapRunId, MapRunResult, Outcome, Payload, Value};
use futures::StreamExt;
use service::ServiceError;
use tokio_util::sync::CancellationToken;

use self::children::{Batch, Family};
pub(super) use self::children::{Ends, machine};
pub(crate) use self::record::{Counts, Record};
use super::running::{RUNTIME, Running};
use super::{RETRY, Runtime};

/// How many children run at once where the state sets no bound.
const MOST: usize = 1000;

/// The map runs that are coordinated in this process.
#[derive(Default)]
pub(super) struct MapRuns(Mutex<HashMap<(i64, MapRunId), CancellationToken>>);

impl MapRuns {
    fn begin(&self, key: (i64, MapRunId)) -> CancellationToken {
        let cancelled = CancellationToken::new();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, cancelled.clone());
        cancelled
    }

    fn end(&self, key: (i64, MapRunId)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    /// Nobody waits for the run any more.
    pub(super) fn cancel(&self, execution: i64, run: MapRunId) {
        if let Some(cancelled) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(execution, run)) {
            cancelled.cancel();
        }
    }
}

impl Runtime {
    /// Runs a distributed map, from its beginning or from where an earlier process left it.
    pub(super) fn begin_map_run(self: &Arc<Self>, running: &Running, run: MapRun) {
        let key = (running.id, run.id);
        let cancelled = self.map_runs.begin(key);
        let seed = running.execution.seed();
        let (parent, role_arn) = (Arc::clone(&seed.execution_arn), Arc::clone(&seed.role_arn));
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let work = async {
                loop {
                    match runtime.map_run(key.0, &parent, &role_arn, &run).await {
                        Ok(result) => return result,
                        Err(error) => {
                            tracing::error!(%error, map_run = %run.arn, "a map run stands still; trying again");
                            runtime.platform.clock.sleep(RETRY).await;
                        }
                    }
                }
            };
            tokio::select! {
                result = work => runtime.send(key.0, Cause::MapRunEnded { run: key.1, result }),
                () = cancelled.cancelled() => runtime.abandon(&run.arn).await,
            }
            runtime.map_runs.end(key);
        });
    }

    async fn map_run(
        self: &Arc<Self>,
        parent_id: i64,
        parent: &Arc<str>,
        role_arn: &Arc<str>,
        run: &MapRun,
    ) -> Result<MapRunResult, ServiceError> {
        let batches = match children::batches(run) {
            Ok(batches) => batches,
            Err(cause) => return Ok(failed(RUNTIME, cause)),
        };
        let mut record = Record::new(parent, run, self.now(), &batches);
        self.keep_record(&record).await?;
        let family = Arc::new(self.family(parent_id, role_arn, run).await?);
        let limit = usize::try_from(run.max_concurrency).ok().filter(|limit| (1..MOST).contains(limit)).unwrap_or(MOST);
        let mut outputs: Vec<Option<Payload>> = vec![None; batches.len()];
        let sizes: Vec<u64> = batches.iter().map(|batch| batch.items).collect();
        let children = batches.into_iter().enumerate().map(|(index, Batch { input, .. })| {
            let (runtime, family) = (Arc::clone(self), Arc::clone(&family));
            async move { (index, runtime.child(&family, index, input).await) }
        });
        let mut ends = futures::stream::iter(children).buffer_unordered(limit);
        while let Some((index, outcome)) = ends.next().await {
            let outcome = outcome?;
            record.count(&outcome, sizes[index]);
            if let Outcome::Succeeded { output } = outcome {
                outputs[index] = Some(output);
            } else if record.is_intolerable() {
                drop(ends);
                self.stop_all_of(&run.arn).await?;
                self.close_record(record, "FAILED").await?;
                let cause = "The specified tolerated failure threshold was exceeded";
                return Ok(failed("States.ExceedToleratedFailureThreshold", cause.to_owned()));
            }
        }
        self.close_record(record, "SUCCEEDED").await?;
        let outputs = outputs.into_iter().flatten().map(|output| output.value().clone()).collect();
        Ok(MapRunResult::Succeeded { output: Payload::from(Value::array(outputs)) })
    }

    /// What the children have in common.
    async fn family(&self, parent_id: i64, role_arn: &Arc<str>, run: &MapRun) -> Result<Family, ServiceError> {
        let row = self.platform.store.read(move |connection| super::rows::get(connection, parent_id)).await?;
        let row = row.ok_or_else(|| ServiceError::server("InternalFailure", "a parent execution is gone"))?;
        let revision = self.machines.revision(row.revision).await?;
        Family::new(run, role_arn, revision)
    }

    /// Stops the children of a run that nobody waits for any more.
    async fn abandon(self: &Arc<Self>, arn: &str) {
        let stopped = match self.stop_all_of(arn).await {
            Ok(()) => self.abort_record(arn).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stopped {
            tracing::warn!(%error, map_run = arn, "a map run could not be stopped with its execution");
        }
    }
}

fn failed(error: &str, cause: String) -> MapRunResult {
    MapRunResult::Failed { error: error.to_owned(), cause: Some(cause) }
}
