//! Executions that ended long ago are forgotten, with their histories and map runs.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::{Connection, params};
use tokio::sync::Notify;

use super::Runtime;

/// AWS keeps ended executions as long.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// So many at once, so that other writes have their turn.
const CHUNK: usize = 200;
/// Between two sweeps there is at least so much time, in milliseconds.
const PAUSE: i64 = 60 * 60 * 1000;

/// Sweeps when the process starts, and then when something ends: an engine at rest grows no further.
#[derive(Default)]
pub(super) struct Retention {
    nudge: Notify,
    /// When the latest sweep was, in milliseconds.
    swept: AtomicI64,
}

impl Retention {
    /// An execution has ended.
    pub(super) fn ended(&self, now: Timestamp) {
        let now = now.as_millis();
        let swept = self.swept.load(Ordering::Relaxed);
        if now - swept >= PAUSE && self.swept.compare_exchange(swept, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.nudge.notify_one();
        }
    }
}

impl Runtime {
    /// Forgets what ended long ago, again and again.
    pub(super) async fn forget_when_due(&self) {
        let what = "executions that ended long ago can't be forgotten";
        self.platform.whenever_due(&self.retention.nudge, what, || self.forget_some()).await;
    }

    /// Answers when there is more to forget.
    async fn forget_some(&self) -> Result<Option<Timestamp>, ServiceError> {
        let now = self.now();
        self.retention.swept.store(now.as_millis(), Ordering::Relaxed);
        let forgotten = self.platform.store.write(move |connection| forget(connection, now)).await?;
        Ok((forgotten == CHUNK).then_some(now))
    }
}

/// Forgets some; answers how many.
fn forget(connection: &Connection, now: Timestamp) -> Result<usize, ServiceError> {
    let before = now.as_millis() - i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    let old = connection
        .prepare_cached("SELECT id, arn FROM states_executions WHERE stopped_at <= ?1 ORDER BY stopped_at LIMIT ?2")?
        .query_map(params![before, CHUNK], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    for (id, arn) in &old {
        for statement in [
            "DELETE FROM states_journal WHERE execution = ?1",
            "DELETE FROM states_waits WHERE execution = ?1",
            "DELETE FROM states_executions WHERE id = ?1",
        ] {
            connection.prepare_cached(statement)?.execute([id])?;
        }
        connection
            .prepare_cached(
                "DELETE FROM states_map_items WHERE run IN (SELECT arn FROM states_map_runs WHERE execution = ?1)",
            )?
            .execute([arn])?;
        connection.prepare_cached("DELETE FROM states_map_runs WHERE execution = ?1")?.execute([arn])?;
    }
    Ok(old.len())
}
