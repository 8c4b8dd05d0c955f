//! The thread that owns dynoxide's database.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use clock::Clock;
use dynoxide::actions::vector_lifecycle::VectorIndexLifecycle;
use dynoxide::storage::Storage;
use serde_json::Value;
use service::{Platform, ServiceError, Signals};
use tokio::sync::oneshot;

use crate::durability::{Answers, Pending};
use crate::names::Names;
use crate::records;

type Work = Box<dyn FnOnce(&Session) -> Result<Value, ServiceError> + Send>;

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Value, ServiceError>>,
}

/// What an operation runs on.
pub(crate) struct Session {
    pub(crate) storage: Storage,
    pub(crate) lifecycle: VectorIndexLifecycle,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) names: Names,
    /// The id of the newest stream record that has been signalled.
    pub(crate) last_record: Cell<i64>,
}

/// A handle to the database; the file is closed when it is dropped.
pub(crate) struct Database {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Database {
    /// Opens `dynamodb.db` in the store's directory, or a database in memory when the store has none.
    pub(crate) fn open(platform: &Platform) -> Result<Self, ServiceError> {
        let file = platform.store.directory().map(|directory| directory.join("dynamodb.db"));
        let session = open_session(file.as_deref(), platform)?;
        let answers = Answers::start(file.as_deref(), platform.signals.clone())
            .map_err(|error| failure(file.as_deref(), &error))?;
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("dynamodb".to_owned())
            // Expressions and documents are read by recursion.
            .stack_size(8 << 20)
            .spawn(move || run_all(&session, &queue, &answers))
            .map_err(|error| failure(file.as_deref(), &error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `work` on the database's thread; answers once everything that it wrote or saw is durable.
    pub(crate) async fn run(
        &self,
        work: impl FnOnce(&Session) -> Result<Value, ServiceError> + Send + 'static,
    ) -> Result<Value, ServiceError> {
        let closed = || ServiceError::server("InternalServerError", "the database is closed");
        let (answer, answered) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(closed)?;
        jobs.send(Job { work: Box::new(work), answer }).map_err(|_| closed())?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // It has answered everything it was given before it ends; a panic in it has been reported already.
            let _ = thread.join();
        }
    }
}

fn failure(file: Option<&Path>, error: &dyn std::fmt::Display) -> ServiceError {
    let file = file.map_or_else(|| "in memory".to_owned(), |file| file.display().to_string());
    ServiceError::server(
        "InternalServerError",
        format!("the DynamoDB database {file} can't be opened: {error}; `sluice reset` starts over without its data"),
    )
}

fn open_session(file: Option<&Path>, platform: &Platform) -> Result<Session, ServiceError> {
    let open = || -> Result<Storage, dynoxide::DynoxideError> {
        let storage = match file {
            Some(file) => Storage::new(&file.to_string_lossy())?,
            None => Storage::memory()?,
        };
        // The commit itself does not wait for the disk; `durability` does, for many at once.
        storage
            .conn()
            .execute_batch("PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;")?;
        storage.conn().set_prepared_statement_cache_capacity(256);
        records::prepare(storage.conn())?;
        crate::tokens::prepare(storage.conn())?;
        crate::expiry::prepare(storage.conn())?;
        Ok(storage.with_clock(Arc::new(DynoxideClock(Arc::clone(&platform.clock)))))
    };
    let storage = open().map_err(|error| failure(file, &error))?;
    let last_record = Cell::new(records::newest(storage.conn()).map_err(|error| failure(file, &error))?);
    Ok(Session {
        storage,
        lifecycle: VectorIndexLifecycle::new(),
        clock: Arc::clone(&platform.clock),
        names: Names::of(&platform.scope),
        last_record,
    })
}

fn run_all(session: &Session, queue: &mpsc::Receiver<Job>, answers: &Answers) {
    let connection = session.storage.conn();
    while let Ok(Job { work, answer }) = queue.recv() {
        let before = connection.total_changes();
        let result = catch_unwind(AssertUnwindSafe(|| work(session))).unwrap_or_else(|_| {
            Err(ServiceError::server("InternalServerError", "the operation panicked and was undone"))
        });
        if !connection.is_autocommit() {
            // Only a panic leaves a transaction open; nothing of it may reach the next operation.
            let _ = connection.execute_batch("ROLLBACK");
        }
        let wrote = connection.total_changes() != before;
        let signals = if wrote { records::written_streams(session) } else { Vec::new() };
        answers.give(Pending { wrote, result, answer, signals });
    }
}

/// The platform's clock, for stream records and labels.
struct DynoxideClock(Arc<dyn Clock>);

impl dynoxide::storage_backend::Clock for DynoxideClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now().as_millis() / 1000).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now().as_epoch_seconds()
    }
}

/// Wakes whoever waits for these streams.
pub(crate) fn signal(signals: &Signals, streams: &[String]) {
    streams.iter().for_each(|stream| signals.notify(stream));
}
