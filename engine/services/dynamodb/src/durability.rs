//! Answers are given once what they tell is on disk, and many answers share the wait.
//!
//! SQLite with `synchronous=FULL` calls fsync on the write-ahead log at the end of each commit and does nothing else that
//! `NORMAL` doesn't: in both modes a checkpoint first syncs the log, then the database file, before the log may be
//! overwritten, and the header of a log that starts over is synced before frames follow it. So `NORMAL` plus one fsync of
//! the log between a commit and its answer is what `FULL` guarantees: an answered write survives a power cut. Here one
//! thread syncs for everybody who waits, while the next operations already run.
//!
//! A read can see a commit that is not synced yet. It is therefore answered after the sync of everything committed
//! before it, so nobody acts on what a power cut could still take back.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use serde_json::Value;
use service::{ServiceError, Signals};
use tokio::sync::oneshot;

use crate::database::signal;

/// An answer that waits for the disk.
pub(crate) struct Pending {
    pub(crate) wrote: bool,
    pub(crate) result: Result<Value, ServiceError>,
    pub(crate) answer: oneshot::Sender<Result<Value, ServiceError>>,
    pub(crate) signals: Vec<String>,
}

impl Pending {
    fn tell(self, signals: &Signals, synced: Result<(), ServiceError>) {
        if synced.is_ok() {
            signal(signals, &self.signals);
        }
        // A caller that no longer waits is no reason not to keep what it wrote.
        let _ = self.answer.send(synced.and(self.result));
    }
}

/// Where answers go once their operation has run.
pub(crate) struct Answers {
    signals: Signals,
    syncer: Option<Syncer>,
}

struct Syncer {
    queue: Option<mpsc::Sender<Pending>>,
    /// How many answers wait. Only [`Answers::give`] adds to it, so when it reads zero there, all commits are durable.
    waiting: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Answers {
    /// With no file there is nothing to wait for.
    pub(crate) fn start(database: Option<&Path>, signals: Signals) -> std::io::Result<Self> {
        let Some(database) = database else { return Ok(Self { signals, syncer: None }) };
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let log = PathBuf::from(log);
        // SQLite keeps the one log file for as long as its connection is open, and takes no locks on it, so a handle of
        // our own is safe to hold and to close.
        let file = File::options().write(true).open(&log)?;
        let (queue, pending) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let thread = std::thread::Builder::new().name("dynamodb-sync".to_owned()).spawn({
            let (waiting, signals) = (Arc::clone(&waiting), signals.clone());
            move || sync_all(&file, &log, &pending, &waiting, &signals)
        })?;
        Ok(Self { signals, syncer: Some(Syncer { queue: Some(queue), waiting, thread: Some(thread) }) })
    }

    /// Gives the answer as soon as what it tells is durable. Must be called by the one thread that commits.
    pub(crate) fn give(&self, pending: Pending) {
        let Some(syncer) = &self.syncer else { return pending.tell(&self.signals, Ok(())) };
        if !pending.wrote && syncer.waiting.load(Ordering::Acquire) == 0 {
            return pending.tell(&self.signals, Ok(()));
        }
        syncer.waiting.fetch_add(1, Ordering::AcqRel);
        if let Some(queue) = &syncer.queue {
            // The syncer ends only after this sender is gone.
            let _ = queue.send(pending);
        }
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn sync_all(file: &File, log: &Path, pending: &mpsc::Receiver<Pending>, waiting: &AtomicUsize, signals: &Signals) {
    let mut broken: Option<String> = None;
    while let Ok(first) = pending.recv() {
        let group: Vec<Pending> = std::iter::once(first).chain(pending.try_iter()).collect();
        if broken.is_none() && group.iter().any(|pending| pending.wrote) {
            // After a failed sync the system may have dropped the pages: a later success would prove nothing.
            broken = file.sync_data().err().map(|error| error.to_string());
        }
        let count = group.len();
        for pending in group {
            let synced = match &broken {
                None => Ok(()),
                Some(reason) => Err(ServiceError::server(
                    "InternalServerError",
                    format!(
                        "{} could not be synced, so writes can't be promised any more: {reason}; check the disk and restart",
                        log.display()
                    ),
                )),
            };
            pending.tell(signals, synced);
        }
        if broken.is_none() {
            waiting.fetch_sub(count, Ordering::AcqRel);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn once_the_log_can_not_be_synced_nothing_is_promised_any_more() {
        // A device that takes writes and can't be synced.
        let file = File::open("/dev/null").expect("Linux has it");
        let (queue, pending) = mpsc::channel();
        let waiting = AtomicUsize::new(2);
        let mut answers = Vec::new();
        for wrote in [true, false] {
            let (answer, answered) = oneshot::channel();
            queue.send(Pending { wrote, result: Ok(json!({})), answer, signals: Vec::new() }).expect("it is received");
            answers.push(answered);
        }
        drop(queue);
        sync_all(&file, Path::new("dynamodb.db-wal"), &pending, &waiting, &Signals::default());
        for mut answered in answers {
            let error = answered.try_recv().expect("it is answered").expect_err("it is no success");
            assert!(error.message.contains("dynamodb.db-wal"), "{}", error.message);
        }
        // So that every later answer goes the same way.
        assert_eq!(waiting.load(Ordering::Acquire), 2);
    }
}
