//! Events on their way: each in a row until its target has it.

use std::time::Duration;

use clock::Timestamp;
use rusqlite::Connection;
use s3s::S3Result;
use serde_json::{Value, json};
use service::{Arn, ServiceError};

use crate::error::Refused;
use crate::storage::Storage;

/// The target that is the default bus.
pub(super) const BUS: &str = "events";
/// How many rows are taken at once.
const BATCH: i64 = 64;
/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// When a target is given up: S3 tries for about a day.
const MOST_ATTEMPTS: u32 = 1_440;

struct Waiting {
    sequence: i64,
    target: String,
    document: String,
    attempts: u32,
}

pub(super) fn insert(connection: &Connection, target: &str, document: &str, at: Timestamp) -> Result<(), Refused> {
    connection
        .prepare_cached("INSERT INTO s3_events (target, document, attempts, due_at) VALUES (?1, ?2, 0, ?3)")?
        .execute((target, document, at.as_millis()))?;
    Ok(())
}

fn due(connection: &Connection, now: Timestamp) -> Result<Vec<Waiting>, Refused> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, target, document, attempts FROM s3_events WHERE due_at <= ?1 ORDER BY sequence LIMIT ?2",
    )?;
    let rows = statement
        .query_map((now.as_millis(), BATCH), |row| {
            Ok(Waiting { sequence: row.get(0)?, target: row.get(1)?, document: row.get(2)?, attempts: row.get(3)? })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

impl Storage {
    /// Sends events as they come, until the engine stops.
    pub(crate) async fn send_events(&self) {
        let work = || async { self.send_due().await.map_err(|error| ServiceError::from(Refused(error))) };
        self.platform.whenever_due(&self.events_wait, "events of objects were not sent", work).await;
    }

    async fn send_due(&self) -> S3Result<Option<Timestamp>> {
        loop {
            let now = self.now();
            let waiting = self.read(move |connection| due(connection, now)).await?;
            if waiting.is_empty() {
                break;
            }
            let (mut done, mut failed) = (Vec::new(), Vec::new());
            for event in waiting {
                match self.send(&event.target, &event.document).await {
                    Ok(()) => done.push(event.sequence),
                    Err(failure) if event.attempts + 1 < MOST_ATTEMPTS => {
                        tracing::warn!(target = event.target, error = %failure, "an event of an object waits for its target");
                        let pause = Duration::from_secs(1 << event.attempts.min(6)).min(LONGEST_PAUSE);
                        failed.push((event.sequence, event.attempts + 1, self.now().plus(pause)));
                    }
                    Err(failure) => {
                        tracing::error!(target = event.target, error = %failure, "an event of an object is dropped");
                        done.push(event.sequence);
                    }
                }
            }
            self.write(move |connection| {
                let mut delete = connection.prepare_cached("DELETE FROM s3_events WHERE sequence = ?1")?;
                for sequence in done {
                    delete.execute([sequence])?;
                }
                let mut later =
                    connection.prepare_cached("UPDATE s3_events SET attempts = ?2, due_at = ?3 WHERE sequence = ?1")?;
                for (sequence, attempts, at) in failed {
                    later.execute((sequence, attempts, at.as_millis()))?;
                }
                Ok(())
            })
            .await?;
        }
        self.read(|connection| {
            let next: Option<i64> = connection.query_row("SELECT min(due_at) FROM s3_events", [], |row| row.get(0))?;
            Ok(next.map(Timestamp::from_millis))
        })
        .await
    }

    /// Hands a message to a queue, a topic, a function or the default bus.
    pub(crate) async fn send(&self, target: &str, document: &str) -> Result<(), ServiceError> {
        let services = &self.platform.services;
        if target == BUS {
            let entry: Value = serde_json::from_str(document).map_err(|error| {
                ServiceError::server("InternalError", format!("a stored event is damaged: {error}"))
            })?;
            services.call("events", "PutServiceEvents", json!({ "Entries": [entry] })).await?;
            return Ok(());
        }
        let arn: Arn = target.parse()?;
        match arn.service.as_str() {
            "sqs" => {
                let url = format!("https://sqs.{}.amazonaws.com/{}/{}", arn.region, arn.account, arn.resource);
                services.call("sqs", "SendMessage", json!({ "QueueUrl": url, "MessageBody": document })).await?;
            }
            "sns" => {
                let message = json!({ "TopicArn": target, "Message": document, "Subject": "Amazon S3 Notification" });
                services.call("sns", "Publish", message).await?;
            }
            "lambda" => {
                let payload: Value = serde_json::from_str(document).unwrap_or_default();
                let call = json!({ "FunctionName": target, "InvocationType": "Event", "Payload": payload });
                services.call("lambda", "Invoke", call).await?;
            }
            other => return Err(ServiceError::not_built("S3", &format!("notifications to {other}"))),
        }
        Ok(())
    }
}
