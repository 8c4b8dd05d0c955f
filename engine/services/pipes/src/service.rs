//! Pipes as a service of the engine.

use std::sync::Arc;

use ::service::{Api, Platform, Service, ServiceError};
use async_trait::async_trait;
use serde_json::Value;

use crate::api::API;
use crate::operations::{create, describe, lifecycle, tags, update};
use crate::runs::Runs;
use crate::tables::{MIGRATIONS, PipeRow};

/// Amazon EventBridge Pipes.
pub struct Pipes {
    pub(crate) platform: Platform,
    pub(crate) runs: Runs,
}

impl Pipes {
    /// Brings the tables up to date. Pipes of an earlier run stand still until [`Pipes::start`].
    ///
    /// # Errors
    /// The store's own, when it can't be written or has been written by a newer version.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        consumer::migrate(&platform.store)?;
        platform.store.migrate("pipes", MIGRATIONS)?;
        let left = platform.store.read_blocking(PipeRow::all)?;
        Ok(Arc::new(Self { platform: platform.clone(), runs: Runs::new(platform.clone(), left) }))
    }

    /// Goes on with the pipes of an earlier run; to be called once all services are registered.
    pub fn start(self: &Arc<Self>) {
        self.runs.go_on_with_all();
    }
}

#[async_trait]
impl Service for Pipes {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreatePipe" => create::create_pipe(self, input).await,
            "UpdatePipe" => update::update_pipe(self, input).await,
            "DescribePipe" => describe::describe_pipe(self, &input).await,
            "ListPipes" => describe::list_pipes(self, &input).await,
            "StartPipe" => lifecycle::start_pipe(self, &input).await,
            "StopPipe" => lifecycle::stop_pipe(self, &input).await,
            "DeletePipe" => lifecycle::delete_pipe(self, &input).await,
            "TagResource" => tags::tag_resource(self, &input).await,
            "UntagResource" => tags::untag_resource(self, &input).await,
            "ListTagsForResource" => tags::list_tags(self, &input).await,
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
