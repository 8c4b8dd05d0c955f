//! A platform application: what an app is registered as with Apple, Google and others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::{Arn, Scope, ServiceError};

use crate::error;

/// The platforms of AWS.
const PLATFORMS: &[&str] = &[
    "ADM",
    "APNS",
    "APNS_SANDBOX",
    "APNS_VOIP",
    "APNS_VOIP_SANDBOX",
    "BAIDU",
    "GCM",
    "MACOS",
    "MACOS_SANDBOX",
    "MPNS",
    "WNS",
];

const SETTABLE: &[&str] = &[
    "ApplePlatformBundleID",
    "ApplePlatformTeamID",
    "Enabled",
    "EventDeliveryFailure",
    "EventEndpointCreated",
    "EventEndpointDeleted",
    "EventEndpointUpdated",
    "FailureFeedbackRoleArn",
    "PlatformCredential",
    "PlatformPrincipal",
    "SuccessFeedbackRoleArn",
    "SuccessFeedbackSampleRate",
];

/// What is never shown again.
const SECRET: &[&str] = &["PlatformCredential", "PlatformPrincipal"];

/// A platform application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Application {
    pub(super) arn: String,
    pub(super) attributes: BTreeMap<String, String>,
}

impl Application {
    /// A new application.
    pub(super) fn new(
        name: &str,
        platform: &str,
        attributes: BTreeMap<String, String>,
        scope: &Scope,
    ) -> Result<Self, ServiceError> {
        let allowed = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
        if !(1..=256).contains(&name.len()) || !name.chars().all(allowed) {
            return Err(error::invalid_parameter(
                "Name Reason: must be between 1 and 256 characters long and made up of only ASCII letters, numbers, \
                 underscores, hyphens and periods",
            ));
        }
        if !PLATFORMS.contains(&platform) {
            return Err(error::invalid_parameter(format!("Platform Reason: {platform} is not supported")));
        }
        check_attributes(&attributes)?;
        if attributes.get("PlatformCredential").is_none_or(String::is_empty) {
            return Err(error::invalid_parameter("Attributes Reason: Platform credentials are invalid"));
        }
        Ok(Self { arn: scope.arn("sns", format_args!("app/{platform}/{name}")), attributes })
    }

    /// What an answer shows: not the credentials.
    pub(super) fn shown(&self) -> BTreeMap<String, String> {
        let mut shown = self.attributes.clone();
        shown.retain(|name, _| !SECRET.contains(&name.as_str()));
        shown.entry("Enabled".to_owned()).or_insert_with(|| "true".to_owned());
        shown
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.attributes.get("Enabled").is_none_or(|value| value != "false")
    }
}

/// Platform and name in the ARN of an application or endpoint.
pub(super) fn platform_and_name(arn: &str) -> Option<(String, String)> {
    let resource = arn.parse::<Arn>().ok().filter(|arn| arn.service == "sns")?.resource;
    let mut parts = resource.split('/').skip(1).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}

pub(super) fn check_attributes(attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    if let Some(name) = attributes.keys().find(|name| !SETTABLE.contains(&name.as_str())) {
        return Err(error::invalid_parameter(format!("Attributes Reason: Invalid attribute name: {name}")));
    }
    match attributes.get("Enabled").map(String::as_str) {
        None | Some("true" | "false") => Ok(()),
        Some(_) => Err(error::invalid_parameter("Attributes Reason: Invalid value for attribute: Enabled")),
    }
}
