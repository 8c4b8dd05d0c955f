//! A context's table, read only: its key is `id`, its index `byOwner` sorts what an owner has by position.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::rejection::Rejection;
use crate::walk::{Direction, Entry, Page, Read, Selection, Walk, Window};

/// How many bytes the partition key of an index may have.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const KEY_BYTES: usize = 2048;

/// A table and its index `byOwner`.
#[derive(Clone, Debug)]
pub struct OwnedTable {
    /// The way to it.
    pub client: Client,
    /// Its name.
    pub table: String,
    /// What it is to people: `the table of todos`.
    pub title: &'static str,
}

impl OwnedTable {
    /// What has that id, as of now.
    ///
    /// # Errors
    /// The table can't be read, or what it holds can't.
    pub async fn get<Node: DeserializeOwned>(&self, id: &str) -> Result<Option<Node>, Rejection> {
        // DynamoDB refuses an empty or very long key, which is nobody's.
        if Uuid::try_parse(id).is_err() {
            return Ok(None);
        }
        let read = self.client.get_item().table_name(&self.table).key("id", AttributeValue::S(id.to_owned()));
        let output = read.consistent_read(true).send().await.map_err(|error| self.unavailable(&error))?;
        // What has no owner only says that something of that id was erased.
        let item = output.item.filter(|item| item.contains_key("owner"));
        item.map(|item| self.readable(item)).transpose()
    }

    /// A page of what `owner` has.
    ///
    /// # Errors
    /// The table can't be read, or what it holds can't.
    pub async fn page<Node: DeserializeOwned, Wanted: Selection<Node>>(
        &self,
        owner: &str,
        window: Window<Wanted>,
    ) -> Result<Page<Node>, Rejection> {
        // DynamoDB refuses such a key, which nobody's index has.
        if owner.is_empty() || owner.len() > KEY_BYTES {
            return Ok(Page { entries: Vec::new(), next: None });
        }
        let mut walk = Walk::new(window);
        while let Some(read) = walk.next() {
            let (entries, goes_on) = self.read(owner, read).await?;
            walk.take(entries, goes_on);
        }
        Ok(walk.finish())
    }

    async fn read<Node: DeserializeOwned>(
        &self,
        owner: &str,
        read: Read,
    ) -> Result<(Vec<Entry<Node>>, bool), Rejection> {
        let forward = read.direction == Direction::Forward;
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("byOwner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", AttributeValue::S(owner.to_owned()))
            .scan_index_forward(forward)
            .limit(i32::try_from(read.limit).unwrap_or(i32::MAX));
        query = match read.after {
            None => query.key_condition_expression("#owner = :owner"),
            Some(after) => query
                .key_condition_expression(format!(
                    "#owner = :owner AND #position {} :after",
                    if forward { '>' } else { '<' }
                ))
                .expression_attribute_names("#position", "position")
                .expression_attribute_values(":after", AttributeValue::S(after.as_str().to_owned())),
        };
        let output = query.send().await.map_err(|error| self.unavailable(&error))?;
        let goes_on = output.last_evaluated_key.is_some();
        let entries: Result<_, _> =
            output.items.unwrap_or_default().into_iter().map(|item| self.readable(item)).collect();
        Ok((entries?, goes_on))
    }

    fn readable<T: DeserializeOwned>(&self, item: HashMap<String, AttributeValue>) -> Result<T, Rejection> {
        let unreadable = |error| Rejection::Unreadable(format!("{} has an item that is none: {error}", self.title));
        serde_dynamo::from_item(item).map_err(unreadable)
    }

    fn unavailable(&self, error: &(dyn std::error::Error + 'static)) -> Rejection {
        tracing::error!(table = self.table, error = %DisplayErrorContext(error), "a table can't be read");
        Rejection::Unavailable { service: self.title }
    }
}
