//! `notification-register-device`: an owner's device is told from now on.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sns::operation::create_platform_endpoint::CreatePlatformEndpointError;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::NotificationError;
use crate::domain::Channel;
use crate::preferences::{Preference, Preferences};

/// `{"owner", "platform": "APNS" | "APNS_SANDBOX" | "GCM", "token"}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterDeviceInput {
    /// Whose device it is.
    pub owner: String,
    /// Whose push service reaches it.
    pub platform: Platform,
    /// What the push service calls it by.
    pub token: String,
}

/// A push service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Platform {
    /// Apple's.
    Apns,
    /// Apple's for apps under development.
    ApnsSandbox,
    /// Google's: Firebase Cloud Messaging.
    Gcm,
}

impl Platform {
    /// As SNS calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apns => "APNS",
            Self::ApnsSandbox => "APNS_SANDBOX",
            Self::Gcm => "GCM",
        }
    }
}

/// Makes a device an endpoint of SNS's and its owner's address for pushes. Doing it again changes nothing but to enable
/// an endpoint that a push service had turned away, as SNS's documentation advises.
///
/// The platform's application is made with the first device, by the credentials in the secret.
#[derive(Clone, Debug)]
pub struct RegisterDevice {
    sns: aws_sdk_sns::Client,
    secrets: aws_sdk_secretsmanager::Client,
    preferences: Preferences,
    /// Of a JSON object: for each platform the attributes of its application, such as `PlatformCredential`.
    secret: String,
    /// The ARN of an application up to its platform.
    applications: String,
    /// What an application is called, on each platform alike.
    application: String,
}

impl RegisterDevice {
    /// Works with the table, the secret and the applications that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        let settings = &context.settings;
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        Ok(Self {
            sns: aws_sdk_sns::Client::new(&context.aws),
            secrets: aws_sdk_secretsmanager::Client::new(&context.aws),
            preferences: Preferences { client, table: settings.require("PREFERENCES_TABLE")? },
            secret: settings.require("PUSH_SECRET")?,
            applications: settings.require("PUSH_APPLICATIONS_ARN")?,
            application: settings.require("PUSH_APPLICATION")?,
        })
    }

    async fn endpoint(&self, platform: Platform, token: &str) -> Result<String, NotificationError> {
        let application = format!("{}/{}/{}", self.applications, platform.name(), self.application);
        let create = || self.sns.create_platform_endpoint().platform_application_arn(&application).token(token).send();
        let mut made = create().await;
        if made.as_ref().is_err_and(|error| {
            matches!(error.as_service_error(), Some(CreatePlatformEndpointError::NotFoundException(_)))
        }) {
            self.create_application(platform).await?;
            made = create().await;
        }
        let refusal = match made {
            Ok(made) => return Ok(made.endpoint_arn().unwrap_or_default().to_owned()),
            Err(refusal) => refusal,
        };
        let existing = refusal.as_service_error().and_then(|error| existing_endpoint(error.meta().message()?));
        let Some(existing) = existing else { return Err(NotificationError::sending("SNS", refusal)) };
        let enable = self.sns.set_endpoint_attributes().endpoint_arn(&existing).attributes("Enabled", "true");
        enable.send().await.map_err(|error| NotificationError::sending("SNS", error))?;
        Ok(existing)
    }

    async fn create_application(&self, platform: Platform) -> Result<(), NotificationError> {
        let read = self.secrets.get_secret_value().secret_id(&self.secret).send().await;
        let read = read.map_err(|error| NotificationError::sending("Secrets Manager", error))?;
        // What is secret is told nobody, not even in what is wrong with it.
        let platforms: HashMap<String, HashMap<String, String>> =
            serde_json::from_str(read.secret_string().unwrap_or_default())
                .map_err(|_| NotificationError::InvalidSecret { secret: self.secret.clone() })?;
        let attributes = platforms.get(platform.name()).cloned();
        let attributes = attributes.ok_or_else(|| NotificationError::UnknownPlatform {
            platform: platform.name(),
            secret: self.secret.clone(),
        })?;
        let create = self.sns.create_platform_application().name(&self.application).platform(platform.name());
        let made = create.set_attributes(Some(attributes)).send().await;
        made.map(drop).map_err(|error| NotificationError::sending("SNS", error))
    }
}

#[async_trait]
impl Step for RegisterDevice {
    type Input = RegisterDeviceInput;
    type Output = Preference;

    async fn run(&self, input: RegisterDeviceInput) -> Result<Preference, Failure> {
        let RegisterDeviceInput { owner, platform, token } = input;
        if owner.is_empty() {
            return Err(NotificationError::InvalidPreference("the owner is empty".to_owned()).into());
        }
        let endpoint = self.endpoint(platform, &token).await?;
        Ok(self.preferences.set(&owner, Channel::Push, None, Some(&endpoint)).await?)
    }
}

/// The endpoint in SNS's complaint that a token has one already.
fn existing_endpoint(message: &str) -> Option<String> {
    let rest = message.split_once("Endpoint ")?.1;
    let (arn, rest) = rest.split_once(' ')?;
    (arn.starts_with("arn:") && rest.starts_with("already exists")).then(|| arn.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_endpoint_is_found_in_the_complaint() {
        let arn = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1";
        let complaint = format!(
            "Invalid parameter: Token Reason: Endpoint {arn} already exists with the same Token, but different attributes."
        );
        assert_eq!(existing_endpoint(&complaint).as_deref(), Some(arn));
        assert_eq!(existing_endpoint("Invalid parameter: Token Reason: Endpoint is unknown"), None);
        assert_eq!(existing_endpoint("Invalid parameter: Token"), None);
    }
}
