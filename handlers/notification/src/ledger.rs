//! The table `notifications`: who was told what, and who is at it.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use events::Timestamp;
use uuid::Uuid;

use crate::domain::{Channel, Notice};
use crate::error::NotificationError;
use crate::item::{number, text, text_of};

/// How long a claim holds: longer than an invocation may take, shorter than the queue hides a message.
const LEASE: Duration = Duration::from_secs(30);

/// How long a row is kept; longer than anything is told late.
const KEPT_FOR: Duration = Duration::from_secs(2 * 15 * 86_400);

/// The table.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) client: Client,
    pub(crate) table: String,
}

/// The right to send one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    key: String,
    id: String,
}

impl Ledger {
    /// Claims a notice for a channel; none when it was told already.
    ///
    /// # Errors
    /// [`NotificationError::Claimed`] while another sender has it.
    pub(crate) async fn claim(
        &self,
        notice: &Notice,
        channel: Channel,
        now: Timestamp,
    ) -> Result<Option<Claim>, NotificationError> {
        let claim = Claim { key: format!("{}#{}", notice.event_id, channel.name()), id: Uuid::new_v4().to_string() };
        let until = now.as_millis() + millis(LEASE);
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("key", text(&claim.key))
            .item("owner", text(&notice.owner))
            .item("state", text("CLAIMED"))
            .item("claim", text(&claim.id))
            .item("claimedUntil", number(until))
            .item("expiresAt", number(now.as_epoch_seconds() + millis(KEPT_FOR) / 1000))
            .condition_expression("attribute_not_exists(#key) OR (#state = :claimed AND claimedUntil < :now)")
            .expression_attribute_names("#key", "key")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":claimed", text("CLAIMED"))
            .expression_attribute_values(":now", number(now.as_millis()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = put.send().await else { return Ok(Some(claim)) };
        let there = error.as_service_error().and_then(|error| match error {
            aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed) => {
                Some(failed.item().and_then(|item| text_of(item, "state")))
            }
            _ => None,
        });
        match there {
            Some(Some(state)) if state != "CLAIMED" => Ok(None),
            Some(_) => Err(NotificationError::Claimed { key: claim.key }),
            None => Err(NotificationError::table(&self.table, error)),
        }
    }

    /// Marks a claimed notice as told, with the id that the service answered, or as not to be told, with the reason.
    pub(crate) async fn mark(&self, claim: &Claim, outcome: &Outcome) -> Result<(), NotificationError> {
        let (state, name, value) = match outcome {
            Outcome::Sent { message_id } => ("SENT", "messageId", message_id),
            Outcome::Skipped { reason } => ("SKIPPED", "reason", reason),
        };
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("key", text(&claim.key))
            .update_expression("SET #state = :state, #detail = :detail REMOVE claimedUntil")
            .condition_expression("claim = :claim")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#detail", name)
            .expression_attribute_values(":state", text(state))
            .expression_attribute_values(":detail", text(value))
            .expression_attribute_values(":claim", text(&claim.id));
        update.send().await.map(drop).map_err(|error| NotificationError::table(&self.table, error))
    }

    /// Gives a claim back: what was to be sent was certainly not.
    pub(crate) async fn release(&self, claim: &Claim) -> Result<(), NotificationError> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("key", text(&claim.key))
            .condition_expression("claim = :claim")
            .expression_attribute_values(":claim", AttributeValue::S(claim.id.clone()));
        delete.send().await.map(drop).map_err(|error| NotificationError::table(&self.table, error))
    }
}

/// How a claim ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was sent.
    Sent {
        /// The id that the service answered.
        message_id: String,
    },
    /// Nobody is to be told.
    Skipped {
        /// Why.
        reason: String,
    },
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
