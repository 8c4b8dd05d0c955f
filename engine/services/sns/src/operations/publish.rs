//! Publish, and how messages are accepted.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::parse;
use crate::delivery::Delivery;
use crate::message::{Draft, Message};
use crate::topic::Topic;
use crate::{Sns, error, rows};

/// How long a FIFO topic remembers what it was sent.
const DEDUPLICATION: Duration = Duration::from_secs(300);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Publish {
    topic_arn: Option<String>,
    target_arn: Option<String>,
    phone_number: Option<String>,
    #[serde(flatten)]
    draft: Draft,
}

/// A message and the subscriptions that take it.
pub(super) struct Routed {
    message: Message,
    subscriptions: Vec<String>,
    /// Under which a FIFO topic remembers it.
    key: Option<String>,
}

impl Sns {
    pub(crate) async fn publish(&self, input: Value) -> Result<Value, ServiceError> {
        let Publish { topic_arn, target_arn, phone_number, draft } = parse(input)?;
        let arn = match (topic_arn, target_arn) {
            (Some(arn), _) => arn,
            (None, Some(arn)) if arn.contains(":endpoint/") => {
                draft.check("")?;
                let id = Uuid::new_v4();
                self.push(&arn, &draft, id).await?;
                return Ok(json!({ "MessageId": id }));
            }
            (None, Some(arn)) => arn,
            (None, None) if phone_number.is_some() => {
                return Err(error::not_built("sluice does not send text messages: PhoneNumber"));
            }
            (None, None) => {
                let reason = "TopicArn or TargetArn Reason: no value for required parameter";
                return Err(error::invalid_parameter(reason));
            }
        };
        draft.check("")?;
        let topic = self.registry().topic(&arn)?;
        let routed = self.route(&topic, draft)?;
        let mut answers = self.accept(topic, vec![routed]).await?;
        Ok(answers.pop().expect("there is an answer for each message"))
    }

    /// Makes a message of a draft that was checked, and finds who takes it.
    pub(super) fn route(&self, topic: &Topic, draft: Draft) -> Result<Routed, ServiceError> {
        let by_protocol = draft.by_protocol()?;
        let mut message = Message {
            id: Uuid::new_v4(),
            topic: topic.arn.clone(),
            text: draft.message.unwrap_or_default(),
            by_protocol,
            subject: draft.subject,
            attributes: draft.message_attributes,
            group: draft.message_group_id,
            deduplication_id: draft.message_deduplication_id,
            published_at: self.platform.clock.now(),
            sequence: None,
        };
        let key = if topic.is_fifo() {
            Some(complete_fifo(topic, &mut message)?)
        } else if message.deduplication_id.is_some() {
            return Err(error::invalid_parameter(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid \
                 for this topic type",
            ));
        } else {
            None
        };
        let takes =
            |filter: &crate::filter::Filter, protocol| filter.takes(&message.attributes, message.text_for(protocol));
        let subscriptions = self
            .registry()
            .subscriptions_of(&topic.arn)
            .filter(|it| it.filter.as_ref().is_none_or(|filter| takes(filter, it.record.protocol.name())))
            .map(|it| it.record.arn.clone())
            .collect();
        Ok(Routed { message, subscriptions, key })
    }

    /// Writes messages with their deliveries, starts to deliver, and answers each.
    pub(super) async fn accept(&self, topic: Arc<Topic>, routed: Vec<Routed>) -> Result<Vec<Value>, ServiceError> {
        let stopping = || ServiceError::server("InternalError", "the engine is stopping");
        let this = self.this.upgrade().ok_or_else(stopping)?;
        // A caller that goes away must not leave what was written undelivered until the next start.
        let accepted = self.platform.tasks.spawn(async move {
            let _in_order = if topic.is_fifo() { Some(topic.order.lock().await) } else { None };
            let arn = topic.arn.clone();
            let write = move |connection: &Connection| {
                rows::check_topic(connection, &arn)?;
                routed.into_iter().map(|routed| keep(connection, routed)).collect::<Result<Vec<_>, ServiceError>>()
            };
            let kept = this.platform.store.write(write).await?;
            let (answers, deliveries): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
            this.dispatch(deliveries.into_iter().flatten().collect());
            Ok(answers)
        });
        accepted.await.map_err(|_| stopping())?
    }
}

/// Writes one message with its deliveries; the answer to its publisher, and what is to be delivered.
fn keep(connection: &Connection, routed: Routed) -> Result<(Value, Vec<Delivery>), ServiceError> {
    let Routed { mut message, subscriptions, key } = routed;
    let remembered_after = Timestamp::from_millis(
        message.published_at.as_millis() - i64::try_from(DEDUPLICATION.as_millis()).unwrap_or_default(),
    );
    if let Some(key) = &key
        && let Some((id, sequence)) = rows::recent(connection, &message.topic, key, remembered_after)?
    {
        message.id = id;
        message.sequence = Some(sequence);
        return Ok((answer(&message), Vec::new()));
    }
    if subscriptions.is_empty() && key.is_none() {
        return Ok((answer(&message), Vec::new()));
    }
    let number = rows::insert_message(connection, &message)?;
    if let Some(key) = &key {
        message.sequence = Some(number);
        rows::remember(connection, &message, key, number, remembered_after)?;
    }
    let answer = answer(&message);
    let message = Arc::new(message);
    let deliveries = subscriptions
        .into_iter()
        .map(|subscription| {
            let sequence = rows::insert_delivery(connection, number, &subscription)?;
            let message = Arc::clone(&message);
            Ok(Delivery { sequence, message_sequence: number, message, subscription, attempts: 0 })
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    if deliveries.is_empty() {
        rows::delete_message_if_done(connection, number)?;
    }
    Ok((answer, deliveries))
}

/// Checks and fills in what a message of a FIFO topic needs; the key under which it is remembered.
fn complete_fifo(topic: &Topic, message: &mut Message) -> Result<String, ServiceError> {
    let Some(group) = message.group.as_deref().filter(|group| !group.is_empty()) else {
        return Err(error::invalid_parameter("The MessageGroupId parameter is required for FIFO topics"));
    };
    let id = match &message.deduplication_id {
        Some(id) => id.clone(),
        None if topic.is_on("ContentBasedDeduplication") => content_digest(&message.text),
        None => {
            return Err(error::invalid_parameter(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided \
                 explicitly",
            ));
        }
    };
    let per_group = topic.attributes.get("FifoThroughputScope").is_some_and(|scope| scope == "MessageGroup");
    let key = if per_group { format!("{group} {id}") } else { id.clone() };
    message.deduplication_id = Some(id);
    Ok(key)
}

fn content_digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn answer(message: &Message) -> Value {
    let mut answer = json!({ "MessageId": message.id });
    if let Some(sequence) = message.sequence_number() {
        answer["SequenceNumber"] = sequence.into();
    }
    answer
}
