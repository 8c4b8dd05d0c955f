//! Jobs.

use std::collections::BTreeMap;

use ::service::ServiceError;
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{cut, page, required, text};
use crate::api::API;
use crate::error::{bad_request, conflict, not_found};
use crate::events;
use crate::job::{Job, Status};
use crate::names::{self, DEFAULT_QUEUE};
use crate::rows::{jobs, named};
use crate::service::MediaConvert;
use crate::settings;

/// The namespace of digests of requests.
const REQUESTS: Uuid = Uuid::from_u128(0x6d65_6469_6163_6f6e_7665_7274_6a6f_6273);

/// Members of a request that a job only tells again.
const TOLD: &[&str] = &["AccelerationSettings", "BillingTagsSource", "JobTemplate", "Role", "StatusUpdateInterval"];

/// Members that AWS has and that nothing here does justice to.
const REFUSED: &[&str] =
    &["ElementalInferenceSettings", "HopDestinations", "JobEngineVersion", "SimulateReservedQueue"];

const INTERVALS: [u32; 15] = [10, 12, 15, 20, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600];

impl MediaConvert {
    pub(crate) async fn create_job(&self, mut input: Value) -> Result<Value, ServiceError> {
        let digest = Uuid::new_v5(&REQUESTS, input.to_string().as_bytes());
        required(&input, "Role")?;
        if !input["Settings"].is_object() {
            return Err(bad_request("/settings: is a required property"));
        }
        let template = match text(&input, "JobTemplate").map(|given| names::name_in(given, "jobTemplates")) {
            None => Value::Null,
            Some(name) => self.document("jobTemplates", name, "Job template").await?,
        };
        inherit(&mut input, &template);
        check_members(&input)?;
        let presets = self.presets_of(&input["Settings"]).await?;
        settings::insert_presets(&mut input["Settings"], &presets);
        settings::plan(&input["Settings"])?;
        self.programs.check()?;

        let job = self.job_of(&input, digest)?;
        let scope = self.platform.scope.clone();
        let job = self.platform.store.write(move |connection| accept(connection, job)).await?;
        self.jobs_changed.notify_one();
        Ok(json!({"Job": job.describe(&scope)}))
    }

    fn job_of(&self, input: &Value, digest: Uuid) -> Result<Job, ServiceError> {
        let now = self.platform.clock.now();
        let queue = text(input, "Queue").map_or(DEFAULT_QUEUE.to_owned(), |given| names::name_in(given, "queues"));
        let mut told: Map<String, Value> =
            TOLD.iter().filter_map(|name| Some(((*name).to_owned(), input.get(*name)?.clone()))).collect();
        told.entry("StatusUpdateInterval").or_insert_with(|| json!("SECONDS_60"));
        Ok(Job {
            id: names::job_id(now),
            queue,
            priority: input.get("Priority").and_then(Value::as_i64).unwrap_or(0),
            status: Status::Submitted,
            submitted_at: now,
            started_at: None,
            finished_at: None,
            phase: None,
            phase_percent: 0,
            retry_count: 0,
            error: None,
            output_groups: None,
            settings: input["Settings"].clone(),
            told,
            user_metadata: texts(input, "UserMetadata")?,
            tags: texts(input, "Tags")?,
            token: text(input, "ClientRequestToken").map(str::to_owned),
            digest,
        })
    }

    /// The presets that outputs name.
    async fn presets_of(&self, settings: &Value) -> Result<BTreeMap<String, Value>, ServiceError> {
        let mut presets = BTreeMap::new();
        for name in settings::preset_names(settings) {
            let preset = self.document("presets", names::name_in(&name, "presets"), "Preset").await?;
            presets.insert(name, preset["Settings"].clone());
        }
        Ok(presets)
    }

    async fn document(
        &self,
        collection: &'static str,
        name: String,
        what: &'static str,
    ) -> Result<Value, ServiceError> {
        let read = move |connection: &Connection| {
            named::find(connection, collection, &name)?.ok_or_else(|| not_found(what, &name))
        };
        Ok(self.platform.store.read(read).await?.document)
    }

    pub(crate) async fn get_job(&self, input: Value) -> Result<Value, ServiceError> {
        let id = required(&input, "Id")?.to_owned();
        let job = self.platform.store.read(move |connection| jobs::get(connection, &id)).await?;
        Ok(json!({"Job": job.describe(&self.platform.scope)}))
    }

    pub(crate) async fn list_jobs(&self, input: Value) -> Result<Value, ServiceError> {
        let (after, most) = page(&input)?;
        let filter = jobs::Filter {
            queue: text(&input, "Queue").map(|given| names::name_in(given, "queues")),
            status: text(&input, "Status").map(str::to_owned),
            input: text(&input, "InputFile").map(str::to_owned),
            // AWS lists the newest first unless it is told otherwise.
            descending: text(&input, "Order") != Some("ASCENDING"),
            after,
        };
        let read = move |connection: &Connection| jobs::list(connection, &filter, most + 1);
        let mut found = self.platform.store.read(read).await?;
        let next = cut(&mut found, (after, most));
        let told: Vec<Value> = found.iter().map(|job| job.describe(&self.platform.scope)).collect();
        let mut answer = json!({"Jobs": told});
        if let Some(token) = next {
            answer["NextToken"] = token.into();
        }
        Ok(answer)
    }

    pub(crate) async fn cancel_job(&self, input: Value) -> Result<Value, ServiceError> {
        let id = required(&input, "Id")?.to_owned();
        let (now, scope, cancelled) = (self.platform.clock.now(), self.platform.scope.clone(), id.clone());
        let write = move |connection: &Connection| {
            let mut job = jobs::get(connection, &id)?;
            if job.status.is_over() {
                let status = job.status.as_str();
                return Err(conflict(format!("The job is {status} and can no longer be canceled: {id}")));
            }
            (job.status, job.finished_at) = (Status::Canceled, Some(now));
            jobs::put(connection, &job)?;
            events::write(connection, &scope, &job, now, "CANCELED", json!({}))
        };
        self.platform.store.write(write).await?;
        self.running.cancel(&cancelled);
        self.platform.signals.notify(API.id);
        self.events_written.notify_one();
        self.jobs_changed.notify_one();
        Ok(json!({}))
    }
}

/// Keeps the job, unless its token brought another one before.
fn accept(connection: &Connection, job: Job) -> Result<Job, ServiceError> {
    if named::find(connection, "queues", &job.queue)?.is_none() {
        return Err(not_found("Queue", &job.queue));
    }
    if let Some(token) = &job.token
        && let Some(earlier) = jobs::of_token(connection, token)?
    {
        if earlier.digest == job.digest {
            return Ok(earlier);
        }
        return Err(conflict(format!("The client request token belongs to another job: {token}")));
    }
    jobs::put(connection, &job)?;
    Ok(job)
}

/// What a job doesn't say itself is its template's.
fn inherit(input: &mut Value, template: &Value) {
    for member in ["AccelerationSettings", "HopDestinations", "Priority", "Queue", "StatusUpdateInterval"] {
        if input[member].is_null() && !template[member].is_null() {
            input[member] = template[member].clone();
        }
    }
    input["Settings"] = settings::merged(&template["Settings"], &input["Settings"]);
}

fn check_members(input: &Value) -> Result<(), ServiceError> {
    let is_given = |member: &&&str| match &input[**member] {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => text != "DISABLED",
        _ => true,
    };
    if let Some(member) = REFUSED.iter().find(is_given) {
        return Err(bad_request(format!("/{}: sluice does not implement this yet", super::lower_first(member))));
    }
    if input["AccelerationSettings"]["Mode"] == "ENABLED" {
        // PREFERRED runs without acceleration where there is none, on AWS too.
        return Err(bad_request(
            "/accelerationSettings/mode: sluice has no accelerated transcoding, use PREFERRED: ENABLED",
        ));
    }
    if let Some(priority) = input.get("Priority").filter(|value| !value.is_null())
        && !priority.as_i64().is_some_and(|priority| (-50..=50).contains(&priority))
    {
        return Err(bad_request(format!("/priority: should be between -50 and 50: {priority}")));
    }
    if let Some(interval) = text(input, "StatusUpdateInterval")
        && !INTERVALS.iter().any(|seconds| interval == format!("SECONDS_{seconds}"))
    {
        return Err(bad_request(format!("/statusUpdateInterval: is no such interval: {interval}")));
    }
    Ok(())
}

/// A member that is a map of texts.
pub(super) fn texts(input: &Value, member: &str) -> Result<BTreeMap<String, String>, ServiceError> {
    match input.get(member) {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(given) => serde_json::from_value(given.clone())
            .map_err(|failure| bad_request(format!("/{}: {failure}", super::lower_first(member)))),
    }
}
