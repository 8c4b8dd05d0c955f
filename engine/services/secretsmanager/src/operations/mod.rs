//! The operations, one file per group.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod policy;
pub(crate) mod read;
pub(crate) mod staging;
pub(crate) mod tags;
pub(crate) mod update;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use service::ServiceError;
use uuid::Uuid;

use crate::error;
use crate::rows::{self, Entry};
use crate::secret::{SecretValue, Version};
use crate::service::Context;

const MAX_BYTES: usize = 65_536;

/// The input of operations that only name a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OfSecret {
    pub(crate) secret_id: String,
}

/// The members of a request that carry a value for a new version.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NewValue {
    client_request_token: Option<String>,
    secret_string: Option<String>,
    secret_binary: Option<String>,
}

impl NewValue {
    /// The value; none where there is neither a text nor bytes.
    fn value(&self) -> Result<Option<SecretValue>, ServiceError> {
        let (value, bytes) = match (&self.secret_string, &self.secret_binary) {
            (Some(_), Some(_)) => {
                return Err(error::invalid_parameter(
                    "You can't specify both a binary secret value and a string secret value in the same secret.",
                ));
            }
            (Some(text), None) => (SecretValue::String(text.clone()), text.len()),
            (None, Some(base64)) => {
                let bytes = STANDARD.decode(base64).map_err(|failure| {
                    ServiceError::client("SerializationException", format!("SecretBinary is not base64: {failure}"))
                })?;
                (SecretValue::Binary(base64.clone()), bytes.len())
            }
            (None, None) => return Ok(None),
        };
        if bytes > MAX_BYTES {
            return Err(error::invalid_parameter(format!(
                "The secret value is too long: it has {bytes} bytes, and may have {MAX_BYTES}"
            )));
        }
        Ok(Some(value))
    }

    /// The id of the version. AWS's SDKs make a token when their caller gives none; callers without one get one here.
    fn version_id(&self) -> Result<String, ServiceError> {
        match &self.client_request_token {
            None => Ok(Uuid::new_v4().to_string()),
            Some(token) if (32..=64).contains(&token.len()) => Ok(token.clone()),
            Some(_) => Err(error::invalid_parameter("ClientRequestToken must be 32-64 characters long.")),
        }
    }
}

/// Adds a version without labels. A version that is there already with the same value is what a repeated request made.
fn add_version(context: &Context<'_>, entry: &mut Entry, id: &str, value: SecretValue) -> Result<(), ServiceError> {
    match entry.version(id) {
        Some(version) if version.value == value => Ok(()),
        Some(_) => Err(error::exists(format!(
            "You can't use ClientRequestToken {id} because that value is already in use for a version of secret {}.",
            entry.secret.arn
        ))),
        None => {
            let created_at = context.now;
            entry.versions.push(Version {
                id: id.to_owned(),
                value,
                stages: Vec::new(),
                created_at,
                accessed_at: None,
            });
            Ok(())
        }
    }
}

/// Finds a secret that isn't marked for deletion, changes it, writes it; answers its ARN and name.
fn change(
    context: &Context<'_>,
    id: &str,
    change: impl FnOnce(&mut Entry) -> Result<(), ServiceError>,
) -> Result<(Entry, Value), ServiceError> {
    let mut entry = rows::find_live(context.connection, context.scope, id, context.now)?;
    change(&mut entry)?;
    entry.secret.changed_at = context.now;
    entry.put(context.connection)?;
    let answer = entry.secret.named();
    Ok((entry, answer))
}
