//! Who works on jobs: one dispatcher that takes what its queue has room for, and one task for each job.

mod job;
mod outcome;
mod playlist;
pub(crate) mod transfer;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::service::{Scope, ServiceError};
use clock::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::api::API;
use crate::events;
use crate::job::{Job, JobError, Phase, Status};
use crate::names::DEFAULT_QUEUE;
use crate::operations::queues::DEFAULT_CONCURRENCY;
use crate::rows::{jobs, named};
use crate::service::MediaConvert;

/// How many waiting jobs are looked at.
const WAITING: usize = 1_000;

/// The jobs that are worked on, and how to stop each.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashMap<String, CancellationToken>>);

impl Running {
    fn all(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the work on a job.
    pub(crate) fn cancel(&self, id: &str) {
        if let Some(stop) = self.all().get(id) {
            stop.cancel();
        }
    }
}

/// Puts back what an earlier process was working on: it begins again.
pub(crate) fn submit_again(connection: &Connection) -> Result<(), ServiceError> {
    for mut job in jobs::of_status(connection, Status::Progressing, usize::MAX >> 1)? {
        job.status = Status::Submitted;
        (job.phase, job.phase_percent, job.started_at) = (None, 0, None);
        job.retry_count += 1;
        jobs::put(connection, &job)?;
    }
    Ok(())
}

/// There is no room on the disk, or none that may be used.
pub(crate) fn no_room(failure: &std::io::Error) -> ServiceError {
    ServiceError::server("InternalServerErrorException", format!("no folder for files in work can be made: {failure}"))
}

impl MediaConvert {
    /// Begins the jobs that their queues have room for. What comes next comes with a nudge.
    pub(crate) async fn begin_jobs(self: &Arc<Self>) -> Result<Option<Timestamp>, ServiceError> {
        let (scope, now) = (self.platform.scope.clone(), self.platform.clock.now());
        let begun = self.platform.store.write(move |connection| take(connection, &scope, now)).await?;
        if !begun.is_empty() {
            self.events_written.notify_one();
        }
        for job in begun {
            let stop = CancellationToken::new();
            self.running.all().insert(job.id.clone(), stop.clone());
            let this = Arc::clone(self);
            self.platform.spawn(async move {
                let id = job.id.clone();
                tokio::select! {
                    biased;
                    () = stop.cancelled() => {}
                    () = this.work(job) => {}
                }
                this.running.all().remove(&id);
                this.jobs_changed.notify_one();
            });
        }
        Ok(None)
    }

    /// Works on a job until it is over.
    async fn work(&self, job: Job) {
        let id = job.id.clone();
        let ended = match self.transcode(job).await {
            Ok(groups) => {
                self.change(&id, move |job| {
                    (job.status, job.output_groups) = (Status::Complete, Some(groups.described));
                    Some(("COMPLETE", groups.told))
                })
                .await
            }
            Err(error) => {
                tracing::warn!(job = id, code = error.code, "a job of MediaConvert failed: {}", error.message);
                self.change(&id, move |job| {
                    let told = json!({"errorCode": error.code, "errorMessage": error.message});
                    (job.status, job.error) = (Status::Error, Some(error));
                    Some(("ERROR", told))
                })
                .await
            }
        };
        if let Err(failure) = ended {
            tracing::error!(error = %failure, job = id, "the end of a job was not written; the next start begins it again");
        }
    }

    /// Changes a job that is still worked on, and keeps the event that `change` answers.
    pub(crate) async fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut Job) -> Option<(&'static str, serde_json::Value)> + Send + 'static,
    ) -> Result<Option<Job>, ServiceError> {
        let (id, scope, now) = (id.to_owned(), self.platform.scope.clone(), self.platform.clock.now());
        let write = move |connection: &Connection| {
            let Some(mut job) = jobs::find(connection, &id)?.filter(|job| job.status == Status::Progressing) else {
                return Ok(None);
            };
            let event = change(&mut job);
            if job.status.is_over() {
                job.finished_at = Some(now);
            }
            jobs::put(connection, &job)?;
            if let Some((status, more)) = event {
                events::write(connection, &scope, &job, now, status, more)?;
            }
            Ok::<_, ServiceError>(Some(job))
        };
        let changed = self.platform.store.write(write).await?;
        if changed.as_ref().is_some_and(|job| job.status.is_over()) {
            self.platform.signals.notify(API.id);
        }
        self.events_written.notify_one();
        Ok(changed)
    }
}

/// Takes from each queue, first those of the highest priority.
fn take(connection: &Connection, scope: &Scope, now: Timestamp) -> Result<Vec<Job>, ServiceError> {
    let mut room: BTreeMap<String, usize> = BTreeMap::new();
    let mut taken = Vec::new();
    for mut job in jobs::of_status(connection, Status::Submitted, WAITING)? {
        if !room.contains_key(&job.queue) {
            room.insert(job.queue.clone(), room_in(connection, &job.queue)?);
        }
        let Some(left) = room.get_mut(&job.queue).filter(|left| **left > 0) else { continue };
        *left -= 1;
        (job.status, job.started_at, job.phase, job.phase_percent) =
            (Status::Progressing, Some(now), Some(Phase::Probing), 0);
        jobs::put(connection, &job)?;
        events::write(connection, scope, &job, now, "PROGRESSING", json!({}))?;
        taken.push(job);
    }
    Ok(taken)
}

/// How many more jobs of a queue may run.
fn room_in(connection: &Connection, queue: &str) -> Result<usize, ServiceError> {
    let document = named::find(connection, "queues", queue)?.map(|queue| queue.document);
    let Some(document) = document else {
        // Deleted with nothing in it, and never the default one: nothing can be here.
        debug_assert_ne!(queue, DEFAULT_QUEUE);
        return Ok(0);
    };
    if document["Status"] != "ACTIVE" {
        return Ok(0);
    }
    let concurrent = document["ConcurrentJobs"].as_u64().unwrap_or(DEFAULT_CONCURRENCY);
    let running = jobs::count(connection, queue, Status::Progressing)?;
    Ok(usize::try_from(concurrent).unwrap_or(usize::MAX).saturating_sub(running))
}

/// An error of ours in the middle of a job.
fn internal(failure: impl std::fmt::Display) -> JobError {
    JobError::new(1999, failure.to_string())
}
