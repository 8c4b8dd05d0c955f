//! What is kept of a map run, for those who ask.

use asl::{MapRun, Outcome};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use store::rusqlite::{Connection, OptionalExtension, params};

use super::children::Batch;
use crate::runtime::Runtime;

/// A map run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) arn: String,
    pub(crate) execution: String,
    pub(crate) status: String,
    pub(crate) started_at: Timestamp,
    pub(crate) stopped_at: Option<Timestamp>,
    pub(crate) max_concurrency: u64,
    pub(crate) tolerated_count: Option<u64>,
    pub(crate) tolerated_percentage: Option<f64>,
    pub(crate) executions: Counts,
    pub(crate) items: Counts,
}

/// How many of what became what.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) total: u64,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    pub(crate) timed_out: u64,
    pub(crate) aborted: u64,
}

impl Counts {
    /// How many have not ended.
    pub(crate) fn open(&self) -> u64 {
        self.total - (self.succeeded + self.failed + self.timed_out + self.aborted).min(self.total)
    }

    fn count(&mut self, outcome: &Outcome, number: u64) {
        *match outcome {
            Outcome::Succeeded { .. } => &mut self.succeeded,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::TimedOut { .. } => &mut self.timed_out,
            Outcome::Aborted { .. } => &mut self.aborted,
        } += number;
    }
}

impl Record {
    pub(super) fn new(execution: &str, run: &MapRun, now: Timestamp, batches: &[Batch]) -> Self {
        let items = batches.iter().map(|batch| batch.items).sum();
        Self {
            arn: run.arn.to_string(),
            execution: execution.to_owned(),
            status: "RUNNING".to_owned(),
            started_at: now,
            stopped_at: None,
            max_concurrency: run.max_concurrency,
            tolerated_count: run.tolerated_failure_count,
            tolerated_percentage: run.tolerated_failure_percentage,
            executions: Counts { total: batches.len() as u64, ..Counts::default() },
            items: Counts { total: items, ..Counts::default() },
        }
    }

    /// Counts a child that has ended.
    pub(super) fn count(&mut self, outcome: &Outcome, items: u64) {
        self.executions.count(outcome, 1);
        self.items.count(outcome, items);
    }

    /// Whether more items failed than is tolerated; without a bound none may.
    pub(super) fn is_intolerable(&self) -> bool {
        let failed = self.items.failed + self.items.timed_out + self.items.aborted;
        let share = failed as f64 * 100.0 / self.items.total.max(1) as f64;
        match (self.tolerated_count, self.tolerated_percentage) {
            (None, None) => failed > 0,
            (count, percentage) => {
                count.is_some_and(|count| failed > count) || percentage.is_some_and(|percentage| share > percentage)
            }
        }
    }
}

impl Runtime {
    /// The map run of that ARN.
    pub(crate) async fn find_map_run(&self, arn: &str) -> Result<Option<Record>, ServiceError> {
        let arn = arn.to_owned();
        self.platform.store.read(move |connection| find(connection, &arn)).await
    }

    /// The map runs of an execution, in the order they began.
    pub(crate) async fn map_runs_of(&self, execution: &str) -> Result<Vec<Record>, ServiceError> {
        let execution = execution.to_owned();
        let documents = self.platform.store.read(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT document FROM states_map_runs WHERE execution = ?1 ORDER BY rowid")?;
            let found = statement.query_map([execution], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            Ok::<_, ServiceError>(found)
        });
        documents.await?.iter().map(|document| parse(document)).collect()
    }

    /// Keeps a run that begins. One that goes on after a restart began before.
    pub(super) async fn keep_record(&self, record: &Record) -> Result<(), ServiceError> {
        let record = record.clone();
        self.platform
            .store
            .write(move |connection| {
                connection
                    .prepare_cached("INSERT INTO states_map_runs VALUES (?1, ?2, ?3) ON CONFLICT (arn) DO NOTHING")?
                    .execute(params![record.arn, record.execution, text(&record)])?;
                Ok::<_, ServiceError>(())
            })
            .await
    }

    /// Keeps how a run ended.
    pub(super) async fn close_record(&self, mut record: Record, status: &'static str) -> Result<(), ServiceError> {
        let now = self.now();
        self.platform
            .store
            .write(move |connection| {
                if let Some(begun) = find(connection, &record.arn)? {
                    record.started_at = begun.started_at;
                }
                // What was still open when the run failed has been stopped.
                record.executions.aborted += record.executions.open();
                record.items.aborted += record.items.open();
                close(connection, record, status, now)
            })
            .await
    }

    /// Keeps that a run was stopped.
    pub(super) async fn abort_record(&self, arn: &str) -> Result<(), ServiceError> {
        let (arn, now) = (arn.to_owned(), self.now());
        self.platform
            .store
            .write(move |connection| {
                let Some(mut record) = find(connection, &arn)? else { return Ok(()) };
                record.executions.aborted += record.executions.open();
                record.items.aborted += record.items.open();
                close(connection, record, "ABORTED", now)
            })
            .await
    }
}

fn close(connection: &Connection, mut record: Record, status: &str, now: Timestamp) -> Result<(), ServiceError> {
    record.status = status.to_owned();
    record.stopped_at = Some(now);
    connection
        .prepare_cached("UPDATE states_map_runs SET document = ?2 WHERE arn = ?1")?
        .execute(params![record.arn, text(&record)])?;
    Ok(())
}

fn find(connection: &Connection, arn: &str) -> Result<Option<Record>, ServiceError> {
    let mut statement = connection.prepare_cached("SELECT document FROM states_map_runs WHERE arn = ?1")?;
    let document: Option<String> = statement.query_row([arn], |row| row.get(0)).optional()?;
    document.map(|document| parse(&document)).transpose()
}

fn text(record: &Record) -> String {
    serde_json::to_string(record).expect("records are plain data")
}

fn parse(document: &str) -> Result<Record, ServiceError> {
    serde_json::from_str(document)
        .map_err(|error| ServiceError::server("InternalFailure", format!("the store holds a damaged map run: {error}")))
}
