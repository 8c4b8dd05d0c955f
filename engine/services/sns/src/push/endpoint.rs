//! An endpoint: an app on one device.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::ServiceError;

use crate::error;

/// Bytes that the data of a user may have.
const MAX_USER_DATA: usize = 2048;

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Endpoint {
    pub(super) arn: String,
    pub(super) application: String,
    /// `Token`, `Enabled` and, where it was set, `CustomUserData`.
    pub(super) attributes: BTreeMap<String, String>,
}

impl Endpoint {
    pub(super) fn token(&self) -> &str {
        self.attributes.get("Token").map_or("", String::as_str)
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.attributes.get("Enabled").is_some_and(|value| value == "true")
    }
}

/// Checks attributes and spells `Enabled` as AWS does.
pub(super) fn checked(mut attributes: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, ServiceError> {
    for (name, value) in &mut attributes {
        match name.as_str() {
            "Enabled" => {
                *value = value.to_ascii_lowercase();
                if value != "true" && value != "false" {
                    let reason = "Attributes Reason: Invalid value for attribute: Enabled";
                    return Err(error::invalid_parameter(reason));
                }
            }
            "Token" if value.is_empty() => return Err(error::invalid_parameter("Token Reason: Invalid token")),
            "Token" => {}
            "CustomUserData" if value.len() > MAX_USER_DATA => {
                let reason = "CustomUserData Reason: must be at most 2048 bytes long in UTF-8 encoding";
                return Err(error::invalid_parameter(reason));
            }
            "CustomUserData" => {}
            _ => return Err(error::invalid_parameter(format!("Attributes Reason: Invalid attribute name: {name}"))),
        }
    }
    Ok(attributes)
}
