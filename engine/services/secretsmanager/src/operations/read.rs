//! GetSecretValue and DescribeSecret.

use clock::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use service::ServiceError;

use super::OfSecret;
use crate::error;
use crate::rows::{self, Entry};
use crate::secret::{CURRENT, Version};
use crate::service::Context;

const DAY: i64 = 86_400_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

/// The answer, or nothing when the access has to be noted first.
pub(crate) fn get(context: &Context<'_>, input: Input) -> Result<Value, ServiceError> {
    let (entry, id) = find(context, &input)?;
    let version = chosen(&entry, &id)?;
    let today = Some(today(context.now));
    let noted = version.accessed_at == today && entry.secret.accessed_at == today;
    Ok(if noted { version.shown(&entry.secret) } else { Value::Null })
}

/// The answer, with the day of the access noted.
pub(crate) fn get_and_note(context: &Context<'_>, input: Input) -> Result<Value, ServiceError> {
    let (mut entry, id) = find(context, &input)?;
    note(context, &mut entry, &id)?;
    Ok(chosen(&entry, &id)?.shown(&entry.secret))
}

/// Notes the day on which a version is read.
pub(super) fn note(context: &Context<'_>, entry: &mut Entry, id: &str) -> Result<(), ServiceError> {
    let today = Some(today(context.now));
    entry.secret.accessed_at = today;
    for version in entry.versions.iter_mut().filter(|version| version.id == id) {
        version.accessed_at = today;
    }
    entry.put(context.connection)
}

fn find(context: &Context<'_>, input: &Input) -> Result<(Entry, String), ServiceError> {
    let entry = rows::find_live(context.connection, context.scope, &input.secret_id, context.now)?;
    let id = match (&input.version_id, input.version_stage.as_deref()) {
        (Some(id), stage) => {
            let version = entry.version(id).ok_or_else(|| error::no_value("VersionId", id))?;
            if stage.is_some_and(|stage| !version.has(stage)) {
                let message = "You provided a VersionStage that is not associated to the provided VersionId.";
                return Err(error::invalid_request(message));
            }
            id.clone()
        }
        (None, stage) => {
            let stage = stage.unwrap_or(CURRENT);
            entry.staged(stage).ok_or_else(|| error::no_value("staging label", stage))?.id.clone()
        }
    };
    Ok((entry, id))
}

fn chosen<'a>(entry: &'a Entry, id: &str) -> Result<&'a Version, ServiceError> {
    entry.version(id).ok_or_else(|| error::no_value("VersionId", id))
}

/// AWS tells accesses by the day.
fn today(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis().div_euclid(DAY) * DAY)
}

pub(crate) fn describe(context: &Context<'_>, input: OfSecret) -> Result<Value, ServiceError> {
    let entry = rows::find(context.connection, context.scope, &input.secret_id, context.now)?;
    Ok(entry.secret.described(&entry.versions, "VersionIdsToStages"))
}
