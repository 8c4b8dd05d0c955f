//! Tags of groups; schedules themselves have none.

use std::collections::BTreeMap;

use ::service::ServiceError;
use serde_json::{Value, json};

use crate::error::{constraint, missing};
use crate::names;
use crate::rows::groups;
use crate::service::Scheduler;

/// AWS's limit of tags of a resource.
const MOST_TAGS: usize = 50;

type Tags = BTreeMap<String, String>;

impl Scheduler {
    pub(crate) async fn list_tags_for_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let name = group_of(&input)?;
        let group = self.platform.store.read(move |connection| groups::get(connection, &name)).await?;
        let tags: Vec<Value> = group.tags.into_iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({ "Tags": tags }))
    }

    pub(crate) async fn tag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let added = given(input.get("Tags").ok_or_else(|| missing("tags"))?)?;
        self.change_tags(&input, move |tags| tags.extend(added)).await
    }

    pub(crate) async fn untag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        // A query parameter that is given once arrives as a text.
        let removed: Vec<String> = match input.get("TagKeys") {
            Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(key)) => vec![key.clone()],
            _ => return Err(missing("tagKeys")),
        };
        self.change_tags(&input, move |tags| tags.retain(|key, _| !removed.contains(key))).await
    }

    async fn change_tags(
        &self,
        input: &Value,
        change: impl FnOnce(&mut Tags) + Send + 'static,
    ) -> Result<Value, ServiceError> {
        let (name, now) = (group_of(input)?, self.platform.clock.now());
        let write = move |connection: &_| {
            let mut group = groups::get(connection, &name)?;
            change(&mut group.tags);
            check(&group.tags)?;
            group.modified_at = now;
            groups::put(connection, &group)
        };
        self.platform.store.write(write).await?;
        Ok(json!({}))
    }
}

/// The tags of a call, checked.
pub(super) fn given(list: &Value) -> Result<Tags, ServiceError> {
    let Some(list) = list.as_array() else { return Ok(Tags::new()) };
    let pair = |tag: &Value| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].as_str()?.to_owned()));
    let tags: Option<Tags> = list.iter().map(pair).collect();
    let tags = tags.ok_or_else(|| missing("tags.member.key"))?;
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &Tags) -> Result<(), ServiceError> {
    if tags.len() > MOST_TAGS {
        let rule = format!("Member must have length less than or equal to {MOST_TAGS}");
        return Err(constraint(format_args!("{} tags", tags.len()), "tags", &rule));
    }
    Ok(())
}

fn group_of(input: &Value) -> Result<String, ServiceError> {
    let arn = input.get("ResourceArn").and_then(Value::as_str).ok_or_else(|| missing("resourceArn"))?;
    names::group_of_arn(arn)
}
