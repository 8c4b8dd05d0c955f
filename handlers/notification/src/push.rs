//! Push to a device through SNS.

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::publish::PublishError;

use crate::domain::{Notice, Wording};
use crate::error::NotificationError;
use crate::ledger::Outcome;

/// Pushes to devices.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    pub(crate) client: Client,
}

impl Push {
    /// Pushes a notice to an endpoint. A device that is gone is no failure: there is nobody to tell.
    pub(crate) async fn send(&self, notice: &Notice, endpoint: &str) -> Result<Outcome, NotificationError> {
        let message = Wording::of(notice).push_message(notice);
        let publish = self.client.publish().target_arn(endpoint).message_structure("json").message(message.to_string());
        match publish.send().await {
            Ok(sent) => Ok(Outcome::Sent { message_id: sent.message_id().unwrap_or_default().to_owned() }),
            Err(error) => match error.as_service_error() {
                Some(PublishError::EndpointDisabledException(_)) => {
                    Ok(Outcome::Skipped { reason: "the device's endpoint is disabled".to_owned() })
                }
                _ => Err(NotificationError::sending("SNS", error)),
            },
        }
    }
}
