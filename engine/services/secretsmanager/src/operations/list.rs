//! ListSecrets, ListSecretVersionIds and BatchGetSecretValue.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::read::note;
use crate::error;
use crate::filter::Filter;
use crate::rows::{self, Entry};
use crate::secret::CURRENT;
use crate::service::Context;

/// A page of a list: `NextToken` is the place in it where the next one begins.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Page {
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Page {
    fn of<T>(&self, all: Vec<T>, most: usize) -> Result<(Vec<T>, Option<String>), ServiceError> {
        let start: usize = self.next_token.as_deref().map_or(Ok(0), str::parse).map_err(|_| error::invalid_token())?;
        let size = self.max_results.unwrap_or(most).clamp(1, most);
        let next = (all.len() > start.saturating_add(size)).then(|| (start + size).to_string());
        Ok((all.into_iter().skip(start).take(size).collect(), next))
    }
}

fn with_next(mut answer: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        answer["NextToken"] = next.into();
    }
    answer
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Secrets {
    #[serde(default)]
    include_planned_deletion: bool,
    #[serde(default)]
    filters: Vec<Filter>,
    sort_order: Option<String>,
    sort_by: Option<String>,
    #[serde(flatten)]
    page: Page,
}

pub(crate) fn secrets(context: &Context<'_>, input: Secrets) -> Result<Value, ServiceError> {
    let mut found = filtered(context, &input.filters)?;
    found.retain(|entry| input.include_planned_deletion || entry.secret.gone_at.is_none());
    match input.sort_by.as_deref() {
        Some("name") => {}
        Some("last-changed-date") => found.sort_by_key(|entry| entry.secret.changed_at),
        Some("last-accessed-date") => found.sort_by_key(|entry| entry.secret.accessed_at),
        _ => found.sort_by_key(|entry| entry.secret.created_at),
    }
    if input.sort_order.as_deref() == Some("desc") {
        found.reverse();
    }
    let (shown, next) = input.page.of(found, 100)?;
    let list: Vec<Value> =
        shown.iter().map(|entry| entry.secret.described(&entry.versions, "SecretVersionsToStages")).collect();
    Ok(with_next(json!({ "SecretList": list }), next))
}

fn filtered(context: &Context<'_>, filters: &[Filter]) -> Result<Vec<Entry>, ServiceError> {
    filters.iter().try_for_each(Filter::check)?;
    let mut found = rows::all(context.connection, context.now)?;
    found.retain(|entry| filters.iter().all(|filter| filter.takes(&entry.secret)));
    Ok(found)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VersionIds {
    secret_id: String,
    #[serde(default)]
    include_deprecated: bool,
    #[serde(flatten)]
    page: Page,
}

pub(crate) fn version_ids(context: &Context<'_>, input: VersionIds) -> Result<Value, ServiceError> {
    let Entry { secret, mut versions } = rows::find(context.connection, context.scope, &input.secret_id, context.now)?;
    versions.retain(|version| input.include_deprecated || !version.stages.is_empty());
    let (shown, next) = input.page.of(versions, 100)?;
    let shown: Vec<Value> = shown
        .into_iter()
        .map(|version| {
            let mut shown = json!({
                "VersionId": version.id,
                "CreatedDate": version.created_at.as_epoch_seconds(),
                "KmsKeyIds": [secret.kms_key_id.as_deref().unwrap_or("DefaultEncryptionKey")],
            });
            if !version.stages.is_empty() {
                shown["VersionStages"] = json!(version.stages);
            }
            if let Some(accessed) = version.accessed_at {
                shown["LastAccessedDate"] = accessed.as_epoch_seconds().into();
            }
            shown
        })
        .collect();
    Ok(with_next(json!({"Versions": shown, "ARN": secret.arn, "Name": secret.name}), next))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BatchGet {
    secret_id_list: Option<Vec<String>>,
    filters: Option<Vec<Filter>>,
    #[serde(flatten)]
    page: Page,
}

/// The current values of many secrets; of those that can't be read the error.
pub(crate) fn batch_get(context: &Context<'_>, input: BatchGet) -> Result<Value, ServiceError> {
    let ids: Vec<String> = match (input.secret_id_list, input.filters) {
        (Some(ids), None) if ids.len() <= 20 => ids,
        (Some(_), None) => return Err(error::invalid_parameter("SecretIdList may have 20 members at most.")),
        (None, Some(filters)) => filtered(context, &filters)?
            .into_iter()
            .filter(|entry| entry.secret.gone_at.is_none())
            .map(|entry| entry.secret.name)
            .collect(),
        (Some(_), Some(_)) => {
            let message = "Either 'SecretIdList' or 'Filters' must be provided, but not both.";
            return Err(error::invalid_parameter(message));
        }
        (None, None) => {
            let message = "Either 'SecretIdList' or 'Filters' must be provided.";
            return Err(error::invalid_parameter(message));
        }
    };
    let (ids, next) = input.page.of(ids, 20)?;
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for id in ids {
        match current(context, &id) {
            Ok(value) => values.push(value),
            Err(failure) if failure.is_server_fault() => return Err(failure),
            Err(failure) => {
                errors.push(json!({"SecretId": id, "ErrorCode": failure.code, "Message": failure.message}));
            }
        }
    }
    Ok(with_next(json!({"SecretValues": values, "Errors": errors}), next))
}

fn current(context: &Context<'_>, id: &str) -> Result<Value, ServiceError> {
    let mut entry = rows::find_live(context.connection, context.scope, id, context.now)?;
    let version = entry.staged(CURRENT).ok_or_else(|| error::no_value("staging label", CURRENT))?.clone();
    note(context, &mut entry, &version.id)?;
    Ok(version.shown(&entry.secret))
}
