//! Where records come from: shards of a stream, or a queue.

mod buffer;
mod dead_letter;
mod queue;
mod retry;
mod shard;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use ::service::{Platform, ServiceError};
use tokio_util::sync::CancellationToken;

use crate::plan::{Plan, Source};

/// How long to wait for a nudge before looking for records anyway.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A pipe at work.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) platform: Platform,
    pub(crate) plan: Arc<Plan>,
    /// Cancelled when the pipe is to stop; what is under way is finished first.
    pub(crate) stop: CancellationToken,
}

impl Run {
    /// Makes sure that the source can be read and, for a pipe that is new, where it begins.
    pub(crate) async fn prepare(&self, is_new: bool) -> Result<(), ServiceError> {
        match &self.plan.source {
            Source::Stream { starting_position, .. } => stream::prepare(self, *starting_position, is_new).await,
            Source::Queue => queue::prepare(self).await,
        }
    }

    /// Works until the pipe is stopped.
    pub(crate) async fn work(&self) {
        match &self.plan.source {
            Source::Stream { .. } => stream::work(self).await,
            Source::Queue => queue::work(self).await,
        }
    }

    /// Waits, but not beyond the stop.
    pub(crate) async fn pause(&self, duration: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.platform.clock.sleep(duration) => {}
        }
    }
}

/// How long to wait after so many failures in a row.
pub(crate) fn backoff(failures: u32) -> Duration {
    Duration::from_millis(100).saturating_mul(2_u32.saturating_pow(failures.min(12))).min(Duration::from_secs(60))
}
