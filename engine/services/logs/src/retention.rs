//! Events whose retention is over are deleted.

use std::time::Duration;

use clock::Timestamp;
use rusqlite::Connection;
use service::{Platform, ServiceError};
use tokio::sync::Notify;

use crate::rows::Group;

/// How often events are deleted; reads don't show them from the moment on.
const EVERY: Duration = Duration::from_secs(3600);

/// Deletes events whose retention is over.
pub(crate) struct Retention {
    platform: Platform,
    nudge: Notify,
}

impl Retention {
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform, nudge: Notify::new() }
    }

    /// To be called when a group's retention has changed.
    pub(crate) fn nudge(&self) {
        self.nudge.notify_waiters();
    }

    pub(crate) async fn keep(&self) {
        let what = "log events can't be deleted whose retention is over";
        self.platform.whenever_due(&self.nudge, what, || self.delete()).await;
    }

    async fn delete(&self) -> Result<Option<Timestamp>, ServiceError> {
        let now = self.platform.clock.now();
        let any = self.platform.store.write(move |connection| delete(connection, now)).await?;
        Ok(any.then(|| now.plus(EVERY)))
    }
}

/// Deletes what is over; answers whether any group has a retention.
fn delete(connection: &Connection, now: Timestamp) -> Result<bool, ServiceError> {
    let groups = Group::all(connection)?;
    let limited: Vec<&Group> = groups.iter().filter(|group| group.record.retention_in_days.is_some()).collect();
    let mut statement = connection.prepare_cached("DELETE FROM logs_events WHERE log_group = ?1 AND timestamp < ?2")?;
    for group in &limited {
        statement.execute((group.id, group.kept_from(now)))?;
    }
    Ok(!limited.is_empty())
}
