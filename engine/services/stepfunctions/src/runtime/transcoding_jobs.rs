//! Tasks that wait for a job of MediaConvert: `mediaconvert:createJob.sync`.
//!
//! Such a task waits like one for a child execution, under the job's ARN; it is found again after a restart.

use std::sync::Arc;
use std::time::Duration;

use asl::{Cause, Phase, TaskId};
use serde_json::{Value, json};
use service::ServiceError;

use super::Runtime;

/// What MediaConvert nudges when a job is over.
const SIGNAL: &str = "mediaconvert";

/// How long after a job's end at most its task hears of it, when the nudge came before the task waited.
const AT_MOST: Duration = Duration::from_secs(1);

/// A task that waits: its execution, itself, the job's ARN.
type Waiting = (i64, TaskId, String);

/// Whether a task that waits for this does so for a job.
pub(super) fn is_job(arn: &str) -> bool {
    arn.starts_with("arn:aws:mediaconvert:")
}

impl Runtime {
    /// Looks after tasks that wait for jobs, from the first one on.
    pub(super) async fn watch_jobs(self: Arc<Self>) {
        let signal = self.platform.signals.listen(SIGNAL);
        loop {
            let mut nudged = std::pin::pin!(signal.notified());
            nudged.as_mut().enable();
            let waits = match self.end_finished().await {
                Ok(waits) => waits,
                Err(error) => {
                    tracing::warn!(%error, "jobs of MediaConvert can't be looked up; trying again");
                    true
                }
            };
            if waits {
                tokio::select! {
                    () = nudged => {}
                    () = self.platform.clock.sleep(AT_MOST) => {}
                }
            } else {
                nudged.await;
            }
        }
    }

    /// A task has begun to wait for a job.
    pub(super) fn look_after_jobs(&self) {
        self.platform.signals.notify(SIGNAL);
    }

    /// Ends the tasks whose jobs are over; whether others wait.
    async fn end_finished(self: &Arc<Self>) -> Result<bool, ServiceError> {
        let read = self.platform.store.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT execution, task, key FROM states_waits \
                 WHERE kind = 'child' AND state = 0 AND key LIKE 'arn:aws:mediaconvert:%'",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, TaskId(row.get(1)?), row.get(2)?)))?;
            Ok::<Vec<Waiting>, ServiceError>(rows.collect::<Result<_, _>>()?)
        });
        let mut waits = false;
        for (execution, task, arn) in read.await? {
            let id = arn.rsplit('/').next().unwrap_or_default();
            let told = self.platform.services.call("mediaconvert", "GetJob", json!({"Id": id})).await?;
            match ended(task, &told) {
                Some(cause) => self.send(execution, cause),
                None => waits = true,
            }
        }
        Ok(waits)
    }

    /// A job does not outlive the interest in it.
    pub(super) fn cancel_job(self: &Arc<Self>, arn: String) {
        let runtime = Arc::clone(self);
        self.platform.spawn(async move {
            let id = arn.rsplit('/').next().unwrap_or_default();
            let canceled = runtime.platform.services.call("mediaconvert", "CancelJob", json!({"Id": id})).await;
            // That it is over already is no failure to cancel it.
            if let Err(error) = canceled
                && error.code != "ConflictException"
            {
                tracing::warn!(%error, job = %arn, "a job could not be canceled with its execution");
            }
        });
    }
}

/// What a job that is over means to its task.
fn ended(task: TaskId, told: &Value) -> Option<Cause> {
    let text = || asl::Value::from(told).to_text();
    match told["Job"]["Status"].as_str() {
        Some("COMPLETE") => Some(Cause::TaskSucceeded { task, output: asl::Value::from(told).into() }),
        Some("ERROR" | "CANCELED") => Some(Cause::TaskFailed {
            task,
            error: Some("States.TaskFailed".to_owned()),
            cause: Some(text()),
            phase: Phase::Run,
        }),
        _ => None,
    }
}
