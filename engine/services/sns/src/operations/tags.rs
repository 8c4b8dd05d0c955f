//! TagResource, UntagResource and ListTagsForResource.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{parse, required};
use crate::topic::{Tags, Topic};
use crate::{Sns, error};

const MOST: usize = 50;

/// A tag in a request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    resource_arn: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

/// The tags of a request, by key.
pub(super) fn to_tags(tags: &[Tag]) -> Result<Tags, ServiceError> {
    let by_key: Tags = tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    if by_key.len() < tags.len() {
        return Err(error::invalid_parameter("Duplicated keys are not allowed."));
    }
    check_number(&by_key)?;
    Ok(by_key)
}

fn check_number(tags: &Tags) -> Result<(), ServiceError> {
    if tags.len() > MOST {
        return Err(ServiceError::client(
            "TagLimitExceeded",
            "Could not complete request: tag quota of per resource exceeded",
        ));
    }
    Ok(())
}

impl Sns {
    pub(crate) async fn tag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let added = to_tags(&input.tags)?;
        self.change_tags(input.resource_arn, |tags| {
            tags.extend(added);
            check_number(tags)
        })
        .await
    }

    pub(crate) async fn untag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let removed = input.tag_keys;
        self.change_tags(input.resource_arn, |tags| {
            tags.retain(|key, _| !removed.contains(key));
            Ok(())
        })
        .await
    }

    pub(crate) fn list_tags_for_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(parse::<Input>(input)?.resource_arn, "resourceArn")?;
        let topic = self.registry().topics.get(&arn).cloned().ok_or_else(error::no_such_resource)?;
        let tags: Vec<Value> = topic.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({ "Tags": tags }))
    }

    async fn change_tags(
        &self,
        arn: Option<String>,
        change: impl FnOnce(&mut Tags) -> Result<(), ServiceError>,
    ) -> Result<Value, ServiceError> {
        let arn = required(arn, "resourceArn")?;
        let _alone = self.changes.lock().await;
        let found = self.registry().topics.get(&arn).cloned().ok_or_else(error::no_such_resource)?;
        let mut topic = Topic::clone(&found);
        change(&mut topic.tags)?;
        self.keep_topic(topic).await?;
        Ok(json!({}))
    }
}
