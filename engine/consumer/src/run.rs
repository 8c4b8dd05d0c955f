//! A consumer at work.

use std::sync::Arc;
use std::time::Duration;

use service::{Platform, ServiceError};
use tokio_util::sync::CancellationToken;

use crate::{Intake, Source, Stage, queue, stream};

/// How long to wait for a nudge before looking for records anyway.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A consumer at work; clones share it.
#[derive(Clone)]
pub struct Consumer {
    /// The engine.
    pub platform: Platform,
    /// What it takes.
    pub intake: Arc<Intake>,
    /// What takes its batches.
    pub stage: Arc<dyn Stage>,
    /// Cancelled when the consumer is to stop; what is under way is finished first.
    pub stop: CancellationToken,
}

impl Consumer {
    /// Makes sure that the source can be read and, for a consumer that is new, where it begins.
    ///
    /// # Errors
    /// What the source answers.
    pub async fn prepare(&self, is_new: bool) -> Result<(), ServiceError> {
        match &self.intake.source {
            Source::Stream { starting_position, .. } => stream::prepare(self, *starting_position, is_new).await,
            Source::Queue { .. } => queue::prepare(self).await,
        }
    }

    /// Works until the consumer is stopped.
    pub async fn work(&self) {
        match &self.intake.source {
            Source::Stream { lanes, .. } => stream::work(self, *lanes).await,
            Source::Queue { concurrency } => queue::work(self, *concurrency).await,
        }
    }

    /// Waits, but not beyond the stop.
    pub async fn pause(&self, duration: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.platform.clock.sleep(duration) => {}
        }
    }
}

/// How long to wait after so many failures in a row.
pub fn backoff(failures: u32) -> Duration {
    Duration::from_millis(100).saturating_mul(2_u32.saturating_pow(failures.min(12))).min(Duration::from_secs(60))
}
