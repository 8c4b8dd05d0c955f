//! Tags of jobs, queues, job templates and presets.

use std::collections::BTreeMap;

use ::service::ServiceError;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::required;
use crate::error::bad_request;
use crate::names;
use crate::rows::{jobs, named};
use crate::service::MediaConvert;

impl MediaConvert {
    pub(crate) async fn list_tags_for_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let arn = required(&input, "Arn")?.to_owned();
        let (collection, name) = names::of_arn(&arn)?;
        let read = move |connection: &Connection| match collection.as_str() {
            "jobs" => Ok::<_, ServiceError>(json!(jobs::get(connection, &name)?.tags)),
            _ => {
                let found = named::find(connection, &collection, &name)?;
                Ok(found.ok_or_else(|| crate::error::not_found("Resource", &name))?.document["Tags"].clone())
            }
        };
        let tags = self.platform.store.read(read).await?;
        Ok(json!({"ResourceTags": {"Arn": arn, "Tags": if tags.is_null() { json!({}) } else { tags }}}))
    }

    pub(crate) async fn tag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let tags = super::jobs::texts(&input, "Tags")?;
        self.retag(&input, move |all| all.extend(tags)).await
    }

    pub(crate) async fn untag_resource(&self, input: Value) -> Result<Value, ServiceError> {
        let keys: Vec<String> = serde_json::from_value(input["TagKeys"].clone())
            .map_err(|_| bad_request("/tagKeys: should be a list of texts"))?;
        self.retag(&input, move |all| all.retain(|key, _| !keys.contains(key))).await
    }

    async fn retag(
        &self,
        input: &Value,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + 'static,
    ) -> Result<Value, ServiceError> {
        let (collection, name) = names::of_arn(required(input, "Arn")?)?;
        if collection == "jobs" {
            let write = move |connection: &Connection| {
                let mut job = jobs::get(connection, &name)?;
                change(&mut job.tags);
                jobs::put(connection, &job)
            };
            self.platform.store.write(write).await?;
        } else {
            let change = move |tags: &mut serde_json::Map<String, Value>| {
                let mut all: BTreeMap<String, String> =
                    serde_json::from_value(Value::Object(tags.clone())).unwrap_or_default();
                change(&mut all);
                *tags = all.into_iter().map(|(key, value)| (key, Value::from(value))).collect();
            };
            self.retag_named(collection, name, change).await?;
        }
        Ok(json!({}))
    }
}
