//! The topics and subscriptions that there are.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use service::ServiceError;

use crate::error;
use crate::subscription::Subscription;
use crate::topic::Topic;

/// The topics and subscriptions that there are, by ARN.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) topics: BTreeMap<String, Arc<Topic>>,
    pub(crate) subscriptions: BTreeMap<String, Arc<Subscription>>,
}

impl Registry {
    pub(crate) fn topic(&self, arn: &str) -> Result<Arc<Topic>, ServiceError> {
        error::check_arn("TopicArn", arn)?;
        self.topics.get(arn).cloned().ok_or_else(error::no_such_topic)
    }

    pub(crate) fn subscription(&self, arn: &str) -> Result<Arc<Subscription>, ServiceError> {
        error::check_arn("SubscriptionArn", arn)?;
        self.subscriptions.get(arn).cloned().ok_or_else(error::no_such_subscription)
    }

    /// The subscriptions of a topic. Their ARNs are the topic's with an id behind it.
    pub(crate) fn subscriptions_of(&self, topic: &str) -> impl Iterator<Item = &Arc<Subscription>> {
        let prefix = format!("{topic}:");
        self.subscriptions
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .map(|(_, subscription)| subscription)
            .take_while(move |subscription| subscription.record.arn.starts_with(&prefix))
            .collect::<Vec<_>>()
            .into_iter()
    }

    pub(crate) fn put_topic(&mut self, topic: Topic) {
        self.topics.insert(topic.arn.clone(), Arc::new(topic));
    }

    pub(crate) fn put_subscription(&mut self, subscription: Subscription) {
        self.subscriptions.insert(subscription.record.arn.clone(), Arc::new(subscription));
    }
}
