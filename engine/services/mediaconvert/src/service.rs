//! MediaConvert as a service of the engine.

use std::sync::Arc;

use ::service::{Api, Platform, Service, ServiceError};
use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::api::API;
pub use crate::ffmpeg::Programs;
use crate::names::DEFAULT_QUEUE;
use crate::operations::named::{JOB_TEMPLATES, PRESETS, QUEUES};
use crate::rows::{self, named};
use crate::run::Running;

/// AWS Elemental MediaConvert.
pub struct MediaConvert {
    pub(crate) platform: Platform,
    pub(crate) programs: Programs,
    /// Where callers reach this service: what DescribeEndpoints answers.
    pub(crate) endpoint_url: String,
    pub(crate) running: Running,
    pub(crate) jobs_changed: Notify,
    pub(crate) events_written: Notify,
}

impl MediaConvert {
    /// Opens what the store holds. No job is worked on before [`MediaConvert::start`].
    ///
    /// # Errors
    /// The store's.
    pub fn open(
        platform: &Platform,
        programs: Programs,
        endpoint_url: impl Into<String>,
    ) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("mediaconvert", rows::TABLES)?;
        let now = platform.clock.now();
        platform.store.write_blocking(move |connection| {
            if named::find(connection, "queues", DEFAULT_QUEUE)?.is_none() {
                let document = json!({
                    "Type": "SYSTEM", "Status": "ACTIVE", "PricingPlan": "ON_DEMAND",
                    "ConcurrentJobs": crate::operations::queues::DEFAULT_CONCURRENCY,
                    "LastUpdated": now.as_epoch_seconds(),
                });
                named::put(
                    connection,
                    "queues",
                    &named::Named { name: DEFAULT_QUEUE.to_owned(), created_at: now, document },
                )?;
            }
            crate::run::submit_again(connection)
        })?;
        Ok(Arc::new(Self {
            platform: platform.clone(),
            programs,
            endpoint_url: endpoint_url.into(),
            running: Running::default(),
            jobs_changed: Notify::new(),
            events_written: Notify::new(),
        }))
    }

    /// Begins to work on jobs, with those that an earlier process left. To be called once, when S3 and the bus are there.
    pub fn start(self: &Arc<Self>) {
        let this = Arc::clone(self);
        self.platform.spawn(async move {
            let what = "jobs of MediaConvert were not begun";
            this.platform.whenever_due(&this.jobs_changed, what, || this.begin_jobs()).await;
        });
        let this = Arc::clone(self);
        self.platform.spawn(async move {
            let what = "the default bus does not accept events of MediaConvert";
            this.platform.whenever_due(&this.events_written, what, || this.publish()).await;
        });
    }
}

#[async_trait]
impl Service for MediaConvert {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CancelJob" => self.cancel_job(input).await,
            "CreateJob" => self.create_job(input).await,
            "CreateJobTemplate" => self.create_named(&JOB_TEMPLATES, input).await,
            "CreatePreset" => self.create_named(&PRESETS, input).await,
            "CreateQueue" => self.create_named(&QUEUES, input).await,
            "DeleteJobTemplate" => self.delete_named(&JOB_TEMPLATES, input).await,
            "DeletePreset" => self.delete_named(&PRESETS, input).await,
            "DeleteQueue" => self.delete_queue(input).await,
            "DescribeEndpoints" => Ok(json!({"Endpoints": [{"Url": self.endpoint_url}]})),
            "GetJob" => self.get_job(input).await,
            "GetJobTemplate" => self.get_named(&JOB_TEMPLATES, input).await,
            "GetPreset" => self.get_named(&PRESETS, input).await,
            "GetQueue" => self.get_named(&QUEUES, input).await,
            "ListJobTemplates" => self.list_named(&JOB_TEMPLATES, input).await,
            "ListJobs" | "SearchJobs" => self.list_jobs(input).await,
            "ListPresets" => self.list_named(&PRESETS, input).await,
            "ListQueues" => self.list_named(&QUEUES, input).await,
            "ListTagsForResource" => self.list_tags_for_resource(input).await,
            "Probe" => self.probe(input).await,
            "TagResource" => self.tag_resource(input).await,
            "UntagResource" => self.untag_resource(input).await,
            "UpdateJobTemplate" => self.update_named(&JOB_TEMPLATES, input).await,
            "UpdatePreset" => self.update_named(&PRESETS, input).await,
            "UpdateQueue" => self.update_named(&QUEUES, input).await,
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
