//! CreateSecret.

use serde::Deserialize;
use serde_json::Value;
use service::ServiceError;

use super::tags::{Tag, to_tags};
use super::{NewValue, add_version};
use crate::rows::{self, Entry};
use crate::secret::{CURRENT, Secret};
use crate::service::Context;
use crate::{error, name, stages};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    name: String,
    description: Option<String>,
    kms_key_id: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    add_replica_regions: Vec<Value>,
    #[serde(flatten)]
    value: NewValue,
}

pub(crate) fn create(context: &Context<'_>, input: Input) -> Result<Value, ServiceError> {
    name::check(&input.name)?;
    if !input.add_replica_regions.is_empty() {
        return Err(error::not_built("sluice has one region, it can't replicate secrets: AddReplicaRegions"));
    }
    let (value, version) = (input.value.value()?, input.value.version_id()?);
    if let Some(existing) = rows::named(context.connection, &input.name, context.now)? {
        return repeated(&existing, &input.value, &version);
    }
    let secret = Secret {
        arn: name::new_arn(context.scope, &input.name),
        name: input.name,
        description: input.description.filter(|text| !text.is_empty()),
        kms_key_id: input.kms_key_id,
        kind: input.kind,
        policy: None,
        tags: to_tags(input.tags)?,
        created_at: context.now,
        changed_at: context.now,
        accessed_at: None,
        gone_at: None,
    };
    let mut entry = Entry { secret, versions: Vec::new() };
    let mut answer = entry.secret.named();
    if let Some(value) = value {
        add_version(context, &mut entry, &version, value)?;
        stages::give(&mut entry.versions, &version, CURRENT);
        answer["VersionId"] = version.into();
    }
    entry.put(context.connection)?;
    Ok(answer)
}

/// The answer to who creates a secret that is there: the same as before to a request that is sent again.
fn repeated(existing: &Entry, value: &NewValue, version: &str) -> Result<Value, ServiceError> {
    if existing.secret.gone_at.is_some() {
        return Err(error::invalid_request(
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        ));
    }
    let same =
        existing.version(version).is_some_and(|known| value.value().is_ok_and(|it| it.as_ref() == Some(&known.value)));
    if !same {
        let name = &existing.secret.name;
        return Err(error::exists(format!("The operation failed because the secret {name} already exists.")));
    }
    let mut answer = existing.secret.named();
    answer["VersionId"] = version.into();
    Ok(answer)
}
