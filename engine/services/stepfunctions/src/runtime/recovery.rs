//! Going on after a stop or a crash.

use std::sync::Arc;

use asl::{Cause, TaskId};
use clock::Timestamp;
use service::ServiceError;

use super::activity_queues::Waiting;
use super::running::Running;
use super::seats::Message;
use super::{Runtime, journal};

impl Runtime {
    /// Arms the timers of all waiting executions (from an index, without reading the executions), ends attempts whose
    /// outcome is unknown, offers activities' tasks to workers again, and runs Express executions again that had not
    /// ended.
    pub(crate) fn start(self: &Arc<Self>) -> Result<(), ServiceError> {
        self.log_writer.start();
        let first_id = self.first_id;
        let (timers, busy, activities, untold) = self.platform.store.read_blocking(move |connection| {
            let timers = connection
                .prepare("SELECT id, wake_at FROM states_executions WHERE wake_at IS NOT NULL AND id < ?1")?
                .query_map([first_id], |row| Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?))))?
                .collect::<Result<Vec<(i64, Timestamp)>, _>>()?;
            let busy = connection
                .prepare("SELECT id FROM states_executions WHERE busy = 1 AND id < ?1")?
                .query_map([first_id], |row| row.get(0))?
                .collect::<Result<Vec<i64>, _>>()?;
            let activities = connection
                .prepare(
                    "SELECT activity, execution, task, key, input FROM states_waits \
                     WHERE kind = 'activity' AND state = 0 AND execution < ?1 ORDER BY rowid",
                )?
                .query_map([first_id], |row| {
                    let (execution, task) = (row.get(1)?, TaskId(row.get(2)?));
                    Ok((row.get(0)?, Waiting { execution, task, token: row.get(3)?, input: row.get(4)? }))
                })?
                .collect::<Result<Vec<(String, Waiting)>, _>>()?;
            Ok::<_, ServiceError>((timers, busy, activities, journal::untold(connection)?))
        })?;
        for (id, at) in timers {
            self.timers.set(id, Some(at));
        }
        for id in busy {
            self.post(id, Message::Recover);
        }
        for (activity, waiting) in activities {
            self.queues.push(&activity, waiting);
        }
        self.tell(untold);
        self.start_express_again();
        let runtime = Arc::clone(self);
        self.platform.spawn(async move { runtime.wake_when_due().await });
        let runtime = Arc::clone(self);
        self.platform.spawn(async move { runtime.publish_changes().await });
        let runtime = Arc::clone(self);
        self.platform.spawn(async move { runtime.forget_when_due().await });
        self.platform.spawn(Arc::clone(self).watch_jobs());
        Ok(())
    }

    /// What an execution is told after a restart about what was under way.
    pub(super) fn interruptions(&self, running: &Running) -> Vec<Cause> {
        let ledger = &running.ledger;
        let tasks = ledger.tasks.values().filter(|flight| !flight.is_parked());
        let goes_on = ledger.continues.then_some(Cause::Continue);
        tasks.map(|flight| Self::interrupted(&flight.task)).chain(goes_on).collect()
    }

    /// Wakes executions when their earliest timer is due.
    async fn wake_when_due(self: &Arc<Self>) {
        loop {
            let changed = self.timers.changed.notified();
            for id in self.timers.take_due(self.now()) {
                self.post(id, Message::Wake);
            }
            match self.timers.next() {
                None => changed.await,
                Some(at) => {
                    tokio::select! {
                        () = changed => {}
                        () = self.platform.clock.sleep_until(at) => {}
                    }
                }
            }
        }
    }
}
