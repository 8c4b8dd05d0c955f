//! Moving messages from a dead-letter queue back: StartMessageMoveTask and its like.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use store::rusqlite::{Connection, params};
use uuid::Uuid;

use super::{Integer, parse};
use crate::index::Entry;
use crate::queue::Queue;
use crate::{Sqs, error, rows};

/// How many messages a task moves in one transaction when it has no rate.
const BATCH: usize = 500;

/// The tasks there are and were, by handle.
#[derive(Default)]
pub(crate) struct MoveTasks(Mutex<BTreeMap<String, MoveTask>>);

#[derive(Clone)]
struct MoveTask {
    source: String,
    destination: Option<String>,
    per_second: Option<usize>,
    status: String,
    moved: usize,
    to_move: usize,
    started_at: Timestamp,
    failure: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Start {
    source_arn: Option<String>,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<Integer>,
}

impl MoveTasks {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, MoveTask>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sqs {
    pub(crate) async fn start_message_move_task(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Start = parse(input)?;
        let source = input.source_arn.ok_or_else(|| error::missing("SourceArn"))?;
        let absent = "The resource that you specified for the SourceArn parameter doesn't exist.";
        let queue = self.by_arn(&source).ok_or_else(|| error::not_found(absent))?;
        let redrives_here =
            |other: &Arc<Queue>| other.row().settings.redrive().is_some_and(|redrive| redrive.target_arn == source);
        if !self.all().iter().any(redrives_here) {
            return Err(error::invalid_value("Source queue must be configured as a Dead Letter Queue."));
        }
        if let Some(destination) = &input.destination_arn
            && self.by_arn(destination).is_none()
        {
            let absent = "The resource that you specified for the DestinationArn parameter doesn't exist.";
            return Err(error::not_found(absent));
        }
        let per_second = match input.max_number_of_messages_per_second {
            None => None,
            Some(Integer(rate @ 1..=500)) => usize::try_from(rate).ok(),
            Some(Integer(rate)) => {
                let reason = "Must be >= 1 and <= 500, if provided.";
                return Err(error::invalid_parameter(rate, "MaxNumberOfMessagesPerSecond", reason));
            }
        };
        let running = |task: &MoveTask| task.source == source && task.status == "RUNNING";
        if self.move_tasks.lock().values().any(running) {
            let message = "There is already a task running. Only one active task is allowed for a source queue arn at a given time.";
            return Err(error::invalid_value(message));
        }
        let now = self.platform.clock.now();
        let to_move = queue.index().counts(now).visible;
        let handle = Uuid::new_v4().to_string();
        let status = "RUNNING".to_owned();
        let destination = input.destination_arn;
        let task =
            MoveTask { source, destination, per_second, status, moved: 0, to_move, started_at: now, failure: None };
        self.record(&handle, task).await?;
        self.spawn_move(handle.clone());
        Ok(json!({ "TaskHandle": handle }))
    }

    pub(crate) fn list_message_move_tasks(&self, input: Value) -> Result<Value, ServiceError> {
        let source = input["SourceArn"].as_str().ok_or_else(|| error::missing("SourceArn"))?;
        let absent = "The resource that you specified for the SourceArn parameter doesn't exist.";
        self.by_arn(source).ok_or_else(|| error::not_found(absent))?;
        let most = input["MaxResults"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(1);
        let tasks = self.move_tasks.lock().clone();
        let mut tasks: Vec<_> = tasks.into_iter().filter(|(_, task)| task.source == source).collect();
        tasks.sort_by_key(|(_, task)| std::cmp::Reverse(task.started_at));
        let results: Vec<Value> = tasks.into_iter().take(most).map(|(handle, task)| present(&handle, &task)).collect();
        Ok(json!({ "Results": results }))
    }

    pub(crate) async fn cancel_message_move_task(&self, input: Value) -> Result<Value, ServiceError> {
        let handle = input["TaskHandle"].as_str().ok_or_else(|| error::missing("TaskHandle"))?;
        let task = self.move_tasks.lock().get(handle).filter(|task| task.status == "RUNNING").cloned();
        let task = task.ok_or_else(|| error::not_found("Task does not exist."))?;
        let moved = task.moved;
        self.record(handle, MoveTask { status: "CANCELLED".to_owned(), ..task }).await?;
        Ok(json!({ "ApproximateNumberOfMessagesMoved": moved }))
    }

    /// Reads the tasks and goes on with those that a stop interrupted.
    pub(crate) fn resume_move_tasks(self: &Arc<Self>) -> Result<(), ServiceError> {
        let tasks = self.platform.store.read_blocking(read)?;
        let running: Vec<String> =
            tasks.iter().filter(|(_, task)| task.status == "RUNNING").map(|(handle, _)| handle.clone()).collect();
        self.move_tasks.lock().extend(tasks);
        for handle in running {
            self.spawn_move(handle);
        }
        Ok(())
    }
}

impl Sqs {
    async fn record(&self, handle: &str, task: MoveTask) -> Result<(), ServiceError> {
        let (key, row) = (handle.to_owned(), task.clone());
        self.platform.store.write(move |connection| write(connection, &key, &row)).await?;
        self.move_tasks.lock().insert(handle.to_owned(), task);
        Ok(())
    }

    fn spawn_move(&self, handle: String) {
        let Some(sqs) = self.this.upgrade() else { return };
        self.platform.spawn(async move {
            if let Err(failure) = sqs.move_all(&handle).await {
                let task = sqs.move_tasks.lock().get(&handle).cloned();
                let Some(task) = task else { return };
                let failed = MoveTask { status: "FAILED".to_owned(), failure: Some(failure.message), ..task };
                if let Err(failure) = sqs.record(&handle, failed).await {
                    tracing::error!(error = %failure, "the end of message move task {handle} was not written");
                }
            }
        });
    }

    async fn move_all(&self, handle: &str) -> Result<(), ServiceError> {
        loop {
            let task = self.move_tasks.lock().get(handle).cloned();
            let Some(task) = task.filter(|task| task.status == "RUNNING") else { return Ok(()) };
            let source = self.by_arn(&task.source).ok_or_else(error::no_such_queue)?;
            let moved = self.move_some(&source, &task).await?;
            // Cancelled while it moved: that is the state to keep.
            let now = self.move_tasks.lock().get(handle).cloned();
            let Some(now) = now.filter(|now| now.status == "RUNNING") else { return Ok(()) };
            let done = moved == 0;
            let status = if done { "COMPLETED" } else { "RUNNING" };
            self.record(handle, MoveTask { status: status.to_owned(), moved: now.moved + moved, ..now }).await?;
            if done {
                return Ok(());
            }
            if task.per_second.is_some() {
                self.platform.clock.sleep(Duration::from_secs(1)).await;
            }
        }
    }

    /// Moves what is visible now, as much as a batch may hold. A moved message is a new one: new id, new age.
    async fn move_some(&self, source: &Arc<Queue>, task: &MoveTask) -> Result<usize, ServiceError> {
        let now = self.platform.clock.now();
        let taken = source.index().take_visible(now, task.per_second.unwrap_or(BATCH));
        let mut moved: BTreeMap<String, Vec<(i64, Entry)>> = BTreeMap::new();
        for (sequence, entry) in &taken {
            let target = task.destination.as_ref().or(entry.dead_letter_source.as_ref());
            let Some(target) = target.and_then(|arn| self.by_arn(arn)) else {
                self.put_back(source, taken);
                let message = "the queue that a message came from does not exist; give a DestinationArn";
                return Err(error::not_found(message));
            };
            let entry = Entry {
                id: Uuid::new_v4(),
                sent_at: now,
                visible_at: now,
                receive_count: 0,
                first_received_at: None,
                dead_letter_source: None,
                group: entry.group.clone(),
                payload: entry.payload.clone(),
            };
            moved.entry(target.name.clone()).or_default().push((*sequence, entry));
        }
        let rows = moved.clone();
        let written = self.platform.store.write(move |connection| {
            for (queue, entries) in &rows {
                for (sequence, entry) in entries {
                    rows::update_message(connection, queue, *sequence, entry)?;
                }
            }
            Ok(())
        });
        if let Err(failure) = written.await {
            self.put_back(source, taken);
            return Err(failure);
        }
        let count = taken.len();
        for (name, entries) in moved {
            let Ok(queue) = self.named(&name) else { continue };
            self.put_back(&queue, entries);
            self.platform.signals.notify(&queue.arn);
        }
        Ok(count)
    }

    fn put_back(&self, queue: &Queue, entries: Vec<(i64, Entry)>) {
        let mut index = queue.index();
        for (sequence, entry) in entries {
            index.insert(sequence, entry);
        }
    }
}

fn present(handle: &str, task: &MoveTask) -> Value {
    let mut result = json!({
        "Status": task.status,
        "SourceArn": task.source,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "StartedTimestamp": task.started_at.as_millis(),
    });
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            result[name] = value;
        }
    };
    // AWS gives the handle only of tasks that can still be cancelled.
    add("TaskHandle", (task.status == "RUNNING").then(|| handle.into()));
    add("DestinationArn", task.destination.clone().map(Value::from));
    add("MaxNumberOfMessagesPerSecond", task.per_second.map(Value::from));
    add("FailureReason", task.failure.clone().map(Value::from));
    result
}

fn write(connection: &Connection, handle: &str, task: &MoveTask) -> Result<(), ServiceError> {
    connection.execute(
        "INSERT OR REPLACE INTO sqs_move_tasks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            handle,
            task.source,
            task.destination,
            task.per_second,
            task.status,
            task.moved,
            task.to_move,
            task.started_at.as_millis(),
            task.failure
        ],
    )?;
    Ok(())
}

fn read(connection: &Connection) -> Result<Vec<(String, MoveTask)>, ServiceError> {
    let mut statement = connection.prepare("SELECT * FROM sqs_move_tasks")?;
    let rows = statement.query_map([], |row| {
        let task = MoveTask {
            source: row.get(1)?,
            destination: row.get(2)?,
            per_second: row.get(3)?,
            status: row.get(4)?,
            moved: row.get(5)?,
            to_move: row.get(6)?,
            started_at: Timestamp::from_millis(row.get(7)?),
            failure: row.get(8)?,
        };
        Ok((row.get(0)?, task))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
