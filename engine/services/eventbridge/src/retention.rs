//! Deleting archived events that are older than their archive keeps them, or whose archive is gone.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;

use crate::rows::archives;
use crate::service::EventBridge;

const INTERVAL: Duration = Duration::from_secs(3600);

/// How many events go in one transaction, so that nobody's write waits long behind it.
const CHUNK: usize = 2000;

const DAY_MILLIS: i64 = 86_400_000;

impl EventBridge {
    /// Deletes what is superfluous now, then every hour and whenever an archive was changed.
    pub(crate) async fn delete_superfluous(self: Arc<Self>) {
        loop {
            if let Err(failure) = self.delete_expired().await {
                tracing::error!(error = %failure, "archived events were not deleted; trying again in an hour");
            }
            tokio::select! {
                () = self.superfluous.notified() => {}
                () = self.platform.clock.sleep(INTERVAL) => {}
            }
        }
    }

    async fn delete_expired(&self) -> Result<(), ServiceError> {
        let now = self.platform.clock.now();
        let limits: Vec<(i64, Timestamp)> = self
            .registry()
            .archives
            .values()
            .filter(|archive| archive.retention_days > 0)
            .map(|archive| (archive.id, now.as_millis() - i64::from(archive.retention_days) * DAY_MILLIS))
            .map(|(id, millis)| (id, Timestamp::from_millis(millis)))
            .collect();
        let store = &self.platform.store;
        for (archive, limit) in limits {
            let chunk = move |connection: &_| archives::delete_older(connection, archive, limit, CHUNK);
            while store.write(chunk).await? == CHUNK {}
        }
        while store.write(|connection| archives::delete_orphans(connection, CHUNK)).await? > 0 {}
        Ok(())
    }
}
