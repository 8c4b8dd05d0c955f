//! Who makes invocations: one task that finds what is due, and one for each invocation in memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ::service::{Scope, ServiceError};
use clock::Timestamp;
use rusqlite::Connection;

use super::attempt::Call;
use super::verdict::{Verdict, is_too_old, verdict};
use super::{Failure, Invocation};
use crate::rows;
use crate::schedule::{AfterCompletion, State};
use crate::service::Scheduler;
use crate::target::Target;

/// How many moments, of one schedule and of all, are turned into invocations in one transaction.
const BATCH: usize = 256;

/// How many invocations are held in memory; the others wait in the store.
const MOST_HELD: usize = 1_024;

impl Scheduler {
    /// Invokes what is due, for as long as the engine runs.
    pub(crate) async fn run(self: Arc<Self>) {
        let what = "schedules that are due were not read";
        self.platform.whenever_due(&self.work.nudge, what, || self.invoke_due()).await;
    }

    /// Invokes what is due; when something is due next.
    async fn invoke_due(self: &Arc<Self>) -> Result<Option<Timestamp>, ServiceError> {
        let (store, now) = (&self.platform.store, self.platform.clock.now());
        let next_schedule = loop {
            match store.read(rows::schedules::next_due).await? {
                Some(moment) if moment <= now => {
                    let scope = self.platform.scope.clone();
                    store.write(move |connection| write_due(connection, &scope, now)).await?;
                }
                next => break next,
            }
        };
        // Taken before the rows are read: one that is done in between is in it, though its row was still seen.
        let held = self.work.held().clone();
        let most = held.len() + BATCH;
        let room = MOST_HELD.saturating_sub(held.len());
        // Until it's known better: one that is done meanwhile makes room.
        self.work.left_in_store.store(true, Ordering::Relaxed);
        let (due, next_invocation) = store
            .read(move |connection| {
                let due = rows::invocations::due(connection, now, most)?;
                Ok::<_, ServiceError>((due, rows::invocations::next_due(connection, now)?))
            })
            .await?;
        let is_full = due.len() == most;
        let mut free: Vec<Invocation> = due.into_iter().filter(|invocation| !held.contains(&invocation.id)).collect();
        if !is_full && free.len() <= room {
            self.work.left_in_store.store(false, Ordering::Relaxed);
        }
        free.truncate(room);
        self.work.held().extend(free.iter().map(|invocation| invocation.id));
        free.into_iter().for_each(|invocation| self.dispatch(invocation));
        Ok(next_schedule.into_iter().chain(next_invocation).min())
    }

    fn dispatch(self: &Arc<Self>, invocation: Invocation) {
        let this = Arc::clone(self);
        // Not stopped in the middle: a target that was called is one that need not be called again.
        self.platform.tasks.spawn(async move {
            let lanes = Arc::clone(&this.work.lanes);
            tokio::select! {
                biased;
                () = this.platform.shutdown.cancelled() => {}
                lane = lanes.acquire() => {
                    let _lane = lane;
                    let id = invocation.id;
                    match this.invoke(invocation).await {
                        Ok(()) => this.work.release(id),
                        // The row still says when it was due, and nobody tries it again before the next start.
                        Err(failure) => tracing::error!(error = %failure, "the outcome of an invocation was not written"),
                    }
                }
            }
        });
    }

    async fn invoke(&self, mut invocation: Invocation) -> Result<(), ServiceError> {
        let target = Target::new(invocation.target.clone())?;
        if !is_too_old(&invocation, target.retry, self.platform.clock.now()) {
            invocation.attempts += 1;
            let call = Call::of(&target, &invocation, &self.platform.scope);
            match self.attempt(&call).await {
                Ok(()) => return self.finish(invocation).await,
                Err(failure) => invocation.failure = Some(failure),
            }
        }
        let now = self.platform.clock.now();
        match verdict(&invocation, target.retry, now) {
            Verdict::RetryAt(moment) => self.retry_at(invocation, moment).await,
            Verdict::GiveUp(condition) => match self.bury(&target, &invocation, condition).await {
                Err(failure) if failure.retryable => {
                    tracing::warn!(schedule = invocation.arn, "a dead letter will be sent again: {}", failure.message);
                    self.retry_at(invocation, now.plus(Duration::from_secs(1))).await
                }
                outcome => {
                    if let Err(Failure { code, message, .. }) = outcome {
                        tracing::error!(schedule = invocation.arn, code, "a dead letter is lost: {message}");
                    }
                    self.finish(invocation).await
                }
            },
        }
    }

    async fn retry_at(&self, invocation: Invocation, moment: Timestamp) -> Result<(), ServiceError> {
        let id = invocation.id;
        let write = move |connection: &Connection| rows::invocations::retry_at(connection, &invocation, moment);
        self.platform.store.write(write).await?;
        self.work.release(id);
        self.work.nudge();
        Ok(())
    }

    /// Deletes the invocation, and with the last one of it a schedule that asked for that.
    async fn finish(&self, invocation: Invocation) -> Result<(), ServiceError> {
        let write = move |connection: &Connection| {
            if rows::invocations::delete(connection, &invocation)?
                && let Some(stored) = rows::schedules::of_id(connection, invocation.schedule)?
                && stored.next_at.is_none()
                && stored.schedule.state == State::Enabled
                && stored.schedule.after_completion == AfterCompletion::Delete
            {
                rows::schedules::delete(connection, stored.id)?;
            }
            Ok(())
        };
        self.platform.store.write(write).await
    }
}

/// Turns moments that are due into invocations, and notes what is due after them.
fn write_due(connection: &Connection, scope: &Scope, now: Timestamp) -> Result<(), ServiceError> {
    let mut left = BATCH;
    for stored in rows::schedules::due(connection, now, BATCH)? {
        let (arn, timing) = (stored.schedule.arn(scope), &stored.schedule.timing);
        let mut next = stored.next_at;
        while let Some(moment) = next.filter(|moment| *moment <= now && left > 0) {
            let invocation = Invocation {
                id: 0,
                schedule: stored.id,
                arn: arn.clone(),
                scheduled_at: moment,
                invoked_at: timing.invoked_at(&arn, moment),
                attempts: 0,
                failure: None,
                target: stored.schedule.target.clone(),
            };
            rows::invocations::insert(connection, &invocation)?;
            next = timing.next_after(moment)?;
            left -= 1;
        }
        rows::schedules::set_next(connection, stored.id, next)?;
    }
    Ok(())
}
