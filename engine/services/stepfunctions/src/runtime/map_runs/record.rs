//! What is kept of a map run, for those who ask.

use asl::{Batch, MapRun};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use store::rusqlite::{Connection, OptionalExtension, params};

use super::Settings;
use super::children::Child;
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
    #[serde(default)]
    pub(crate) redrive_count: u32,
    #[serde(default)]
    pub(crate) redrive_date: Option<Timestamp>,
    /// The error and cause that it ended with.
    #[serde(default)]
    pub(super) failure: Option<(String, String)>,
    /// What the item reader yielded is kept.
    #[serde(default)]
    pub(super) read: bool,
}

/// How many of what became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) total: u64,
    #[serde(default)]
    pub(crate) running: u64,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    pub(crate) timed_out: u64,
    pub(crate) aborted: u64,
    #[serde(default)]
    pub(super) waiting: Waiting,
    #[serde(default)]
    pub(crate) not_redrivable: u64,
    #[serde(default)]
    pub(crate) written: u64,
}

/// Who waits for a redrive, by how they ended before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    failed: u64,
    timed_out: u64,
    aborted: u64,
}

impl Waiting {
    fn of(&mut self, status: &str) -> &mut u64 {
        match status {
            "TIMED_OUT" => &mut self.timed_out,
            "ABORTED" => &mut self.aborted,
            _ => &mut self.failed,
        }
    }
}

impl Counts {
    fn unsuccessful(&self) -> u64 {
        self.failed + self.timed_out + self.aborted
    }

    /// How many have not begun.
    pub(crate) fn pending(&self) -> u64 {
        self.total.saturating_sub(self.running + self.succeeded + self.unsuccessful() + self.pending_redrive())
    }

    /// How many wait for a redrive.
    pub(crate) fn pending_redrive(&self) -> u64 {
        self.waiting.failed + self.waiting.timed_out + self.waiting.aborted
    }

    fn count(&mut self, child: &Child, number: u64) {
        match child.status.as_str() {
            "SUCCEEDED" => {
                self.succeeded += number;
                self.written += number;
            }
            "TIMED_OUT" => self.timed_out += number,
            "ABORTED" => self.aborted += number,
            _ => self.failed += number,
        }
        if child.not_redrivable {
            self.not_redrivable += number;
        }
    }

    /// What runs is cut off; what waits for a redrive is as it was.
    fn close(&mut self) {
        let Waiting { failed, timed_out, aborted } = std::mem::take(&mut self.waiting);
        self.failed += failed;
        self.timed_out += timed_out;
        self.aborted += aborted + std::mem::take(&mut self.running);
    }
}

impl Record {
    pub(super) fn new(execution: &str, run: &MapRun, now: Timestamp) -> Self {
        Self {
            arn: run.arn.to_string(),
            execution: execution.to_owned(),
            status: "RUNNING".to_owned(),
            started_at: now,
            stopped_at: None,
            max_concurrency: run.max_concurrency,
            tolerated_count: run.tolerated_failure_count,
            tolerated_percentage: run.tolerated_failure_percentage,
            executions: Counts::default(),
            items: Counts::default(),
            redrive_count: 0,
            redrive_date: None,
            failure: None,
            read: false,
        }
    }

    /// It begins, or goes on; nothing is counted yet.
    pub(super) fn open(&mut self, batches: &[Batch]) {
        self.executions = Counts { total: batches.len() as u64, ..Counts::default() };
        self.items = Counts { total: batches.iter().map(|batch| batch.items).sum(), ..Counts::default() };
    }

    /// It is redriven for the `count`-th time.
    pub(super) fn redrive(&mut self, count: u32, now: Timestamp) {
        self.status = "RUNNING".to_owned();
        (self.stopped_at, self.failure) = (None, None);
        (self.redrive_count, self.redrive_date) = (count, Some(now));
    }

    /// A child that did not succeed waits for its redrive.
    pub(super) fn awaits(&mut self, former: &str, items: u64) {
        *self.executions.waiting.of(former) += 1;
        *self.items.waiting.of(former) += items;
    }

    /// A child begins; it may have waited for its redrive since it ended so.
    pub(super) fn begin(&mut self, items: u64, former: Option<&str>) {
        for (counts, number) in [(&mut self.executions, 1), (&mut self.items, items)] {
            counts.running += number;
            if let Some(former) = former {
                *counts.waiting.of(former) -= number;
            }
        }
    }

    /// A child that was to begin does not.
    pub(super) fn withdraw(&mut self, items: u64, former: Option<&str>) {
        self.executions.running -= 1;
        self.items.running -= items;
        if let Some(former) = former {
            self.awaits(former, items);
        }
    }

    /// The results could not be written.
    pub(super) fn nothing_written(&mut self) {
        self.executions.written = 0;
        self.items.written = 0;
    }

    /// A child has ended that had begun.
    pub(super) fn end(&mut self, child: &Child, items: u64) {
        self.executions.running -= 1;
        self.items.running -= items;
        self.count(child, items);
    }

    /// Counts a child that ended before.
    pub(super) fn count(&mut self, child: &Child, items: u64) {
        self.executions.count(child, 1);
        self.items.count(child, items);
    }

    pub(super) fn change(&mut self, settings: Settings) {
        self.max_concurrency = settings.max_concurrency.unwrap_or(self.max_concurrency);
        self.tolerated_count = settings.tolerated_count.or(self.tolerated_count);
        self.tolerated_percentage = settings.tolerated_percentage.or(self.tolerated_percentage);
    }

    /// Whether more items failed than is tolerated; without a bound none may.
    pub(super) fn is_intolerable(&self) -> bool {
        let failed = self.items.unsuccessful();
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
        if let Some(record) = self.map_runs.live(arn).and_then(|live| live.record()) {
            return Ok(Some(record));
        }
        let arn = arn.to_owned();
        self.platform.store.read(move |connection| find(connection, &arn)).await
    }

    /// Changes how a running map run goes on; false when it is not running.
    pub(crate) async fn update_map_run(&self, arn: &str, settings: Settings) -> Result<bool, ServiceError> {
        let updated = self.map_runs.live(arn).and_then(|live| live.update(settings));
        let arn = arn.to_owned();
        self.platform
            .store
            .write(move |connection| {
                let Some(kept) = find(connection, &arn)?.filter(|kept| kept.status == "RUNNING") else {
                    return Ok(false);
                };
                let mut record = updated.unwrap_or(kept);
                record.change(settings);
                write(connection, &record)?;
                Ok::<_, ServiceError>(true)
            })
            .await
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

    /// Keeps how a run ended; `record` is where it was, when that is known.
    pub(super) async fn close_record(
        &self,
        arn: &str,
        record: Option<Record>,
        status: &'static str,
        failure: Option<(String, String)>,
    ) -> Result<(), ServiceError> {
        let (arn, now) = (arn.to_owned(), self.now());
        self.platform
            .store
            .write(move |connection| {
                let Some(kept) = find(connection, &arn)? else { return Ok(()) };
                let mut record = record.unwrap_or(kept);
                record.executions.close();
                record.items.close();
                status.clone_into(&mut record.status);
                record.stopped_at = Some(now);
                record.failure = failure;
                super::kept::forget_pending(connection, &arn)?;
                write(connection, &record)
            })
            .await
    }
}

/// Keeps a record in the place of a former one.
pub(super) fn write(connection: &Connection, record: &Record) -> Result<(), ServiceError> {
    let document = serde_json::to_string(record).expect("records are plain data");
    connection
        .prepare_cached(
            "INSERT INTO states_map_runs VALUES (?1, ?2, ?3) ON CONFLICT (arn) DO UPDATE SET document = excluded.document",
        )?
        .execute(params![record.arn, record.execution, document])?;
    Ok(())
}

pub(super) fn find(connection: &Connection, arn: &str) -> Result<Option<Record>, ServiceError> {
    let mut statement = connection.prepare_cached("SELECT document FROM states_map_runs WHERE arn = ?1")?;
    let document: Option<String> = statement.query_row([arn], |row| row.get(0)).optional()?;
    document.map(|document| parse(&document)).transpose()
}

fn parse(document: &str) -> Result<Record, ServiceError> {
    serde_json::from_str(document)
        .map_err(|error| ServiceError::server("InternalFailure", format!("the store holds a damaged map run: {error}")))
}
