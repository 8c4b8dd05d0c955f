//! TagQueue, UntagQueue and ListQueueTags.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{OfQueue, parse};
use crate::rows::Tags;
use crate::{Sqs, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    queue_url: Option<String>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    tag_keys: Vec<String>,
}

impl Sqs {
    pub(crate) async fn tag_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let added = input.tags;
        self.change_tags(input.queue_url.as_deref(), |tags| tags.extend(added)).await
    }

    pub(crate) async fn untag_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let removed = input.tag_keys;
        self.change_tags(input.queue_url.as_deref(), |tags| tags.retain(|key, _| !removed.contains(key))).await
    }

    pub(crate) fn list_queue_tags(&self, input: Value) -> Result<Value, ServiceError> {
        let queue = self.by_url(parse::<OfQueue>(input)?.queue_url.as_deref())?;
        let tags = queue.row().tags.clone();
        Ok(if tags.is_empty() { json!({}) } else { json!({ "Tags": tags }) })
    }

    async fn change_tags(&self, url: Option<&str>, change: impl FnOnce(&mut Tags)) -> Result<Value, ServiceError> {
        let _alone = self.changes.lock().await;
        let queue = self.by_url(url)?;
        let mut row = queue.row().clone();
        change(&mut row.tags);
        let written = row.clone();
        self.platform.store.write(move |connection| rows::put_queue(connection, &written)).await?;
        *queue.row() = row;
        Ok(json!({}))
    }
}
