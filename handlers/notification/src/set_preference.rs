//! `notification-preferences`: how an owner wants to be told.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::NotificationError;
use crate::domain::Channel;
use crate::preferences::{Preference, Preferences};

/// `{"owner", "channel": "email" | "push", "enabled"?, "address"?}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetPreferenceInput {
    /// Whose preference it is.
    pub owner: String,
    /// By which channel.
    pub channel: Channel,
    /// Whether to be told at all; stays as it is when left out.
    pub enabled: Option<bool>,
    /// An e-mail address, or the ARN of a device's endpoint; stays as it is when left out.
    pub address: Option<String>,
}

/// Sets a preference and answers it whole.
#[derive(Clone, Debug)]
pub struct SetPreference(Preferences);

impl SetPreference {
    /// Works on the table that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        Ok(Self(Preferences { client, table: context.settings.require("PREFERENCES_TABLE")? }))
    }
}

#[async_trait]
impl Step for SetPreference {
    type Input = SetPreferenceInput;
    type Output = Preference;

    async fn run(&self, input: SetPreferenceInput) -> Result<Preference, Failure> {
        check(&input)?;
        let SetPreferenceInput { owner, channel, enabled, address } = input;
        Ok(self.0.set(&owner, channel, enabled, address.as_deref()).await?)
    }
}

fn check(input: &SetPreferenceInput) -> Result<(), NotificationError> {
    let refuse = |reason: String| Err(NotificationError::InvalidPreference(reason));
    if input.owner.is_empty() {
        return refuse("the owner is empty".to_owned());
    }
    let Some(address) = &input.address else { return Ok(()) };
    match input.channel {
        Channel::Email if !is_email(address) => refuse(format!("not an e-mail address: {address:?}")),
        Channel::Push if !(address.starts_with("arn:") && address.contains(":endpoint/")) => {
            refuse(format!("not the ARN of a device's endpoint: {address:?}"))
        }
        _ => Ok(()),
    }
}

/// What SES would refuse anyway is refused before it is kept.
fn is_email(text: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_graphic() && !"<>,;\"@".contains(letter))
    };
    text.len() <= 320
        && text.rsplit_once('@').is_some_and(|(local, domain)| fits(local) && fits(domain) && domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_its_channel() {
        let input = |channel, address: &str| SetPreferenceInput {
            owner: "ann".to_owned(),
            channel,
            enabled: None,
            address: Some(address.to_owned()),
        };
        assert!(check(&input(Channel::Email, "ann@example.com")).is_ok());
        assert!(check(&input(Channel::Push, "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1")).is_ok());
        for (channel, address) in [
            (Channel::Email, "ann"),
            (Channel::Email, "Ann <ann@example.com>"),
            (Channel::Email, "ann@example.com, bob@example.com"),
            (Channel::Push, "ann@example.com"),
            (Channel::Push, "arn:aws:sns:us-east-1:000000000000:topic"),
        ] {
            let refused = check(&input(channel, address)).expect_err(address);
            assert_eq!(refused.name(), "Notification.InvalidPreference");
        }
    }
}
