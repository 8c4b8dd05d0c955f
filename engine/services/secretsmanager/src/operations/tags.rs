//! TagResource and UntagResource.

use serde::Deserialize;
use serde_json::Value;
use service::ServiceError;

use super::change;
use crate::error;
use crate::secret::Tags;
use crate::service::Context;

const MOST: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagInput {
    secret_id: String,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UntagInput {
    secret_id: String,
    tag_keys: Vec<String>,
}

/// The tags of a request, by key.
pub(super) fn to_tags(tags: Vec<Tag>) -> Result<Tags, ServiceError> {
    let tags: Tags = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &Tags) -> Result<(), ServiceError> {
    if tags.len() > MOST {
        return Err(error::invalid_parameter(format!("A secret may have {MOST} tags at most.")));
    }
    Ok(())
}

pub(crate) fn tag(context: &Context<'_>, input: TagInput) -> Result<Value, ServiceError> {
    let added = to_tags(input.tags)?;
    change(context, &input.secret_id, |entry| {
        entry.secret.tags.extend(added);
        check(&entry.secret.tags)
    })?;
    Ok(Value::Null)
}

pub(crate) fn untag(context: &Context<'_>, input: UntagInput) -> Result<Value, ServiceError> {
    change(context, &input.secret_id, |entry| {
        entry.secret.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })?;
    Ok(Value::Null)
}
