//! Who makes deliveries: a task for each, and one for each message group of a FIFO topic.

use std::sync::Arc;
use std::time::Duration;

use service::ServiceError;

use super::verdict::{Failure, pause_after};
use super::{Deliveries, Delivery, Line};
use crate::rows;
use crate::service::Sns;
use crate::subscription::Subscription;

/// How long a dead-letter queue that has a fault is left alone.
const DEAD_LETTER_PAUSE: Duration = Duration::from_secs(1);

impl Sns {
    /// Goes on with what a stop or a crash interrupted. To be called once, when the services that subscriptions lead to are
    /// there.
    ///
    /// # Errors
    /// The store's.
    pub fn start(self: &Arc<Self>) -> Result<(), ServiceError> {
        let up_to = self.deliveries.left_over;
        let left: Vec<Delivery> =
            self.platform.store.read_blocking(move |connection| rows::deliveries(connection, up_to))?;
        self.dispatch(left);
        Ok(())
    }

    /// Starts to deliver. Those of one message group are made in the order in which they come here.
    pub(crate) fn dispatch(self: &Arc<Self>, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            let this = Arc::clone(self);
            match delivery.line() {
                None => drop(self.platform.tasks.spawn(async move { this.deliver(delivery).await })),
                Some(line) => {
                    if self.deliveries.queue(&line, delivery) {
                        self.platform.tasks.spawn(this.deliver_line(line));
                    }
                }
            }
        }
    }

    async fn deliver_line(self: Arc<Self>, line: Line) {
        while let Some(delivery) = self.deliveries.next(&line) {
            if self.platform.shutdown.is_cancelled() {
                return;
            }
            self.deliver(delivery).await;
        }
    }

    /// Calls the endpoint until it has the message, or the dead-letter queue has it, or the engine stops: then the row
    /// stays, and the next start goes on.
    async fn deliver(&self, mut delivery: Delivery) {
        loop {
            let Some(subscription) = self.registry().subscriptions.get(&delivery.subscription).cloned() else {
                break;
            };
            delivery.attempts = delivery.attempts.saturating_add(1);
            let Some(outcome) = self.in_lane(self.attempt(&subscription, &delivery)).await else { return };
            let Err(failure) = outcome else { break };
            let pause = pause_after(delivery.attempts).filter(|_| failure.retryable);
            match pause {
                Some(pause) if pause.is_zero() => {}
                Some(pause) => {
                    self.note_attempts(&delivery).await;
                    if !self.pause(pause).await {
                        return;
                    }
                }
                None if self.give_up(&subscription, &delivery, &failure).await => break,
                None => return,
            }
        }
        self.finish(&delivery).await;
    }

    /// Whether the delivery is over: false when the engine stopped before.
    async fn give_up(&self, subscription: &Subscription, delivery: &Delivery, failure: &Failure) -> bool {
        loop {
            match self.in_lane(self.bury(subscription, delivery, failure)).await {
                None => return false,
                Some(Ok(())) => return true,
                Some(Err(again)) if again.retryable => {
                    tracing::warn!(
                        subscription = delivery.subscription,
                        "a dead letter is sent again: {}",
                        again.message
                    );
                    if !self.pause(DEAD_LETTER_PAUSE).await {
                        return false;
                    }
                }
                Some(Err(lost)) => {
                    tracing::error!(
                        subscription = delivery.subscription,
                        message = %delivery.message.id,
                        "a notification is lost ({}), its dead-letter queue took it neither: {}",
                        failure.message,
                        lost.message
                    );
                    return true;
                }
            }
        }
    }

    /// Makes a call when there is room for one; none when the engine stops first. A call that has begun is not stopped in
    /// the middle: an endpoint that was called is one that need not be called again.
    async fn in_lane<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let Deliveries { lanes, .. } = &self.deliveries;
        let _lane = tokio::select! {
            biased;
            () = self.platform.shutdown.cancelled() => return None,
            lane = lanes.acquire() => lane,
        };
        Some(call.await)
    }

    /// Waits; false when the engine stops first.
    async fn pause(&self, pause: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.platform.shutdown.cancelled() => false,
            () = self.platform.clock.sleep(pause) => true,
        }
    }

    async fn note_attempts(&self, delivery: &Delivery) {
        let (sequence, attempts) = (delivery.sequence, delivery.attempts);
        let write = move |connection: &_| rows::set_attempts(connection, sequence, attempts);
        if let Err(failure) = self.platform.store.write::<_, ServiceError, _>(write).await {
            // A restart would then begin to count anew.
            tracing::warn!(error = %failure, "the attempts of a delivery were not written");
        }
    }

    async fn finish(&self, delivery: &Delivery) {
        let (sequence, message) = (delivery.sequence, delivery.message_sequence);
        let write = move |connection: &_| rows::delete_delivery(connection, sequence, message);
        if let Err(failure) = self.platform.store.write::<_, ServiceError, _>(write).await {
            // The next start delivers it again, as SNS may at any time.
            tracing::error!(error = %failure, "a delivery that is done was not deleted");
        }
    }
}
