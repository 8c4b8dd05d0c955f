//! Tags of log groups.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::OfGroup;
use crate::rows::Group;
use crate::service::Context;

#[derive(Deserialize)]
pub(crate) struct Tag {
    #[serde(flatten)]
    group: OfGroup,
    tags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(crate) struct Untag {
    #[serde(flatten)]
    group: OfGroup,
    /// `UntagResource` names them `tagKeys`, `UntagLogGroup` `tags`.
    #[serde(rename = "tagKeys", alias = "tags")]
    keys: Vec<String>,
}

pub(crate) fn list(context: &Context<'_>, input: OfGroup) -> Result<Value, ServiceError> {
    Ok(json!({"tags": Group::find(context.connection, input.name()?)?.record.tags}))
}

pub(crate) fn tag(context: &Context<'_>, input: Tag) -> Result<Value, ServiceError> {
    let mut group = Group::find(context.connection, input.group.name()?)?;
    group.record.tags.extend(input.tags);
    group.save(context.connection)?;
    Ok(json!({}))
}

pub(crate) fn untag(context: &Context<'_>, input: Untag) -> Result<Value, ServiceError> {
    let mut group = Group::find(context.connection, input.group.name()?)?;
    group.record.tags.retain(|key, _| !input.keys.contains(key));
    group.save(context.connection)?;
    Ok(json!({}))
}
