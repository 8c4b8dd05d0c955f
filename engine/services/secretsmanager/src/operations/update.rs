//! PutSecretValue and UpdateSecret.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{NewValue, add_version, change};
use crate::secret::CURRENT;
use crate::service::Context;
use crate::{error, stages};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutValue {
    secret_id: String,
    version_stages: Option<Vec<String>>,
    #[serde(flatten)]
    value: NewValue,
}

/// Without labels of its own, the new version becomes the current one.
pub(crate) fn put_value(context: &Context<'_>, input: PutValue) -> Result<Value, ServiceError> {
    let version = input.value.version_id()?;
    let value = input.value.value()?;
    let value = value.ok_or_else(|| error::invalid_request("You must provide either SecretString or SecretBinary."))?;
    let labels = input.version_stages.unwrap_or_else(|| vec![CURRENT.to_owned()]);
    if labels.is_empty() || labels.len() > 20 {
        return Err(error::invalid_parameter("VersionStages must have between 1 and 20 labels."));
    }
    let (entry, mut answer) = change(context, &input.secret_id, |entry| {
        add_version(context, entry, &version, value)?;
        labels.iter().for_each(|label| stages::give(&mut entry.versions, &version, label));
        // A secret always has a current version once it has one at all.
        if entry.staged(CURRENT).is_none() {
            stages::give(&mut entry.versions, &version, CURRENT);
        }
        stages::prune(&mut entry.versions);
        Ok(())
    })?;
    answer["VersionId"] = version.as_str().into();
    answer["VersionStages"] = json!(entry.version(&version).map(|version| &version.stages));
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Update {
    secret_id: String,
    description: Option<String>,
    kms_key_id: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(flatten)]
    value: NewValue,
}

pub(crate) fn update(context: &Context<'_>, input: Update) -> Result<Value, ServiceError> {
    let version = input.value.version_id()?;
    let value = input.value.value()?;
    let has_value = value.is_some();
    let (_, mut answer) = change(context, &input.secret_id, |entry| {
        let secret = &mut entry.secret;
        if let Some(description) = input.description {
            secret.description = Some(description).filter(|text| !text.is_empty());
        }
        secret.kms_key_id = input.kms_key_id.or_else(|| secret.kms_key_id.take());
        secret.kind = input.kind.or_else(|| secret.kind.take());
        if let Some(value) = value {
            add_version(context, entry, &version, value)?;
            stages::give(&mut entry.versions, &version, CURRENT);
            stages::prune(&mut entry.versions);
        }
        Ok(())
    })?;
    if has_value {
        answer["VersionId"] = version.into();
    }
    Ok(answer)
}
