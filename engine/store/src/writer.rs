//! The one thread that writes, and its group commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::StoreError;

/// How many pieces of work share a transaction at most: bounds how long the first of them waits for its answer.
const GROUP: usize = 512;

pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_all(&connection, &queue))
            .map_err(|source| StoreError::Io { path: "the store's writer thread".into(), source })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(crate) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(work)?.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    pub(crate) fn run_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        // Not `blocking_recv`, which refuses to run on a thread that belongs to an async runtime.
        let answered = Arc::new((Mutex::new(None), std::sync::Condvar::new()));
        let sent = Arc::clone(&answered);
        self.send(Box::new(Work::<F, T, E> {
            work: Some(work),
            result: None,
            answer: Some(Box::new(move |result| {
                *sent.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                sent.1.notify_one();
            })),
        }))?;
        let mut slot = answered.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match slot.take() {
                Some(result) => return result,
                None => slot = answered.1.wait(slot).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn submit<T, E, F>(&self, work: F) -> Result<oneshot::Receiver<Result<T, E>>, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        // A caller that no longer waits is no reason not to keep what it wrote.
        let answer = Box::new(move |result| drop(answer.send(result)));
        self.send(Box::new(Work { work: Some(work), result: None, answer: Some(answer) }))?;
        Ok(answered)
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.jobs.as_ref().ok_or(StoreError::Closed)?.send(job).map_err(|_| StoreError::Closed)
    }
}

impl Drop for Writer {
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

/// Something to do in a transaction, and somebody to tell.
trait Job: Send {
    /// Does it; true when what it wrote should be kept.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Tells the caller; `commit` is the fate of the transaction it was in.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

type Answer<T, E> = Box<dyn FnOnce(Result<T, E>) + Send>;

struct Work<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    answer: Option<Answer<T, E>>,
}

impl<F, T, E> Job for Work<F, T, E>
where
    F: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(StoreError::Panicked(text).into())
        });
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>) {
        let Some(answer) = self.answer.take() else { return };
        answer(match (self.result.take(), commit) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) => Err(error),
            (None, Ok(())) => Err(StoreError::Closed.into()),
            (_, Err(error)) => Err(error.into()),
        });
    }
}

fn write_all(connection: &Connection, queue: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let group = std::iter::once(first).chain(std::iter::from_fn(|| queue.try_recv().ok())).take(GROUP);
        let (done, commit) = write_group(connection, group);
        for job in done {
            job.answer(match &commit {
                Ok(()) => Ok(()),
                Err(error) => Err(again(error)),
            });
        }
    }
}

/// Runs the group in one transaction. Each job has a savepoint, so that one that fails takes nothing else with it.
fn write_group(
    connection: &Connection,
    group: impl Iterator<Item = Box<dyn Job>>,
) -> (Vec<Box<dyn Job>>, Result<(), rusqlite::Error>) {
    let mut done = Vec::new();
    let run = |statement: &str| connection.prepare_cached(statement).and_then(|mut prepared| prepared.execute([]));
    let begun = run("BEGIN IMMEDIATE");
    for mut job in group {
        if begun.is_ok() && run("SAVEPOINT job").is_ok() {
            let end: &[&str] = if job.run(connection) { &["RELEASE job"] } else { &["ROLLBACK TO job", "RELEASE job"] };
            for statement in end {
                // It fails only when SQLite has rolled the whole transaction back, which the commit below reports.
                let _ = run(statement);
            }
        }
        done.push(job);
    }
    let commit = begun.and_then(|_| run("COMMIT").map(drop));
    if let Err(error) = &commit {
        tracing::error!(%error, "a transaction of the store failed; nothing of it was kept");
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
    (done, commit)
}

/// The same failure, told to each of the group (SQLite's error is not `Clone`).
fn again(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()).into(),
        other => StoreError::Panicked(other.to_string()),
    }
}
