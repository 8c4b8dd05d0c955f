//! Subscribing, unsubscribing and listing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use uuid::Uuid;

use super::{OfTopic, page, parse, required};
use crate::subscription::{Protocol, Record, Subscription};
use crate::topic::Topic;
use crate::{Sns, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Subscribe {
    topic_arn: Option<String>,
    protocol: Option<String>,
    endpoint: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Confirm {
    topic_arn: Option<String>,
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Unsubscribe {
    subscription_arn: Option<String>,
}

impl Sns {
    /// Queues and functions of the same account confirm themselves, so there is nothing to wait for.
    pub(crate) async fn subscribe(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Subscribe = parse(input)?;
        let topic_arn = required(input.topic_arn, "topicArn")?;
        let protocol = Protocol::parse(&required(input.protocol, "protocol")?)?;
        let endpoint = input.endpoint.unwrap_or_default();
        let _alone = self.changes.lock().await;
        let topic = self.registry().topic(&topic_arn)?;
        protocol.check(&endpoint, &topic, &self.platform.scope)?;
        let record = Record {
            arn: format!("{topic_arn}:{}", Uuid::new_v4()),
            topic: topic_arn.clone(),
            protocol,
            endpoint,
            attributes: input.attributes,
        };
        let subscription = Subscription::new(record).map_err(|complaint| complaint.of_many())?;
        let existing = self
            .registry()
            .subscriptions_of(&topic_arn)
            .find(|known| (known.record.protocol, &known.record.endpoint) == (protocol, &subscription.record.endpoint))
            .cloned();
        if let Some(existing) = existing {
            let shown = existing.shown(&self.platform.scope);
            let same = |(name, value): (&String, &String)| shown.get(name.as_str()) == Some(value);
            if !subscription.record.attributes.iter().all(same) {
                let reason = "Attributes Reason: Subscription already exists with different attributes";
                return Err(error::invalid_parameter(reason));
            }
            return Ok(json!({ "SubscriptionArn": existing.record.arn }));
        }
        let answer = json!({ "SubscriptionArn": subscription.record.arn });
        self.keep_subscription(subscription).await?;
        Ok(answer)
    }

    pub(crate) async fn unsubscribe(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<Unsubscribe>(input)?.subscription_arn, "subscriptionArn")?;
        error::check_arn("SubscriptionArn", &arn)?;
        let _alone = self.changes.lock().await;
        let Ok(subscription) = self.registry().subscription(&arn) else { return Ok(json!({})) };
        let mut topic = Topic::clone(&*self.registry().topic(&subscription.record.topic)?);
        topic.subscriptions_deleted += 1;
        let (gone, written) = (arn.clone(), topic.clone());
        let write = move |connection: &_| {
            rows::delete_subscription(connection, &gone)?;
            rows::put_topic(connection, &written)
        };
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        let mut registry = self.registry_mut();
        registry.subscriptions.remove(&arn);
        registry.put_topic(topic);
        Ok(json!({}))
    }

    /// Nothing here is ever given a token, so none is right; AWS tells those that can't be one apart.
    pub(crate) fn confirm_subscription(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Confirm = parse(input)?;
        let topic = required(input.topic_arn, "topicArn")?;
        let token = required(input.token, "token")?;
        error::check_arn("TopicArn", &topic)?;
        let could_be = token.len() >= 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        if could_be || self.registry().topic(&topic).is_err() {
            return Err(error::invalid_parameter("Token"));
        }
        Err(ServiceError::client("InvalidParameter", "Invalid token"))
    }

    pub(crate) fn list_subscriptions(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfTopic = parse(input)?;
        let registry = self.registry();
        Ok(self.subscription_page(registry.subscriptions.values(), input.next_token.as_deref()))
    }

    pub(crate) fn list_subscriptions_by_topic(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfTopic = parse(input)?;
        let arn = required(input.topic_arn, "topicArn")?;
        let registry = self.registry();
        registry.topic(&arn)?;
        Ok(self.subscription_page(registry.subscriptions_of(&arn), input.next_token.as_deref()))
    }

    fn subscription_page<'a>(
        &self,
        all: impl Iterator<Item = &'a std::sync::Arc<Subscription>>,
        after: Option<&str>,
    ) -> Value {
        let (shown, next) = page(all, after, |subscription| &subscription.record.arn);
        let owner = &self.platform.scope.account;
        let shown: Vec<Value> = shown
            .into_iter()
            .map(|subscription| {
                let Record { arn, topic, protocol, endpoint, .. } = &subscription.record;
                json!({
                    "SubscriptionArn": arn,
                    "Owner": owner,
                    "Protocol": protocol.name(),
                    "Endpoint": endpoint,
                    "TopicArn": topic,
                })
            })
            .collect();
        let mut answer = json!({ "Subscriptions": shown });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        answer
    }

    /// Writes a subscription and lets it be seen. The caller holds `changes`.
    pub(super) async fn keep_subscription(&self, subscription: Subscription) -> Result<(), ServiceError> {
        let written = subscription.record.clone();
        let write = move |connection: &_| rows::put_subscription(connection, &written);
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        self.registry_mut().put_subscription(subscription);
        Ok(())
    }
}
