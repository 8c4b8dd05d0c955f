//! `notification-send`: what waits in the queue is told, each message for itself.

use async_trait::async_trait;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use function::{Context, Failure, MissingSetting, Step};
use futures::future::join_all;

use crate::domain::{Channel, Notice};
use crate::email::Email;
use crate::error::NotificationError;
use crate::item::now;
use crate::ledger::{Ledger, Outcome};
use crate::preferences::Preferences;
use crate::push::Push;

/// Sends what a batch of the queue's messages has to tell.
#[derive(Clone, Debug)]
pub struct SendNotifications {
    ledger: Ledger,
    preferences: Preferences,
    email: Email,
    push: Push,
}

impl SendNotifications {
    /// Works with the tables, templates and addresses that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        let settings = &context.settings;
        Ok(Self {
            ledger: Ledger { client: client.clone(), table: settings.require("NOTIFICATIONS_TABLE")? },
            preferences: Preferences { client, table: settings.require("PREFERENCES_TABLE")? },
            email: Email::build(context)?,
            push: Push { client: aws_sdk_sns::Client::new(&context.aws) },
        })
    }

    /// Tells one message by every channel. What fails by one is tried by the other all the same.
    async fn tell(&self, message: &SqsMessage) -> Result<(), NotificationError> {
        let notice = Notice::read(serde_json::from_str(message.body.as_deref().unwrap_or_default())?)?;
        let told = join_all(Channel::ALL.map(|channel| self.tell_by(&notice, channel))).await;
        told.into_iter().collect()
    }

    async fn tell_by(&self, notice: &Notice, channel: Channel) -> Result<(), NotificationError> {
        let now = now();
        if notice.is_stale(now) {
            tracing::info!(event = notice.event_id, "too late to tell anybody");
            return Ok(());
        }
        let preference = self.preferences.get(&notice.owner, channel).await?;
        // Nobody has a device until they say which.
        let wanted = preference.enabled && (channel == Channel::Email || preference.address.is_some());
        if !wanted {
            return Ok(());
        }
        let Some(claim) = self.ledger.claim(notice, channel, now).await? else {
            tracing::info!(event = notice.event_id, channel = channel.name(), "told before");
            return Ok(());
        };
        let address = preference.address.as_deref();
        let outcome = match channel {
            Channel::Email => self.email.send(notice, address).await.map(|message_id| Outcome::Sent { message_id }),
            Channel::Push => self.push.send(notice, address.unwrap_or_default()).await,
        };
        match outcome {
            Ok(outcome) => self.ledger.mark(&claim, &outcome).await,
            Err(refused @ NotificationError::Refused { .. }) => {
                // Whether or not it can be given back, the refusal is what failed.
                if let Err(error) = self.ledger.release(&claim).await {
                    tracing::warn!(%error, "a claim stays until it runs out");
                }
                Err(refused)
            }
            // It may have been sent: the claim stays, so that nobody sends it at once again.
            Err(unknown) => Err(unknown),
        }
    }
}

#[async_trait]
impl Step for SendNotifications {
    type Input = SqsEvent;
    type Output = SqsBatchResponse;

    async fn run(&self, batch: SqsEvent) -> Result<SqsBatchResponse, Failure> {
        let told = join_all(batch.records.iter().map(|message| self.tell(message))).await;
        let mut failures = Vec::new();
        for (message, told) in batch.records.iter().zip(told) {
            let Err(error) = told else { continue };
            let id = message.message_id.clone().unwrap_or_default();
            tracing::error!(message = id, name = error.name(), %error, "a notification failed");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            failures.push(failure);
        }
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failures;
        Ok(response)
    }
}
