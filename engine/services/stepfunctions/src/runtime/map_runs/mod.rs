//! Distributed maps: each item, or batch of items, is an execution of its own.
//!
//! Whoever coordinates a map run keeps nothing that a crash would lose: Standard children are named after the run and
//! their place in it, so that starting them again finds them as they are; how Express ones ended is kept with what they
//! were given, and so is what an item reader yielded.

mod children;
mod coordinator;
mod kept;
mod listing;
mod live;
mod reader;
mod record;
mod writer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use asl::{Cause, MapRun, MapRunId, MapRunResult};
use tokio_util::sync::CancellationToken;

pub(super) use self::children::{Ends, machine};
use self::coordinator::Parent;
pub(super) use self::listing::{find as find_express, list};
use self::live::Live;
pub(crate) use self::live::Settings;
pub(crate) use self::record::{Counts, Record};
use super::rows::Row;
use super::running::Running;
use super::{RETRY, Runtime};

/// The map runs that are coordinated in this process.
#[derive(Default)]
pub(super) struct MapRuns {
    cancels: Mutex<HashMap<(i64, MapRunId), CancellationToken>>,
    live: Mutex<HashMap<Arc<str>, Arc<Live>>>,
}

impl MapRuns {
    fn begin(&self, key: (i64, MapRunId)) -> CancellationToken {
        let cancelled = CancellationToken::new();
        self.cancels.lock().unwrap_or_else(PoisonError::into_inner).insert(key, cancelled.clone());
        cancelled
    }

    fn end(&self, key: (i64, MapRunId)) {
        self.cancels.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    /// Nobody waits for the run any more.
    pub(super) fn cancel(&self, execution: i64, run: MapRunId) {
        if let Some(cancelled) = self.cancels.lock().unwrap_or_else(PoisonError::into_inner).get(&(execution, run)) {
            cancelled.cancel();
        }
    }

    /// What is known of a run that is coordinated here.
    pub(super) fn live(&self, arn: &str) -> Option<Arc<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
    }

    /// The Express child of that ARN, if it runs.
    pub(super) fn express(&self, arn: &str) -> Option<Row> {
        let runs: Vec<_> = self.live.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        runs.iter().find_map(|live| live.express_child(arn))
    }

    /// Enters a run, once a former attempt at it has gone.
    async fn enter(&self, run: &MapRun) -> Arc<Live> {
        loop {
            let former = {
                let mut all = self.live.lock().unwrap_or_else(PoisonError::into_inner);
                match all.get(&run.arn) {
                    Some(former) => Arc::clone(former),
                    None => {
                        let live = Arc::new(Live::default());
                        all.insert(Arc::clone(&run.arn), Arc::clone(&live));
                        return live;
                    }
                }
            };
            former.gone.cancelled().await;
        }
    }

    fn leave(&self, arn: &str) {
        if let Some(live) = self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(arn) {
            live.gone.cancel();
        }
    }
}

impl Runtime {
    /// Runs a distributed map: from its beginning, from where an earlier process left it, or what a redrive has left to
    /// do.
    pub(super) fn begin_map_run(self: &Arc<Self>, running: &Running, run: MapRun) {
        let key = (running.id, run.id);
        let cancelled = self.map_runs.begin(key);
        let parent = Parent::new(running);
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let live = runtime.map_runs.enter(&run).await;
            let work = async {
                loop {
                    match runtime.coordinate(&parent, &run, &live).await {
                        Ok(result) => return result,
                        Err(error) => {
                            tracing::error!(%error, map_run = %run.arn, "a map run stands still; trying again");
                            runtime.platform.clock.sleep(RETRY).await;
                        }
                    }
                }
            };
            let ended = tokio::select! {
                result = work => Some(result),
                () = cancelled.cancelled() => None,
            };
            match ended {
                Some(result) => {
                    runtime.map_runs.leave(&run.arn);
                    runtime.send(key.0, Cause::MapRunEnded { run: key.1, result });
                }
                None => {
                    runtime.abandon(&run.arn, &live).await;
                    runtime.map_runs.leave(&run.arn);
                }
            }
            runtime.map_runs.end(key);
        });
    }

    /// Stops the children of a run that nobody waits for any more.
    async fn abandon(self: &Arc<Self>, arn: &str, live: &Live) {
        let stopped = match self.stop_all_of(arn).await {
            Ok(()) => self.close_record(arn, live.record(), "ABORTED", None).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stopped {
            tracing::warn!(%error, map_run = arn, "a map run could not be stopped with its execution");
        }
    }
}

fn failed(error: &str, cause: impl Into<String>) -> MapRunResult {
    MapRunResult::Failed { error: error.to_owned(), cause: Some(cause.into()) }
}
