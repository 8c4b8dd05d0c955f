//! Who makes deliveries: a task for each in memory, one that fetches due rows, and one that deletes the rows of those done.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::Connection;
use uuid::Uuid;

use super::verdict::{Verdict, verdict};
use super::{Delivery, Failure, MOST_HELD};
use crate::rows;
use crate::rule::Rule;
use crate::service::EventBridge;
use crate::target::Target;

/// How long the rows of deliveries that are done may wait to be deleted, so that they share transactions and leave the
/// disk to those who wait for an answer. A crash in between delivers again, as AWS may at any time.
const DELETE_BEHIND: Duration = Duration::from_millis(20);

/// How many rows are fetched at a time.
const FETCH: usize = 1_000;

impl EventBridge {
    /// Starts to deliver; those that the store holds and that nobody holds in memory are fetched by [`Self::fetch_due`].
    pub(crate) fn dispatch(&self, mut deliveries: Vec<Delivery>) {
        let room = MOST_HELD.saturating_sub(self.deliveries.held().len().saturating_sub(deliveries.len()));
        if deliveries.len() > room {
            let left = deliveries.split_off(room);
            self.deliveries.left_in_store.store(true, Ordering::Relaxed);
            self.deliveries.release(left.into_iter().map(|delivery| delivery.sequence));
        }
        let Some(this) = self.this.upgrade() else { return };
        for delivery in deliveries {
            let this = Arc::clone(&this);
            // Not stopped in the middle: a target that was called is one that need not be called again.
            self.platform.tasks.spawn(async move {
                let lanes = Arc::clone(&this.deliveries.lanes);
                tokio::select! {
                    biased;
                    () = this.platform.shutdown.cancelled() => {}
                    lane = lanes.acquire() => {
                        let _lane = lane;
                        this.deliver(delivery).await;
                    }
                }
            });
        }
    }

    async fn deliver(&self, mut delivery: Delivery) {
        let rule = self.registry().rule(&delivery.bus, &delivery.rule);
        let Ok(rule) = rule else { return self.finish(&delivery) };
        let Some(target) = rule.targets.get(&delivery.target).cloned() else { return self.finish(&delivery) };
        let now = self.platform.clock.now();
        let too_old = delivery.failure.is_some() && now.since(delivery.accepted_at) >= target.retry.age;
        if !too_old {
            delivery.attempts += 1;
            match self.attempt(&rule, &target, &delivery).await {
                Ok(()) => return self.finish(&delivery),
                Err(failure) => delivery.failure = Some(failure),
            }
        }
        let now = self.platform.clock.now();
        let settled = match verdict(&delivery, target.retry, now, jitter()) {
            Verdict::RetryAt(moment) => self.retry_at(&delivery, moment).await,
            Verdict::GiveUp(condition) => self.give_up(&rule, &target, &delivery, condition).await,
        };
        if let Err(failure) = settled {
            // The row still says when it was due: the next start finds it.
            tracing::error!(error = %failure, "the outcome of a delivery was not written");
        }
    }

    async fn retry_at(&self, delivery: &Delivery, moment: Timestamp) -> Result<(), ServiceError> {
        let row = delivery.clone();
        self.platform.store.write(move |connection| rows::deliveries::retry_at(connection, &row, moment)).await?;
        self.deliveries.release([delivery.sequence]);
        self.deliveries.due.notify_one();
        Ok(())
    }

    async fn give_up(
        &self,
        rule: &Rule,
        target: &Target,
        delivery: &Delivery,
        condition: Option<&'static str>,
    ) -> Result<(), ServiceError> {
        match self.bury(rule, target, delivery, condition).await {
            Err(failure) if failure.retryable => {
                tracing::warn!(rule = rule.arn, error = failure.message, "a dead letter will be sent again");
                let moment = self.platform.clock.now().plus(Duration::from_secs(1));
                self.retry_at(delivery, moment).await
            }
            outcome => {
                if let Err(Failure { code, message, .. }) = outcome {
                    tracing::error!(rule = rule.arn, target = target.arn, code, "an event is lost: {message}");
                }
                self.finish(delivery);
                Ok(())
            }
        }
    }

    /// The delivery's row can go.
    fn finish(&self, delivery: &Delivery) {
        self.deliveries.done().push(delivery.sequence);
        self.deliveries.has_done.notify_one();
    }

    /// Deletes the rows of deliveries that are done, for as long as the engine runs and until none is left after.
    pub(crate) async fn delete_done(self: Arc<Self>) {
        let stopping = self.platform.shutdown.clone();
        loop {
            let batch = async {
                self.deliveries.has_done.notified().await;
                self.platform.clock.sleep(DELETE_BEHIND).await;
            };
            tokio::select! {
                () = stopping.cancelled() => {
                    // What is being delivered right now ends first, and holds a lane until then.
                    let all = u32::try_from(super::CONCURRENT).unwrap_or(u32::MAX);
                    let _ended = self.deliveries.lanes.acquire_many(all).await;
                    self.delete_batch().await;
                    return;
                }
                () = batch => self.delete_batch().await,
            }
        }
    }

    async fn delete_batch(&self) {
        let done = std::mem::take(&mut *self.deliveries.done());
        if done.is_empty() {
            return;
        }
        let rows = done.clone();
        let write = move |connection: &Connection| rows::deliveries::delete(connection, &rows);
        match self.platform.store.write(write).await {
            Ok(()) => self.deliveries.release(done),
            Err(failure) => {
                tracing::error!(error = %failure, "deliveries that are done were not deleted; trying again");
                self.deliveries.done().extend(done);
                self.deliveries.has_done.notify_one();
            }
        }
    }

    /// Fetches rows that are due and that nobody holds: retries, what there was no room for, what a stop interrupted.
    pub(crate) async fn fetch_due(self: Arc<Self>) {
        let what = "due deliveries were not read";
        self.platform.whenever_due(&self.deliveries.due, what, || self.fetch_batch()).await;
    }

    /// When the next row becomes due.
    async fn fetch_batch(&self) -> Result<Option<Timestamp>, ServiceError> {
        let now = self.platform.clock.now();
        // Taken before the rows are read: one that is done in between is in it, though its row was still seen.
        let held = self.deliveries.held().clone();
        let most = held.len() + FETCH;
        self.deliveries.left_in_store.store(false, Ordering::Relaxed);
        let read = move |connection: &Connection| {
            let due = rows::deliveries::due(connection, now, most)?;
            let more = due.len() == most;
            let free = due.into_iter().filter(|sequence| !held.contains(sequence));
            let free = free.map(|sequence| rows::deliveries::read(connection, sequence));
            let free = free.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, ServiceError>((free, more, rows::deliveries::next_due(connection, now)?))
        };
        let (due, more, next) = self.platform.store.read(read).await?;
        if more {
            self.deliveries.left_in_store.store(true, Ordering::Relaxed);
        }
        self.deliveries.hold(&due);
        self.dispatch(due);
        Ok(next)
    }
}

/// A number from 0 to 1, so that deliveries that failed together are not tried again together.
fn jitter() -> f64 {
    let (random, _) = Uuid::new_v4().as_u64_pair();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
