//! The table `objects`: one entry per object of both buckets, right whatever the order of events.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use events::Timestamp;
use function::{Context, MissingSetting};
use serde::{Deserialize, Serialize};

use crate::MediaError;
use crate::domain::Record;
use crate::records::{erased, text, unavailable};

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
    /// See [`kind_and_key`].
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

/// `IMAGE#<bucket>/<key>`: sorts the index `byOwner` by kind, and all objects of a media in a bucket together.
pub(crate) fn kind_and_key(record: &Record, object_key: &str) -> String {
    let kind = if record.upload.content_type.starts_with("video/") { "VIDEO" } else { "IMAGE" };
    format!("{kind}#{object_key}")
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
        self.entries(query).await
    }

    async fn entries(&self, query: QueryFluentBuilder) -> Result<Vec<Entry>, MediaError> {
        let output = query.send().await.map_err(|error| self.unavailable(&error))?;
        let entries = output.items.unwrap_or_default().into_iter().map(serde_dynamo::from_item);
        entries.collect::<Result<_, _>>().map_err(|error| MediaError::InvalidRecord(error.to_string()))
    }

    /// Some objects of a media, whose keys in this index begin so.
    pub(crate) async fn of_media(
        &self,
        record: &Record,
        beginning: &str,
        limit: i32,
    ) -> Result<Vec<Entry>, MediaError> {
        let query = self.client.query().table_name(&self.table).index_name("byOwner").limit(limit);
        let query = query
            .key_condition_expression("#owner = :owner AND begins_with(kindAndKey, :beginning)")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(&record.media.owner))
            .expression_attribute_values(":beginning", text(kind_and_key(record, beginning)));
        self.entries(query).await
    }

    /// Puts what says only that there was an object in place of its entry, and counts it for `erasure`, once. An older event
    /// that comes late doesn't bring the entry back.
    pub(crate) async fn erase(&self, entry: Entry, erasure: &str, now: Timestamp) -> Result<(), MediaError> {
        let Some(owner) = entry.owner else { return Ok(()) };
        let gone = Entry::tombstone(entry.bucket, entry.key, entry.sequencer.clone(), now);
        let item = serde_dynamo::to_item(&gone).map_err(|error| MediaError::InvalidRecord(error.to_string()))?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put
            .condition_expression("#owner = :owner AND sequencer = :sequencer")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner))
            .expression_attribute_values(":sequencer", text(entry.sequencer));
        self.erase_counted(put, "objects", erasure).await.map(drop)
    }

    /// Puts what says only that there was a media in place of its record, in `table`, and counts it for `erasure`, once;
    /// `false` when the record has changed since it was read.
    pub(crate) async fn erase_media(
        &self,
        table: &str,
        record: &Record,
        erasure: &str,
        now: Timestamp,
    ) -> Result<bool, MediaError> {
        let version = AttributeValue::N(record.media.version.to_string());
        let put = Put::builder().table_name(table).set_item(Some(erased(&record.media.id, now)));
        let put = put.condition_expression("version = :before").expression_attribute_values(":before", version);
        self.erase_counted(put, "media", erasure).await
    }

    /// What `erasure` has deleted so far.
    pub(crate) async fn tally(&self, erasure: &str) -> Result<Tally, MediaError> {
        let read = self.client.get_item().table_name(&self.table).key("objectKey", text(tally_key(erasure)));
        let output = read.consistent_read(true).send().await.map_err(|error| self.unavailable(&error))?;
        let tally = output.item.map(serde_dynamo::from_item).transpose();
        Ok(tally.map_err(|error| MediaError::InvalidRecord(error.to_string()))?.unwrap_or_default())
    }

    /// `false` when the condition of `put` isn't met.
    async fn erase_counted(&self, put: PutBuilder, counter: &str, erasure: &str) -> Result<bool, MediaError> {
        let count = Update::builder()
            .table_name(&self.table)
            .key("objectKey", text(tally_key(erasure)))
            .update_expression("ADD #counter :one")
            .expression_attribute_names("#counter", counter)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        let put = put.build().expect("table and item are set");
        let count = count.build().expect("table, key and expression are set");
        let transaction = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(put).build())
            .transact_items(TransactWriteItem::builder().update(count).build());
        match transaction.send().await {
            Ok(_) => Ok(true),
            Err(error) => {
                let cancelled = error.as_service_error().and_then(|error| match error {
                    TransactWriteItemsError::TransactionCanceledException(cancelled) => Some(cancelled),
                    _ => None,
                });
                let is_unmet = cancelled.is_some_and(|cancelled| {
                    cancelled.cancellation_reasons().first().and_then(|reason| reason.code())
                        == Some("ConditionalCheckFailed")
                });
                if is_unmet { Ok(false) } else { Err(self.unavailable(&error)) }
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
