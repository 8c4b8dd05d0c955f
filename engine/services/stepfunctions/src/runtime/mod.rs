//! The durable runtime: executions as data, stepped when something happens to them.
//!
//! An execution that waits has no task of its own; what wakes it is an entry in [`Timers`], a row in `states_waits` or a
//! caller. A stimulus is put into the execution's *seat*; whoever finds the seat idle drains it: fold the stimuli,
//! append them with their events in one durable write, and only then perform the actions and answer the callers.

mod activity_queues;
mod execution_log;
mod express;
mod express_starts;
mod interpreter;
mod journal;
mod ledger;
mod listing;
mod map_runs;
mod recovery;
mod redrive;
mod retention;
mod rows;
mod running;
mod seats;
mod start;
mod status_changes;
mod tasks;
mod timers;
mod transcoding_jobs;

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl::{Cause, Pattern, Payload, Phase, ResourceKind, Seed, TaskId};
use clock::Timestamp;
use service::{LogWriter, Platform, ServiceError};

use crate::activities::Activities;
use crate::errors;
use crate::integrations::Exchanges;
use crate::machines::{Machines, Revision};

pub(crate) use listing::{Filter, Of, Position, STATUSES, position};
pub(crate) use map_runs::{Counts, Record, Settings};
pub(crate) use redrive::Redrivability;
pub(crate) use rows::Row;
use seats::{Message, Seats};
use timers::Timers;

/// How long a failed write, or a bus that does not answer, is left alone before the next try.
const RETRY: Duration = Duration::from_secs(1);

/// What an execution is born with.
pub(crate) struct NewExecution {
    pub(crate) seed: Seed,
    pub(crate) machine: Arc<asl::Machine>,
    pub(crate) revision: Arc<Revision>,
    pub(crate) trace_header: Option<String>,
    /// The map run it is a child of.
    pub(crate) map_run: Option<Place>,
}

/// The place of a child in its map run.
pub(crate) struct Place {
    pub(crate) run: String,
    /// The Map state it processes items of.
    pub(crate) location: String,
    /// How many items it is given.
    pub(crate) items: u64,
    /// The redrive of the run that started it.
    pub(crate) token: Option<String>,
}

/// A task that a worker got.
pub(crate) struct TakenTask {
    pub(crate) token: String,
    pub(crate) input: String,
}

/// Runs executions.
pub(crate) struct Runtime {
    platform: Platform,
    machines: Arc<Machines>,
    activities: Arc<Activities>,
    seats: Mutex<Seats>,
    timers: Timers,
    queues: activity_queues::ActivityQueues,
    map_runs: map_runs::MapRuns,
    ends: map_runs::Ends,
    publisher: status_changes::Publisher,
    retention: retention::Retention,
    log_writer: Arc<LogWriter>,
    exchanges: Arc<Exchanges>,
    next_id: AtomicI64,
    /// Express executions of an earlier process that had not ended.
    broken_off: Mutex<Vec<express_starts::Start>>,
    /// The first execution of this process: what is older may have been interrupted.
    first_id: i64,
}

impl Runtime {
    pub(crate) fn open(
        platform: &Platform,
        machines: Arc<Machines>,
        activities: Arc<Activities>,
    ) -> Result<Arc<Self>, ServiceError> {
        let (first_id, broken_off) = platform.store.read_blocking(|connection| {
            let newest: Option<i64> =
                connection.query_row("SELECT max(id) FROM states_executions", [], |row| row.get(0))?;
            Ok::<_, ServiceError>((newest.unwrap_or(0) + 1, express_starts::read(connection)?))
        })?;
        Ok(Arc::new(Self {
            platform: platform.clone(),
            machines,
            activities,
            seats: Mutex::new(Seats::default()),
            timers: Timers::default(),
            queues: activity_queues::ActivityQueues::default(),
            map_runs: map_runs::MapRuns::default(),
            ends: map_runs::Ends::default(),
            publisher: status_changes::Publisher::default(),
            retention: retention::Retention::default(),
            log_writer: LogWriter::new(platform, false),
            exchanges: Arc::default(),
            next_id: AtomicI64::new(first_id),
            broken_off: Mutex::new(broken_off),
            first_id,
        }))
    }

    fn now(&self) -> Timestamp {
        self.platform.clock.now()
    }

    /// The Standard execution of that ARN.
    pub(crate) async fn find(&self, arn: &str) -> Result<Option<Row>, ServiceError> {
        let arn = arn.to_owned();
        self.platform.store.look_up(move |connection| rows::find(connection, &arn)).await
    }

    /// The Express child of a map run of that ARN: as it runs, else as it ended.
    pub(crate) async fn find_express_child(&self, arn: &str) -> Result<Option<Row>, ServiceError> {
        if let Some(running) = self.map_runs.express(arn) {
            return Ok(Some(running));
        }
        let arn = arn.to_owned();
        self.platform.store.look_up(move |connection| map_runs::find_express(connection, &arn)).await
    }

    /// A page of the executions of a machine, or of the children of a map run.
    pub(crate) async fn list(&self, filter: Filter) -> Result<Vec<Row>, ServiceError> {
        if let Of::MapRun(run) = &filter.of {
            let under_way = self.map_runs.live(run).map(|live| live.express()).unwrap_or_default();
            return self.platform.store.read(move |connection| map_runs::list(connection, &filter, under_way)).await;
        }
        self.platform.store.read(move |connection| listing::list(connection, &filter)).await
    }

    /// History events as the API has them: those behind the event `after`, or before it in reverse.
    pub(crate) async fn events(
        &self,
        execution: i64,
        after: Option<u64>,
        reverse: bool,
        most: usize,
    ) -> Result<Vec<serde_json::Value>, ServiceError> {
        self.platform.store.read(move |connection| journal::events(connection, execution, after, reverse, most)).await
    }

    /// Stops an execution; answers when it ended, which may be earlier than now.
    pub(crate) async fn stop(
        self: &Arc<Self>,
        row: &Row,
        error: Option<String>,
        cause: Option<String>,
    ) -> Result<Timestamp, ServiceError> {
        if let Some(stopped_at) = row.stopped_at {
            return Ok(stopped_at);
        }
        let now = self.now();
        match self.deliver(row.id, Cause::Stop { error, cause }).await? {
            true => Ok(now),
            // It ended in between.
            false => Ok(self.find(&row.arn).await?.and_then(|row| row.stopped_at).unwrap_or(now)),
        }
    }

    /// Stops what a deleted machine, or a map run that is over, still runs.
    pub(crate) async fn stop_all_of(self: &Arc<Self>, machine: &str) -> Result<(), ServiceError> {
        let of = machine.to_owned();
        let running = self.platform.store.read(move |connection| rows::running(connection, &of)).await?;
        for id in running {
            self.send(id, Cause::Stop { error: None, cause: None });
        }
        Ok(())
    }

    /// Applies what the holder of a task token says, durably.
    pub(crate) async fn answer_task(
        self: &Arc<Self>,
        token: &str,
        cause: impl FnOnce(TaskId) -> Result<Cause, ServiceError>,
    ) -> Result<(), ServiceError> {
        let key = token.to_owned();
        let wait = self.platform.store.look_up(move |connection| journal::find_wait(connection, &key)).await?;
        let wait = wait.ok_or_else(errors::invalid_token)?;
        let cause = cause(wait.task)?;
        match !wait.over && self.deliver(wait.execution, cause).await? {
            true => Ok(()),
            false => Err(errors::task_gone()),
        }
    }

    /// Gives the oldest task of an activity to a worker, waiting for one `until` then.
    pub(crate) async fn take_activity_task(
        self: &Arc<Self>,
        activity: &str,
        worker: Option<&str>,
        until: Timestamp,
    ) -> Result<Option<TakenTask>, ServiceError> {
        loop {
            let arrival = self.queues.arrival(activity);
            let notified = arrival.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            while let Some(next) = self.queues.pop(activity) {
                let worker = worker.map(str::to_owned);
                match self.deliver(next.execution, Cause::TaskStarted { task: next.task, worker }).await {
                    Ok(true) => return Ok(Some(TakenTask { token: next.token, input: next.input })),
                    // Its state has given it up.
                    Ok(false) => {}
                    Err(error) => {
                        self.queues.push(activity, next);
                        return Err(error);
                    }
                }
            }
            tokio::select! {
                () = &mut notified => {}
                () = self.platform.clock.sleep_until(until) => return Ok(None),
            }
        }
    }

    /// A stimulus that nobody waits for an answer to.
    fn send(self: &Arc<Self>, execution: i64, cause: Cause) {
        self.post(execution, Message::Cause { cause, answer: None });
    }

    /// A stimulus whose sender waits until it is durable; false when nobody waits for it any more.
    async fn deliver(self: &Arc<Self>, execution: i64, cause: Cause) -> Result<bool, ServiceError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.post(execution, Message::Cause { cause, answer: Some(answer) });
        answered.await.unwrap_or_else(|_| Err(stopping()))
    }

    /// The cause that ends an attempt nobody knows the outcome of.
    fn interrupted(task: &asl::Task) -> Cause {
        let failure = crate::integrations::interrupted(task);
        let phase = match task.resource.kind {
            ResourceKind::Integration { pattern: Pattern::RequestResponse, .. } => Phase::Run,
            ResourceKind::Integration { .. } => Phase::Submit,
            ResourceKind::Lambda | ResourceKind::Activity => Phase::Run,
        };
        Cause::TaskFailed { task: task.id, error: Some(failure.error), cause: Some(failure.cause), phase }
    }
}

fn stopping() -> ServiceError {
    ServiceError::server("ServiceUnavailable", "the engine is stopping, or the execution was broken off")
        .with_status(503)
}

/// The JSON text of a payload.
fn text_of(payload: &Payload) -> String {
    payload.text().to_string()
}
