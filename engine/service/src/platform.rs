//! What every service is built with.

use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, Timestamp};
use store::Store;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Scope, ServiceError, Services, Signals};

/// What every service is built with; clones share it.
#[derive(Clone)]
pub struct Platform {
    /// Durable state.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The other services.
    pub services: Services,
    /// Nudges between services.
    pub signals: Signals,
    /// Region and account.
    pub scope: Scope,
    /// Background work: what runs on it ends soon after [`Platform::shutdown`] is cancelled.
    pub tasks: TaskTracker,
    /// Cancelled when the engine stops.
    pub shutdown: CancellationToken,
}

impl Platform {
    /// A platform with no services yet.
    pub fn new(store: Store, clock: Arc<dyn Clock>, scope: Scope) -> Self {
        Self {
            store,
            clock,
            services: Services::default(),
            signals: Signals::default(),
            scope,
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
        }
    }

    /// Runs `work` in the background until it ends or the engine stops.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// Does what is due, again and again: `work` answers when something is due next, `None` for not before a nudge. A nudge
    /// that comes while it works is not missed; a failure is logged with `what` in words, and tried again in a second.
    pub async fn whenever_due<Work, Answer>(&self, nudge: &Notify, what: &str, work: Work)
    where
        Work: Fn() -> Answer + Send,
        Answer: Future<Output = Result<Option<Timestamp>, ServiceError>> + Send,
    {
        loop {
            let mut nudged = std::pin::pin!(nudge.notified());
            nudged.as_mut().enable();
            let next = match work().await {
                Ok(next) => next,
                Err(failure) => {
                    tracing::error!(error = %failure, "{what}; trying again in a second");
                    Some(self.clock.now().plus(Duration::from_secs(1)))
                }
            };
            let wake = async {
                match next {
                    Some(moment) => self.clock.sleep_until(moment).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = nudged => {}
                () = wake => {}
            }
        }
    }

    /// Stops background work, waits until it has ended, and lets go of the services.
    pub async fn stop(&self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.services.clear();
    }
}
