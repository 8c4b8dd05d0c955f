//! One call of an endpoint, and of the dead-letter queue in its place.

use serde_json::{Map, Value, json};

use super::Delivery;
use super::verdict::Failure;
use crate::message::Message;
use crate::service::Sns;
use crate::subscription::{Protocol, Subscription};
use crate::topic::FIFO_SUFFIX;

impl Sns {
    pub(super) async fn attempt(&self, subscription: &Subscription, delivery: &Delivery) -> Result<(), Failure> {
        let Subscription { record, .. } = subscription;
        let services = &self.platform.services;
        match record.protocol {
            Protocol::Sqs => {
                let call = self.send_message(&record.endpoint, subscription, &delivery.message);
                services.call("sqs", "SendMessage", call).await?;
            }
            Protocol::Lambda => {
                let event = self.notifier.event(&delivery.message, record);
                let call = json!({"FunctionName": record.endpoint, "InvocationType": "Event", "Payload": event});
                services.call("lambda", "Invoke", call).await?;
            }
            Protocol::Application => {
                let draft = delivery.message.as_draft();
                self.push(&record.endpoint, &draft, delivery.message.id).await?;
            }
        }
        Ok(())
    }

    /// Sends what could not be delivered to the subscription's dead-letter queue, where it has one.
    ///
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html>
    pub(super) async fn bury(
        &self,
        subscription: &Subscription,
        delivery: &Delivery,
        failure: &Failure,
    ) -> Result<(), Failure> {
        let Some(queue) = &subscription.dead_letter_queue else {
            tracing::warn!(
                subscription = delivery.subscription,
                message = %delivery.message.id,
                "a notification was dropped, there is no dead-letter queue: {}",
                failure.message
            );
            return Ok(());
        };
        let call = self.send_message(queue, subscription, &delivery.message);
        self.platform.services.call("sqs", "SendMessage", call).await?;
        Ok(())
    }

    /// The message for a queue, as the subscription wants it.
    fn send_message(&self, queue: &str, subscription: &Subscription, message: &Message) -> Value {
        let record = &subscription.record;
        let raw = subscription.raw && record.protocol == Protocol::Sqs;
        let body =
            if raw { message.text_for(record.protocol.name()).to_owned() } else { self.notifier.text(message, record) };
        let name = queue.rsplit(':').next().unwrap_or(queue);
        let scope = &self.platform.scope;
        let mut call = json!({
            "QueueUrl": format!("https://sqs.{}.amazonaws.com/{}/{name}", scope.region, scope.account),
            "MessageBody": body,
        });
        if raw && !message.attributes.is_empty() {
            let attributes: Map<String, Value> =
                message.attributes.iter().map(|(name, attribute)| (name.clone(), json!(attribute))).collect();
            call["MessageAttributes"] = attributes.into();
        }
        if let Some(group) = &message.group {
            call["MessageGroupId"] = group.as_str().into();
        }
        if let Some(id) = message.deduplication_id.as_deref().filter(|_| queue.ends_with(FIFO_SUFFIX)) {
            call["MessageDeduplicationId"] = id.into();
        }
        call
    }
}
