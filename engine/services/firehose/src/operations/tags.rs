//! Tags of delivery streams.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::ServiceError;

use crate::error;
use crate::service::Firehose;

/// Reads a list of tags.
pub(super) fn tags(list: &Value) -> Result<BTreeMap<String, String>, ServiceError> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .map(|tag| {
            let key = tag["Key"].as_str().ok_or_else(|| error::missing("tags.1.member.key"))?;
            Ok((key.to_owned(), tag["Value"].as_str().unwrap_or_default().to_owned()))
        })
        .collect()
}

impl Firehose {
    pub(crate) async fn tag(&self, input: &Value) -> Result<Value, ServiceError> {
        let _alone = self.changes.lock().await;
        let mut stream = self.named(input)?;
        stream.tags.extend(tags(&input["Tags"])?);
        self.keep(stream).await?;
        Ok(json!({}))
    }

    pub(crate) async fn untag(&self, input: &Value) -> Result<Value, ServiceError> {
        let _alone = self.changes.lock().await;
        let mut stream = self.named(input)?;
        let keys = input["TagKeys"].as_array().ok_or_else(|| error::missing("tagKeys"))?;
        stream.tags.retain(|key, _| !keys.iter().any(|named| named == key));
        self.keep(stream).await?;
        Ok(json!({}))
    }

    pub(crate) fn list_tags(&self, input: &Value) -> Result<Value, ServiceError> {
        let stream = self.named(input)?;
        let tags: Vec<Value> = stream.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({"Tags": tags, "HasMoreTags": false}))
    }
}
