//! Creating, listing and deleting topics, and their attributes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::tags::{Tag, to_tags};
use super::{OfTopic, page, parse, required};
use crate::topic::{Topic, check_attribute, check_attribute_name, check_name};
use crate::{Sns, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    name: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    tags: Option<Vec<Tag>>,
    data_protection_policy: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    topic_arn: Option<String>,
    attribute_name: Option<String>,
    #[serde(default)]
    attribute_value: String,
}

impl Sns {
    pub(crate) async fn create_topic(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Create = parse(input)?;
        let name = required(input.name, "name")?;
        let mut attributes = input.attributes;
        let fifo = attributes.remove("FifoTopic").is_some_and(|value| value == "true");
        check_name(&name, fifo)?;
        for (attribute, value) in &attributes {
            check_attribute(attribute, value, fifo).map_err(|failure| attributes_reason(failure, attribute))?;
        }
        if input.data_protection_policy.is_some_and(|policy| !policy.is_empty()) {
            return Err(error::not_built("sluice does not look for sensitive data in messages: DataProtectionPolicy"));
        }
        let tags = input.tags.map(|tags| to_tags(&tags)).transpose()?;
        let arn = self.platform.scope.arn("sns", &name);
        let _alone = self.changes.lock().await;
        if let Ok(existing) = self.registry().topic(&arn) {
            let shown = existing.shown(&self.platform.scope);
            if attributes.iter().any(|(attribute, value)| shown.get(attribute) != Some(value)) {
                return Err(error::invalid_parameter(
                    "Attributes Reason: Topic already exists with different attributes",
                ));
            }
            if tags.is_some_and(|tags| tags != existing.tags) {
                return Err(error::invalid_parameter("Tags Reason: Topic already exists with different tags"));
            }
            return Ok(json!({ "TopicArn": arn }));
        }
        let topic = Topic { arn: arn.clone(), attributes, tags: tags.unwrap_or_default(), ..Topic::default() };
        self.keep_topic(topic).await?;
        Ok(json!({ "TopicArn": arn }))
    }

    pub(crate) async fn delete_topic(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<OfTopic>(input)?.topic_arn, "topicArn")?;
        error::check_arn("TopicArn", &arn)?;
        let _alone = self.changes.lock().await;
        let subscriptions: Vec<String> =
            self.registry().subscriptions_of(&arn).map(|subscription| subscription.record.arn.clone()).collect();
        let (topic, gone) = (arn.clone(), subscriptions.clone());
        self.platform
            .store
            .write::<_, ServiceError, _>(move |connection| rows::delete_topic(connection, &topic, &gone))
            .await?;
        let mut registry = self.registry_mut();
        registry.topics.remove(&arn);
        for subscription in subscriptions {
            registry.subscriptions.remove(&subscription);
        }
        Ok(json!({}))
    }

    pub(crate) fn list_topics(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfTopic = parse(input)?;
        let registry = self.registry();
        let (topics, next) = page(registry.topics.values(), input.next_token.as_deref(), |topic| &topic.arn);
        let topics: Vec<Value> = topics.into_iter().map(|topic| json!({ "TopicArn": topic.arn })).collect();
        let mut answer = json!({ "Topics": topics });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        Ok(answer)
    }

    pub(crate) fn get_topic_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<OfTopic>(input)?.topic_arn, "topicArn")?;
        let registry = self.registry();
        let topic = registry.topic(&arn)?;
        let mut attributes = topic.shown(&self.platform.scope);
        for (name, count) in [
            ("SubscriptionsConfirmed", registry.subscriptions_of(&arn).count().to_string()),
            ("SubscriptionsDeleted", topic.subscriptions_deleted.to_string()),
            ("SubscriptionsPending", "0".to_owned()),
        ] {
            attributes.insert(name.to_owned(), count);
        }
        Ok(json!({ "Attributes": attributes }))
    }

    pub(crate) async fn set_topic_attributes(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Set = parse(input)?;
        let arn = required(input.topic_arn, "topicArn")?;
        let name = required(input.attribute_name, "attributeName")?;
        let _alone = self.changes.lock().await;
        let mut topic = Topic::clone(&*self.registry().topic(&arn)?);
        let fifo = topic.is_fifo();
        // An empty value takes an attribute back, but for those that must be one of a few.
        if input.attribute_value.is_empty() && !name.ends_with("Deduplication") && !name.ends_with("Scope") {
            check_attribute_name(&name, fifo)?;
            topic.attributes.remove(&name);
        } else {
            check_attribute(&name, &input.attribute_value, fifo)?;
            topic.attributes.insert(name, input.attribute_value);
        }
        self.keep_topic(topic).await?;
        Ok(json!({}))
    }

    /// Writes a topic and lets it be seen. The caller holds `changes`.
    pub(super) async fn keep_topic(&self, topic: Topic) -> Result<(), ServiceError> {
        let written = topic.clone();
        let write = move |connection: &_| rows::put_topic(connection, &written);
        self.platform.store.write::<_, ServiceError, _>(write).await?;
        self.registry_mut().put_topic(topic);
        Ok(())
    }
}

/// How CreateTopic tells what is wrong with one of its attributes.
fn attributes_reason(failure: ServiceError, attribute: &str) -> ServiceError {
    match failure.message.strip_prefix("Invalid parameter: ") {
        Some("AttributeName") => error::invalid_parameter(format!("Attributes Reason: Unknown attribute {attribute}")),
        Some(reason) => error::invalid_parameter(format!("Attributes Reason: {reason}")),
        None => failure,
    }
}
