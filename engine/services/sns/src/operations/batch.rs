//! PublishBatch.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{parse, required};
use crate::Sns;
use crate::message::{Draft, MAX_BYTES};

const MOST_ENTRIES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    topic_arn: Option<String>,
    publish_batch_request_entries: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    draft: Draft,
}

impl Sns {
    /// All entries or none: as on AWS, one that isn't valid fails the whole request, so `Failed` stays empty.
    pub(crate) async fn publish_batch(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Input = parse(input)?;
        let arn = required(input.topic_arn, "topicArn")?;
        let entries = required(input.publish_batch_request_entries, "publishBatchRequestEntries")?;
        let topic = self.registry().topic(&arn)?;
        check(&entries)?;
        let mut ids = Vec::with_capacity(entries.len());
        let mut routed = Vec::with_capacity(entries.len());
        for (index, Entry { id, draft }) in entries.into_iter().enumerate() {
            draft.check(&format!("publishBatchRequestEntries.{}.member.", index + 1))?;
            routed.push(self.route(&topic, draft)?);
            ids.push(id);
        }
        let answers = self.accept(topic, routed).await?;
        let successful: Vec<Value> = ids
            .into_iter()
            .zip(answers)
            .map(|(id, mut answer)| {
                answer["Id"] = id.into();
                answer
            })
            .collect();
        Ok(json!({"Successful": successful, "Failed": []}))
    }
}

fn check(entries: &[Entry]) -> Result<(), ServiceError> {
    let refused = |code: &str, message: &str| Err(ServiceError::client(code, message));
    if entries.is_empty() {
        return refused("EmptyBatchRequest", "The batch request doesn't contain any entries.");
    }
    if entries.len() > MOST_ENTRIES {
        let message = "The batch request contains more entries than permissible.";
        return refused("TooManyEntriesInBatchRequest", message);
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let is_id = |id: &str| (1..=80).contains(&id.len()) && id.chars().all(allowed);
    if entries.iter().any(|entry| !is_id(&entry.id)) {
        let message = "The Id of a batch entry in a batch request doesn't abide by the specification.";
        return refused("InvalidBatchEntryId", message);
    }
    if entries.iter().map(|entry| &entry.id).collect::<BTreeSet<_>>().len() < entries.len() {
        let message = "Two or more batch entries in the request have the same Id.";
        return refused("BatchEntryIdsNotDistinct", message);
    }
    if entries.iter().map(|entry| entry.draft.size()).sum::<usize>() > MAX_BYTES {
        let message = "The length of all the batch messages put together is more than the limit.";
        return refused("BatchRequestTooLong", message);
    }
    Ok(())
}
