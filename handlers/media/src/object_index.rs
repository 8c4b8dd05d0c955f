//! The table `objects`: one entry per object of both buckets, right whatever the order of events.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, Update};
use events::Timestamp;
use function::{Context, MissingSetting};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::records::{text, unavailable};

/// How long it is remembered that an object was deleted: longer than EventBridge keeps trying to deliver an older event.
const REMEMBERED_SECONDS: i64 = 25 * 60 * 60;

/// The object index and the way to it.
#[derive(Clone, Debug)]
pub(crate) struct ObjectIndex {
    client: Client,
    table: String,
}

/// An object as the index shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// `<bucket>/<key>`
    pub(crate) object_key: String,
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// See [`order_of`].
    pub(crate) sequencer: String,
    /// Whose it is; absent when it belongs to no media, and then the index `byOwner` lacks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<String>,
    /// `IMAGE#<bucket>/<key>`: sorts that index by kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind_and_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) media_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    /// Whether it is gone: kept a while, so that an older event that comes late doesn't bring it back.
    #[serde(default)]
    pub(crate) deleted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<i64>,
}

/// What an erasure has deleted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Tally {
    #[serde(default)]
    pub(crate) media: u64,
    #[serde(default)]
    pub(crate) objects: u64,
}

impl Entry {
    /// The entry of an object that is gone since `now`.
    pub(crate) fn tombstone(bucket: String, key: String, sequencer: String, now: Timestamp) -> Self {
        Self {
            object_key: format!("{bucket}/{key}"),
            bucket,
            key,
            sequencer,
            owner: None,
            kind_and_key: None,
            media_id: None,
            bytes: None,
            etag: None,
            deleted: true,
            expires_at: Some(now.as_epoch_seconds() + REMEMBERED_SECONDS),
        }
    }
}

/// A sequencer as a text that sorts as what happened to the object: sequencers are hexadecimal numbers of any length.
pub(crate) fn order_of(sequencer: &str) -> String {
    format!("{:0>40}", sequencer.to_ascii_uppercase())
}

impl ObjectIndex {
    /// The table that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { client: Client::new(&context.aws), table: context.settings.require("OBJECTS_TABLE")? })
    }

    /// Writes an entry, unless the index knows something newer of the object; tells whether it wrote.
    pub(crate) async fn put(&self, entry: &Entry) -> Result<bool, MediaError> {
        let item = serde_dynamo::to_item(entry).map_err(|error| MediaError::InvalidRecord(error.to_string()))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put
            .condition_expression("attribute_not_exists(objectKey) OR sequencer < :sequencer")
            .expression_attribute_values(":sequencer", text(&entry.sequencer));
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// Some objects of an owner.
    pub(crate) async fn of_owner(&self, owner: &str, limit: i32) -> Result<Vec<Entry>, MediaError> {
        let query = self.client.query().table_name(&self.table).index_name("byOwner").limit(limit);
        let query = query
            .key_condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner));
        let output = query.send().await.map_err(|error| self.unavailable(&error))?;
        let entries = output.items.unwrap_or_default().into_iter().map(serde_dynamo::from_item);
        entries.collect::<Result<_, _>>().map_err(|error| MediaError::InvalidRecord(error.to_string()))
    }

    /// Deletes an entry and counts it for `erasure`, once.
    pub(crate) async fn erase(&self, object_key: &str, erasure: &str) -> Result<(), MediaError> {
        let delete = Delete::builder().table_name(&self.table).key("objectKey", text(object_key));
        self.erase_counted(delete.condition_expression("attribute_exists(objectKey)"), "objects", erasure).await
    }

    /// Deletes the record of a media and counts it for `erasure`, once.
    pub(crate) async fn erase_media(&self, table: &str, id: &str, erasure: &str) -> Result<(), MediaError> {
        let delete = Delete::builder().table_name(table).key("id", text(id));
        self.erase_counted(delete.condition_expression("attribute_exists(id)"), "media", erasure).await
    }

    /// What `erasure` has deleted so far.
    pub(crate) async fn tally(&self, erasure: &str) -> Result<Tally, MediaError> {
        let read = self.client.get_item().table_name(&self.table).key("objectKey", text(tally_key(erasure)));
        let output = read.consistent_read(true).send().await.map_err(|error| self.unavailable(&error))?;
        let tally = output.item.map(serde_dynamo::from_item).transpose();
        Ok(tally.map_err(|error| MediaError::InvalidRecord(error.to_string()))?.unwrap_or_default())
    }

    async fn erase_counted(
        &self,
        delete: aws_sdk_dynamodb::types::builders::DeleteBuilder,
        counter: &str,
        erasure: &str,
    ) -> Result<(), MediaError> {
        let count = Update::builder()
            .table_name(&self.table)
            .key("objectKey", text(tally_key(erasure)))
            .update_expression("ADD #counter :one")
            .expression_attribute_names("#counter", counter)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        let delete = delete.build().expect("table and key are set");
        let count = count.build().expect("table, key and expression are set");
        let transaction = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(delete).build())
            .transact_items(TransactWriteItem::builder().update(count).build());
        match transaction.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                let cancelled = error.as_service_error().and_then(|error| match error {
                    aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(cancelled) => Some(cancelled),
                    _ => None,
                });
                let gone = cancelled.is_some_and(|cancelled| {
                    cancelled.cancellation_reasons().first().and_then(|reason| reason.code())
                        == Some("ConditionalCheckFailed")
                });
                if gone { Ok(()) } else { Err(self.unavailable(&error)) }
            }
        }
    }

    fn unavailable(&self, error: &(dyn std::error::Error + 'static)) -> MediaError {
        unavailable(&format!("the table {}", self.table), error)
    }
}

/// No bucket's name has a `#`, so no object has this key.
fn tally_key(erasure: &str) -> String {
    format!("erasure#{erasure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequencers_sort_as_numbers() {
        assert!(order_of("FF") < order_of("100"));
        assert!(order_of("0055aed6dcd90281e5") < order_of("0055AED6DCD90281E6"));
    }
}
