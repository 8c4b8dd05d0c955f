//! The service itself.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use crate::activities::Activities;
use crate::api;
use crate::machines::Machines;
use crate::runtime::Runtime;
use crate::schema::MIGRATIONS;

/// AWS Step Functions: the API, and the runtime behind it.
pub struct StepFunctions {
    pub(crate) platform: Platform,
    pub(crate) machines: Arc<Machines>,
    pub(crate) activities: Arc<Activities>,
    pub(crate) runtime: Arc<Runtime>,
}

impl StepFunctions {
    /// Opens the service on the platform's store. Executions of an earlier process stand still until
    /// [`StepFunctions::start`].
    ///
    /// # Errors
    /// When the store can't be read, or was written by a newer version.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("stepfunctions", MIGRATIONS)?;
        let machines = Arc::new(Machines::open(platform)?);
        let activities = Arc::new(Activities::open(platform)?);
        let runtime = Runtime::open(platform, Arc::clone(&machines), Arc::clone(&activities))?;
        Ok(Arc::new(Self { platform: platform.clone(), machines, activities, runtime }))
    }

    /// Goes on with the executions of an earlier process: timers are armed, attempts whose outcome is unknown fail so
    /// that the machine's own `Retry` decides, tasks that somebody else ends keep waiting. Call it once, when all
    /// services are registered.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn start(self: &Arc<Self>) -> Result<(), ServiceError> {
        self.runtime.start()
    }
}

#[async_trait]
impl Service for StepFunctions {
    fn api(&self) -> &'static Api {
        &api::API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        api::answer(self, operation, input).await
    }
}
