//! What every service is built with.

use std::sync::Arc;

use clock::Clock;
use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Scope, Services, Signals};

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

    /// Stops background work, waits until it has ended, and lets go of the services.
    pub async fn stop(&self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.services.clear();
    }
}
