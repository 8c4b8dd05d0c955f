//! What is special about queues.

use ::service::ServiceError;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::named::QUEUES;
use super::required;
use crate::error::{bad_request, conflict};
use crate::job::Status;
use crate::names::DEFAULT_QUEUE;
use crate::rows::jobs;
use crate::service::MediaConvert;

/// How many jobs of a queue run at once unless it says otherwise: ffmpeg uses all processors for one.
pub(crate) const DEFAULT_CONCURRENCY: u64 = 2;

/// Checks and completes what a caller says of a queue.
pub(crate) fn check(members: &mut Map<String, Value>) -> Result<(), ServiceError> {
    for refused in ["MaximumConcurrentFeeds", "ReservationPlanSettings"] {
        if members.contains_key(refused) {
            let reason = "sluice does not implement this yet";
            return Err(bad_request(format!("/{}: {reason}", super::lower_first(refused))));
        }
    }
    let plan = members.entry("PricingPlan").or_insert_with(|| json!("ON_DEMAND"));
    if plan != "ON_DEMAND" {
        return Err(bad_request(format!("/pricingPlan: sluice only has ON_DEMAND queues: {plan}")));
    }
    let status = members.entry("Status").or_insert_with(|| json!("ACTIVE"));
    if status != "ACTIVE" && status != "PAUSED" {
        return Err(bad_request(format!("/status: is neither ACTIVE nor PAUSED: {status}")));
    }
    let concurrent = members.entry("ConcurrentJobs").or_insert_with(|| json!(DEFAULT_CONCURRENCY));
    match concurrent.as_u64() {
        Some(1..=500) => Ok(()),
        _ => Err(bad_request(format!("/concurrentJobs: should be between 1 and 500: {concurrent}"))),
    }
}

impl MediaConvert {
    /// How many jobs of a queue wait, and how many are worked on.
    pub(crate) async fn jobs_in_queue(&self, queue: String) -> Result<(usize, usize), ServiceError> {
        let read = move |connection: &Connection| {
            let submitted = jobs::count(connection, &queue, Status::Submitted)?;
            Ok::<_, ServiceError>((submitted, jobs::count(connection, &queue, Status::Progressing)?))
        };
        self.platform.store.read(read).await
    }

    pub(crate) async fn delete_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let name = required(&input, "Name")?.to_owned();
        if name == DEFAULT_QUEUE {
            return Err(bad_request("/name: the queue of the system can't be deleted: Default"));
        }
        if self.jobs_in_queue(name.clone()).await? != (0, 0) {
            return Err(conflict(format!("the queue has jobs that are not done: {name}")));
        }
        self.delete_named(&QUEUES, input).await
    }
}
