//! `Step Functions Execution Status Change` events on the default bus.
//!
//! An entry is written with the change it tells of, and deleted once the bus has accepted it: at least once, in order.
//! Callers of PutEvents may not use AWS's own sources, so the bus has a door for the engine's services.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>

use std::sync::Arc;

use clock::Timestamp;
use serde_json::{Value, json};
use service::ServiceError;
use store::rusqlite::Connection;
use tokio::sync::Notify;

use super::rows::Row;
use super::{RETRY, Redrivability, Runtime};

/// How many entries are put at once.
const ENTRIES: usize = 10;

/// The most bytes that an input and an output have together in an event.
const DATA_LIMIT: usize = 248 * 1024;

/// How many bytes one byte of a text may become in JSON.
const LONGEST_ESCAPE: usize = 6;

/// The source of the events.
const SOURCE: &str = "aws.states";

/// Wakes the publisher.
#[derive(Default)]
pub(super) struct Publisher(Notify);

impl Publisher {
    pub(super) fn nudge(&self) {
        self.0.notify_one();
    }
}

/// Keeps the entry that tells of the execution's status.
pub(super) fn write(connection: &Connection, row: &Row) -> Result<(), ServiceError> {
    let (input, output) = included(&row.input, row.output.as_deref());
    let redrivability = Redrivability::of_status(row);
    let detail = json!({
        "executionArn": row.arn,
        "stateMachineArn": row.machine,
        "name": row.name,
        "status": row.status,
        "startDate": row.started_at.as_millis(),
        "stopDate": row.stopped_at.map(Timestamp::as_millis),
        "input": input,
        "output": output,
        "stateMachineVersionArn": row.version,
        "stateMachineAliasArn": row.alias,
        "redriveCount": row.redrive_count,
        "redriveDate": row.redrive_date.map(Timestamp::as_millis),
        "redriveStatus": redrivability.status(),
        "redriveStatusReason": redrivability.reason(),
        "inputDetails": {"included": input.is_some()},
        "outputDetails": row.output.as_ref().map(|_| json!({"included": output.is_some()})),
        "error": row.error,
        "cause": row.cause,
    });
    let entry = json!({
        "Source": SOURCE,
        "DetailType": "Step Functions Execution Status Change",
        "Resources": [row.arn],
        "Time": row.stopped_at.or(row.redrive_date).unwrap_or(row.started_at).as_epoch_seconds(),
        "Detail": detail.to_string(),
    });
    connection.prepare_cached("INSERT INTO states_status_changes (entry) VALUES (?1)")?.execute([entry.to_string()])?;
    Ok(())
}

/// The input and output that an event has room for.
fn included<'a>(input: &'a str, output: Option<&'a str>) -> (Option<&'a str>, Option<&'a str>) {
    if input.len() + output.map_or(0, str::len) <= DATA_LIMIT / LONGEST_ESCAPE {
        return (Some(input), output);
    }
    let of_output = output.map_or(0, escaped);
    let fits = |bytes: usize| bytes <= DATA_LIMIT;
    (Some(input).filter(|input| fits(escaped(input) + of_output)), output.filter(|_| fits(of_output)))
}

/// How many bytes the text has as a JSON string.
fn escaped(text: &str) -> usize {
    Value::from(text).to_string().len() - 2
}

impl Runtime {
    /// Whether anybody on the default bus may hear of a change.
    pub(super) async fn tells_changes(&self) -> bool {
        let Some(events) = self.platform.services.get("events") else { return false };
        let heard = events.call("HearsServiceEvents", json!({"Source": SOURCE})).await;
        heard.map_or(true, |answer| answer["Heard"] != false)
    }

    /// Puts entries on the default bus as they come.
    pub(super) async fn publish_changes(self: &Arc<Self>) {
        loop {
            match self.publish_some().await {
                Ok(0) => self.publisher.0.notified().await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the default bus does not accept status changes; trying again");
                    self.platform.clock.sleep(RETRY).await;
                }
            }
        }
    }

    async fn publish_some(&self) -> Result<usize, ServiceError> {
        let entries =
            self.platform
                .store
                .read(|connection| {
                    let mut statement = connection
                        .prepare_cached("SELECT id, entry FROM states_status_changes ORDER BY id LIMIT ?1")?;
                    let found = statement
                        .query_map([ENTRIES], |row| Ok((row.get(0)?, row.get(1)?)))?
                        .collect::<Result<Vec<(i64, String)>, _>>()?;
                    Ok::<_, ServiceError>(found)
                })
                .await?;
        let Some((last, _)) = entries.last() else { return Ok(0) };
        let last = *last;
        let parsed: Vec<Value> = entries.iter().filter_map(|(_, entry)| serde_json::from_str(entry).ok()).collect();
        let put = self.platform.services.call("events", "PutServiceEvents", json!({"Entries": parsed})).await;
        match put {
            // Trying again would not change its mind, and would hold up all that follow.
            Err(error) if !error.is_server_fault() => {
                tracing::error!(%error, "the default bus refuses status changes; they are dropped");
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        self.platform
            .store
            .write(move |connection| {
                connection.prepare_cached("DELETE FROM states_status_changes WHERE id <= ?1")?.execute([last])?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        Ok(entries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_as_text_in_json_is_left_out() {
        let exactly = "x".repeat(DATA_LIMIT);
        assert_eq!(included(&exactly, None), (Some(&*exactly), None));
        // Not alone, but together with the output.
        assert_eq!(included(&exactly, Some("{}")), (None, Some("{}")));
        assert_eq!(included("{}", Some(&exactly)), (None, Some(&*exactly)));
        let quotes = "\"".repeat(DATA_LIMIT / 2 + 1);
        assert_eq!(included(&quotes, Some("{}")), (None, Some("{}")));
        assert_eq!(included("{}", Some(&quotes)), (None, None));
    }
}
