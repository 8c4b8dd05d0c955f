//! Log groups.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{OfGroup, limit, name_of};
use crate::error::{constraint, invalid};
use crate::rows::{Group, Record};
use crate::service::Context;

/// The days that a retention can have.
const DAYS: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const PAGE: i64 = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create {
    log_group_name: String,
    kms_key_id: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    log_group_class: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Describe {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_identifiers: Option<Vec<String>>,
    log_group_class: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PutRetention {
    log_group_name: String,
    retention_in_days: i64,
}

pub(crate) fn create(context: &Context<'_>, input: Create) -> Result<Value, ServiceError> {
    let name = &input.log_group_name;
    let fits = |character: char| character.is_ascii_alphanumeric() || ".-_/#".contains(character);
    if name.is_empty() || !name.chars().all(fits) {
        return Err(constraint(name, "logGroupName", r"satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"));
    }
    if name.len() > 512 {
        return Err(constraint(name, "logGroupName", "have length less than or equal to 512"));
    }
    let class = input.log_group_class.unwrap_or_else(|| "STANDARD".to_owned());
    if !["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"].contains(&class.as_str()) {
        let set = "satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]";
        return Err(constraint(&class, "logGroupClass", set));
    }
    let record =
        Record { created: context.now, retention_in_days: None, class, kms_key: input.kms_key_id, tags: input.tags };
    Group::create(context.connection, name, &record)?;
    Ok(json!({}))
}

pub(crate) fn delete(context: &Context<'_>, input: OfGroup) -> Result<Value, ServiceError> {
    Group::find(context.connection, input.name()?)?.delete(context.connection)?;
    Ok(json!({}))
}

pub(crate) fn describe(context: &Context<'_>, input: Describe) -> Result<Value, ServiceError> {
    if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
        return Err(invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
    }
    let page = limit(input.limit, PAGE, PAGE)?;
    let pattern = input.log_group_name_pattern.map(|pattern| pattern.to_lowercase());
    let named = input.log_group_identifiers;
    let fits = |group: &Group| {
        input.log_group_name_prefix.as_ref().is_none_or(|prefix| group.name.starts_with(prefix))
            && pattern.as_ref().is_none_or(|pattern| group.name.to_lowercase().contains(pattern))
            && input.log_group_class.as_ref().is_none_or(|class| *class == group.record.class)
            && named.as_ref().is_none_or(|all| all.iter().any(|identifier| name_of(identifier) == group.name))
            && input.next_token.as_ref().is_none_or(|after| group.name > *after)
    };
    let found: Vec<Group> = Group::all(context.connection)?.into_iter().filter(fits).collect();
    let shown: Result<Vec<Value>, _> = found.iter().take(page).map(|group| to_value(context, group)).collect();
    let mut answer = json!({"logGroups": shown?});
    if found.len() > page {
        answer["nextToken"] = found[page - 1].name.as_str().into();
    }
    Ok(answer)
}

/// `LogGroup`
fn to_value(context: &Context<'_>, group: &Group) -> Result<Value, ServiceError> {
    let sql = "SELECT coalesce(sum(length(message) + 26), 0) FROM logs_events WHERE log_group = ?1 AND timestamp >= ?2";
    let bytes: i64 = context
        .connection
        .prepare_cached(sql)?
        .query_row((group.id, group.kept_from(context.now)), |row| row.get(0))?;
    let arn = group.arn(context.scope);
    let mut value = json!({"logGroupName": group.name, "creationTime": group.record.created.as_millis()});
    if let Some(days) = group.record.retention_in_days {
        value["retentionInDays"] = days.into();
    }
    value["metricFilterCount"] = 0.into();
    value["arn"] = format!("{arn}:*").into();
    value["storedBytes"] = bytes.into();
    if let Some(key) = &group.record.kms_key {
        value["kmsKeyId"] = key.as_str().into();
    }
    value["logGroupClass"] = group.record.class.as_str().into();
    value["logGroupArn"] = arn.into();
    Ok(value)
}

pub(crate) fn put_retention(context: &Context<'_>, input: PutRetention) -> Result<Value, ServiceError> {
    let days = input.retention_in_days;
    if !DAYS.contains(&days) {
        let set = DAYS.map(|days| days.to_string()).join(", ");
        return Err(constraint(&days.to_string(), "retentionInDays", &format!("satisfy enum value set: [{set}]")));
    }
    let mut group = Group::find(context.connection, &input.log_group_name)?;
    group.record.retention_in_days = Some(days);
    group.save(context.connection)?;
    Ok(json!({}))
}

pub(crate) fn delete_retention(context: &Context<'_>, input: OfGroup) -> Result<Value, ServiceError> {
    let mut group = Group::find(context.connection, input.name()?)?;
    group.record.retention_in_days = None;
    group.save(context.connection)?;
    Ok(json!({}))
}
