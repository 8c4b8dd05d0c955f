//! EventBridge Scheduler as a service of the engine.

use std::sync::Arc;

use ::service::{Api, Platform, Service, ServiceError};
use async_trait::async_trait;
use serde_json::Value;

use crate::api::API;
use crate::group::Group;
use crate::invocation::Work;
use crate::names::DEFAULT_GROUP;
use crate::rows;

/// Amazon EventBridge Scheduler.
pub struct Scheduler {
    pub(crate) platform: Platform,
    pub(crate) work: Work,
}

impl Scheduler {
    /// Opens what the store holds. Nothing is invoked before [`Scheduler::start`].
    ///
    /// # Errors
    /// The store's.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("scheduler", rows::TABLES)?;
        let now = platform.clock.now();
        platform.store.write_blocking(move |connection| {
            if rows::groups::find(connection, DEFAULT_GROUP)?.is_none() {
                let group = Group {
                    name: DEFAULT_GROUP.to_owned(),
                    created_at: now,
                    modified_at: now,
                    tags: Default::default(),
                    client_token: None,
                };
                rows::groups::put(connection, &group)?;
            }
            Ok::<_, ServiceError>(())
        })?;
        Ok(Arc::new(Self { platform: platform.clone(), work: Work::default() }))
    }

    /// Begins to invoke, with what was due while the engine was stopped. To be called once, when the services that targets
    /// lead to are there.
    pub fn start(self: &Arc<Self>) {
        self.platform.spawn(Arc::clone(self).run());
    }
}

#[async_trait]
impl Service for Scheduler {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreateSchedule" => self.create_schedule(input).await,
            "CreateScheduleGroup" => self.create_schedule_group(input).await,
            "DeleteSchedule" => self.delete_schedule(input).await,
            "DeleteScheduleGroup" => self.delete_schedule_group(input).await,
            "GetSchedule" => self.get_schedule(input).await,
            "GetScheduleGroup" => self.get_schedule_group(input).await,
            "ListScheduleGroups" => self.list_schedule_groups(input).await,
            "ListSchedules" => self.list_schedules(input).await,
            "ListTagsForResource" => self.list_tags_for_resource(input).await,
            "TagResource" => self.tag_resource(input).await,
            "UntagResource" => self.untag_resource(input).await,
            "UpdateSchedule" => self.update_schedule(input).await,
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
