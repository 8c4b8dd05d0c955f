//! Actions: what an execution asks of the outside, performed once the events that lead to them are durable.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use asl::{Action, Cause, MapRun, MapRunResult, ResourceKind, Task};
use futures::FutureExt;
use service::Platform;

use super::Runtime;
use super::activity_queues::Waiting;
use super::running::{Batch, Running};
use super::transcoding_jobs::is_job;
use crate::integrations::{self, Attempt, Exchanges};

impl Runtime {
    /// Performs the actions of a Standard execution. Timers are taken care of by whoever calls.
    pub(super) fn perform(self: &Arc<Self>, running: &Running, batch: Batch) {
        if running.ledger.waits_for_job() {
            self.look_after_jobs();
        }
        for child in batch.abandoned {
            self.stop_abandoned(child);
        }
        for action in batch.actions {
            match action {
                // What the same batch gave up again is not begun.
                Action::StartTask(task) if !running.ledger.tasks.contains_key(&task.id) => {}
                Action::StartTask(task) if task.resource.kind == ResourceKind::Activity => {
                    self.schedule_activity(running.id, &task);
                }
                Action::StartTask(task) => self.begin(running, task),
                Action::Continue => self.send(running.id, Cause::Continue),
                Action::StartMapRun(run) if !running.ledger.map_runs.contains_key(&run.id) => {}
                Action::StartMapRun(run) => self.begin_map_run(running, run),
                Action::CancelMapRun(run) => self.map_runs.cancel(running.id, run),
                // A request that is under way can't be called back; its answer is not waited for any more.
                Action::CancelTask(_) => {}
                Action::SetTimer { .. } | Action::CancelTimer(_) | Action::Finish => {}
            }
        }
    }

    fn begin(self: &Arc<Self>, running: &Running, task: Task) {
        let seed = running.execution.seed();
        let (id, execution_arn, machine_arn) =
            (running.id, Arc::clone(&seed.execution_arn), Arc::clone(&seed.state_machine_arn));
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let cause = attempt(&runtime.platform, &runtime.exchanges, &task, (&execution_arn, &machine_arn)).await;
            runtime.send(id, cause);
        });
    }

    /// A child execution does not outlive the interest in it.
    fn stop_abandoned(self: &Arc<Self>, arn: String) {
        if is_job(&arn) {
            return self.cancel_job(arn);
        }
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let stopped = match runtime.find(&arn).await {
                Ok(Some(row)) => runtime.stop(&row, None, None).await.map(drop),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = stopped {
                tracing::warn!(%error, execution = %arn, "a child execution could not be stopped with its parent");
            }
        });
    }

    fn schedule_activity(self: &Arc<Self>, execution: i64, task: &Task) {
        let arn = &task.resource.arn;
        let Some(token) = &task.token else {
            tracing::error!(activity = %arn, "the core gave no token to an activity's task");
            return;
        };
        let waiting =
            Waiting { execution, task: task.id, token: token.to_string(), input: super::text_of(&task.parameters) };
        self.queues.push(arn, waiting);
    }
}

/// Makes an attempt; a panic in a service is its failure, not the execution's silence.
pub(super) async fn attempt(
    platform: &Platform,
    exchanges: &Exchanges,
    task: &Task,
    (execution_arn, state_machine_arn): (&str, &str),
) -> Cause {
    let attempt = Attempt { platform, task, execution_arn, state_machine_arn, exchanges };
    match AssertUnwindSafe(integrations::perform(attempt)).catch_unwind().await {
        Ok(cause) => cause,
        Err(_) => {
            tracing::error!(resource = %task.resource, state = %task.state, "a service panicked");
            Runtime::interrupted(task)
        }
    }
}

/// On AWS too, Express machines have no distributed maps.
pub(super) fn no_map_runs(run: &MapRun) -> Cause {
    Cause::MapRunEnded {
        run: run.id,
        result: MapRunResult::Failed {
            error: "States.Runtime".to_owned(),
            cause: Some(format!("Express state machines do not run distributed maps: state {}", run.state)),
        },
    }
}
