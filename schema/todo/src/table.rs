//! The table of todos, read only.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use events::TodoSnapshot;
use serde::de::DeserializeOwned;

use crate::rejection::Rejection;
use crate::walk::{Direction, Entry, Page, Read, Walk, Window};

/// Whose todos are listed as long as there is no identity.
const OWNER: &str = "everyone";

/// The table `todos` and its index `byOwner`.
#[derive(Clone, Debug)]
pub(crate) struct Todos {
    pub(crate) client: Client,
    pub(crate) table: String,
}

impl Todos {
    /// The todo of that id, as of now.
    pub(crate) async fn todo(&self, id: &str) -> Result<Option<TodoSnapshot>, Rejection> {
        // DynamoDB refuses an empty or very long key, which is no todo's.
        if uuid::Uuid::try_parse(id).is_err() {
            return Ok(None);
        }
        let read = self.client.get_item().table_name(&self.table).key("id", AttributeValue::S(id.to_owned()));
        let output = read.consistent_read(true).send().await.map_err(|error| unavailable(&error))?;
        output.item.map(readable).transpose()
    }

    /// A page of the connection.
    pub(crate) async fn page(&self, window: Window) -> Result<Page, Rejection> {
        let mut walk = Walk::new(window);
        while let Some(read) = walk.next() {
            let (entries, goes_on) = self.read(read).await?;
            walk.take(entries, goes_on);
        }
        Ok(walk.finish())
    }

    async fn read(&self, read: Read) -> Result<(Vec<Entry>, bool), Rejection> {
        let forward = read.direction == Direction::Forward;
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("byOwner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", AttributeValue::S(OWNER.to_owned()))
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
        let output = query.send().await.map_err(|error| unavailable(&error))?;
        let goes_on = output.last_evaluated_key.is_some();
        let entries: Result<_, _> = output.items.unwrap_or_default().into_iter().map(readable).collect();
        Ok((entries?, goes_on))
    }
}

fn readable<T: DeserializeOwned>(item: std::collections::HashMap<String, AttributeValue>) -> Result<T, Rejection> {
    serde_dynamo::from_item(item).map_err(|error| Rejection::Unreadable(format!("not a todo in the table: {error}")))
}

fn unavailable(error: &(dyn std::error::Error + 'static)) -> Rejection {
    tracing::error!(error = %DisplayErrorContext(error), "the table of todos can't be read");
    Rejection::Unavailable { service: "the table of todos" }
}
