//! The service: its topics, and the dispatch of operations.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};

use crate::api::API;
use crate::delivery::Deliveries;
use crate::notification::Notifier;
use crate::registry::Registry;
use crate::rows;
use crate::subscription::Subscription;

/// Amazon SNS.
pub struct Sns {
    pub(crate) platform: Platform,
    /// Itself, for work that outlives a call.
    pub(crate) this: Weak<Self>,
    /// One change of topics or subscriptions at a time.
    pub(crate) changes: tokio::sync::Mutex<()>,
    pub(crate) deliveries: Deliveries,
    pub(crate) notifier: Notifier,
    registry: RwLock<Registry>,
}

impl Sns {
    /// Opens the topics that the store holds. Links to unsubscribe begin with `endpoint` (`http://127.0.0.1:4566`).
    ///
    /// # Errors
    /// The store's.
    pub fn open(platform: &Platform, endpoint: impl Into<String>) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("sns", rows::TABLES)?;
        let (registry, left_over) = platform.store.read_blocking::<_, ServiceError, _>(|connection| {
            let mut registry = Registry::default();
            rows::topics(connection)?.into_iter().for_each(|topic| registry.put_topic(topic));
            for record in rows::subscriptions(connection)? {
                registry.put_subscription(Subscription::new(record).map_err(|complaint| complaint.of_one())?);
            }
            Ok((registry, rows::last_delivery(connection)?))
        })?;
        Ok(Arc::new_cyclic(|this| Self {
            platform: platform.clone(),
            this: Weak::clone(this),
            changes: tokio::sync::Mutex::default(),
            deliveries: Deliveries::new(left_over),
            notifier: Notifier { endpoint_url: endpoint.into(), region: platform.scope.region.clone() },
            registry: RwLock::new(registry),
        }))
    }

    pub(crate) fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn registry_mut(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Service for Sns {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "AddPermission" => self.add_permission(input).await,
            "ConfirmSubscription" => self.confirm_subscription(input),
            "CreateTopic" => self.create_topic(input).await,
            "DeleteTopic" => self.delete_topic(input).await,
            "GetSubscriptionAttributes" => self.get_subscription_attributes(input),
            "GetTopicAttributes" => self.get_topic_attributes(input),
            "ListSubscriptions" => self.list_subscriptions(input),
            "ListSubscriptionsByTopic" => self.list_subscriptions_by_topic(input),
            "ListTagsForResource" => self.list_tags_for_resource(input),
            "ListTopics" => self.list_topics(input),
            "Publish" => self.publish(input).await,
            "PublishBatch" => self.publish_batch(input).await,
            "RemovePermission" => self.remove_permission(input).await,
            "SetSubscriptionAttributes" => self.set_subscription_attributes(input).await,
            "SetTopicAttributes" => self.set_topic_attributes(input).await,
            "Subscribe" => self.subscribe(input).await,
            "TagResource" => self.tag_resource(input).await,
            "Unsubscribe" => self.unsubscribe(input).await,
            "UntagResource" => self.untag_resource(input).await,
            "CreatePlatformApplication" => self.create_platform_application(input).await,
            "CreatePlatformEndpoint" => self.create_platform_endpoint(input).await,
            "DeleteEndpoint" => self.delete_endpoint(input).await,
            "DeletePlatformApplication" => self.delete_platform_application(input).await,
            "GetEndpointAttributes" => self.get_endpoint_attributes(input).await,
            "GetPlatformApplicationAttributes" => self.get_platform_application_attributes(input).await,
            "ListEndpointsByPlatformApplication" => self.list_endpoints_by_platform_application(input).await,
            "ListPlatformApplications" => self.list_platform_applications(input).await,
            "SetEndpointAttributes" => self.set_endpoint_attributes(input).await,
            "SetPlatformApplicationAttributes" => self.set_platform_application_attributes(input).await,
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
