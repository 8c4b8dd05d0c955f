//! `MediaConvert Job State Change` events on the default bus.
//!
//! An event is written with the change it tells of, and deleted once the bus has accepted it: at least once, in order.
//! <https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html>

use ::service::{Scope, ServiceError};
use clock::Timestamp;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::job::{Job, Phase};
use crate::rows::outbox;
use crate::service::MediaConvert;

/// How many events are put at once.
const ENTRIES: usize = 10;

/// Keeps the event of `status`; `more` are its own members.
pub(crate) fn write(
    connection: &Connection,
    scope: &Scope,
    job: &Job,
    now: Timestamp,
    status: &str,
    more: Value,
) -> Result<(), ServiceError> {
    let mut detail = json!({
        "timestamp": now.as_millis(),
        "accountId": scope.account,
        "queue": crate::names::arn(scope, "queues", &job.queue),
        "jobId": job.id,
        "status": status,
        "userMetadata": job.user_metadata,
    });
    if let (Some(members), Value::Object(more)) = (detail.as_object_mut(), more) {
        members.extend(more);
    }
    let entry = json!({
        "Source": "aws.mediaconvert",
        "DetailType": "MediaConvert Job State Change",
        "Resources": [job.arn(scope)],
        "Time": now.as_epoch_seconds(),
        "Detail": detail.to_string(),
    });
    outbox::insert(connection, &entry)
}

/// The members of a `STATUS_UPDATE`.
pub(crate) fn progress(job: &Job, frames: u64) -> Value {
    let current = job.phase.unwrap_or(Phase::Probing);
    let phases: Map<String, Value> = Phase::ALL
        .iter()
        .map(|phase| {
            let (status, percent) = match phase.cmp(&current) {
                std::cmp::Ordering::Less => ("COMPLETE", 100),
                std::cmp::Ordering::Equal => ("PROGRESSING", job.phase_percent),
                std::cmp::Ordering::Greater => ("PENDING", 0),
            };
            (phase.as_str().to_owned(), json!({"status": status, "percentComplete": percent}))
        })
        .collect();
    json!({
        "framesDecoded": frames,
        "jobProgress": {
            "phaseProgress": phases,
            "jobPercentComplete": job.percent().unwrap_or(0),
            "currentPhase": current.as_str(),
            "retryCount": job.retry_count,
        },
    })
}

impl MediaConvert {
    /// Puts what is kept on the default bus; nothing is due after it.
    pub(crate) async fn publish(&self) -> Result<Option<Timestamp>, ServiceError> {
        if self.platform.services.get("events").is_none() {
            return Ok(None);
        }
        loop {
            let entries = self.platform.store.read(|connection| outbox::first(connection, ENTRIES)).await?;
            let Some((last, _)) = entries.last() else { return Ok(None) };
            let last = *last;
            let parsed: Vec<Value> = entries.iter().filter_map(|(_, entry)| serde_json::from_str(entry).ok()).collect();
            match self.platform.services.call("events", "PutServiceEvents", json!({"Entries": parsed})).await {
                // Trying again would not change its mind, and would hold up all that follow.
                Err(error) if !error.is_server_fault() => {
                    tracing::error!(%error, "the default bus refuses events of MediaConvert; they are dropped");
                }
                Err(error) => return Err(error),
                Ok(_) => {}
            }
            self.platform.store.write(move |connection| outbox::delete_to(connection, last)).await?;
        }
    }
}
