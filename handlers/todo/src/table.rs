//! The tables `todos` and `idempotency`: every change is one transaction together with the record of its request.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
use events::Timestamp;
use serde::{Deserialize, Serialize};

use crate::TodoError;
use crate::domain::Todo;
use crate::idempotency::{IdempotencyKey, Record};

type Attributes = HashMap<String, AttributeValue>;

/// The attributes that a todo may lack.
const OPTIONAL: [&str; 3] = ["notes", "dueAt", "completedAt"];

/// The tables and the way to them.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    pub(crate) client: Client,
    pub(crate) todos: String,
    pub(crate) idempotency: String,
}

/// What a request does to the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A new todo.
    Insert(Todo),
    /// Another version of a todo.
    Replace {
        /// As it was read.
        before: Todo,
        /// As it becomes.
        after: Todo,
    },
    /// A todo that stays as it was read.
    Keep(Todo),
    /// A todo goes.
    Remove(Todo),
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commit {
    /// Change and record are written.
    Done,
    /// Nothing is written: the request was handled meanwhile, or the todo has changed since it was read.
    Overtaken,
}

/// An item of the table `todos`.
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    #[serde(flatten)]
    todo: Todo,
    /// Sorts the index `byOwner` by creation, the id telling apart what was created in the same millisecond.
    position: String,
}

impl Change {
    /// The todo that the request answers.
    pub(crate) fn result(&self) -> &Todo {
        match self {
            Self::Insert(todo) | Self::Keep(todo) | Self::Remove(todo) | Self::Replace { after: todo, .. } => todo,
        }
    }
}

impl Tables {
    /// The todo as it is now.
    pub(crate) async fn todo(&self, id: &str) -> Result<Option<Todo>, TodoError> {
        let read = self.client.get_item().table_name(&self.todos).key("id", text(id)).consistent_read(true);
        let output = read.send().await.map_err(|error| unavailable(&self.todos, &error))?;
        output.item.map(read_todo).transpose()
    }

    /// What is remembered of the request with this key.
    pub(crate) async fn record(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Record>, TodoError> {
        let read = self.client.get_item().table_name(&self.idempotency).key("key", text(key.as_str()));
        let output = read.consistent_read(true).send().await.map_err(|error| unavailable(&self.idempotency, &error))?;
        let record: Option<Record> = output.item.map(serde_dynamo::from_item).transpose().map_err(invalid)?;
        Ok(record.filter(|record| !record.is_expired(now)))
    }

    /// Writes a change and the record of its request, or neither.
    pub(crate) async fn commit(&self, change: &Change, record: &Record, now: Timestamp) -> Result<Commit, TodoError> {
        let transaction = self.client.transact_write_items();
        let sent = transaction
            .transact_items(TransactWriteItem::builder().put(self.remember(record, now)?).build())
            .transact_items(self.write(change)?)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Commit::Done),
            Err(error) if is_overtaken(&error) => Ok(Commit::Overtaken),
            Err(error) => Err(unavailable(&self.todos, &error)),
        }
    }

    fn remember(&self, record: &Record, now: Timestamp) -> Result<Put, TodoError> {
        let put = Put::builder()
            .table_name(&self.idempotency)
            .set_item(Some(serde_dynamo::to_item(record).map_err(invalid)?))
            .condition_expression("attribute_not_exists(#key) OR expiresAt < :now")
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":now", AttributeValue::N(now.as_epoch_seconds().to_string()));
        Ok(put.build().expect("table and item are set"))
    }

    fn write(&self, change: &Change) -> Result<TransactWriteItem, TodoError> {
        let item = TransactWriteItem::builder();
        Ok(match change {
            Change::Insert(todo) => item.put(self.insert(todo)?).build(),
            Change::Replace { before, after } => item.update(self.replace(before, after)?).build(),
            Change::Keep(todo) => {
                let check = ConditionCheck::builder()
                    .table_name(&self.todos)
                    .key("id", text(&todo.id))
                    .condition_expression("version = :before")
                    .expression_attribute_values(":before", number(todo.version));
                item.condition_check(check.build().expect("table, key and condition are set")).build()
            }
            Change::Remove(todo) => {
                let delete = Delete::builder()
                    .table_name(&self.todos)
                    .key("id", text(&todo.id))
                    .condition_expression("version = :before")
                    .expression_attribute_values(":before", number(todo.version));
                item.delete(delete.build().expect("table and key are set")).build()
            }
        })
    }

    fn insert(&self, todo: &Todo) -> Result<Put, TodoError> {
        let item = Item { todo: todo.clone(), position: format!("{}#{}", todo.created_at, todo.id) };
        let put = Put::builder()
            .table_name(&self.todos)
            .set_item(Some(serde_dynamo::to_item(item).map_err(invalid)?))
            .condition_expression("attribute_not_exists(id)");
        Ok(put.build().expect("table and item are set"))
    }

    /// An update leaves alone the attributes that others own, as the reminder's claim, unless the due time changed:
    /// then a reminder is owed anew.
    fn replace(&self, before: &Todo, after: &Todo) -> Result<Update, TodoError> {
        let mut attributes: BTreeMap<String, AttributeValue> =
            serde_dynamo::to_item::<_, Attributes>(after).map_err(invalid)?.into_iter().collect();
        attributes.remove("id");
        let mut removed: Vec<&str> = OPTIONAL.into_iter().filter(|name| !attributes.contains_key(*name)).collect();
        if before.due_at != after.due_at {
            removed.extend(["remindedFor", "remindedBy"]);
        }
        let set: Vec<String> = attributes.keys().map(|name| format!("#{name} = :{name}")).collect();
        let remove: Vec<String> = removed.iter().map(|name| format!("#{name}")).collect();
        let remove = if remove.is_empty() { String::new() } else { format!(" REMOVE {}", remove.join(", ")) };
        let mut update = Update::builder()
            .table_name(&self.todos)
            .key("id", text(&after.id))
            .update_expression(format!("SET {}{remove}", set.join(", ")))
            .condition_expression("#version = :before")
            .expression_attribute_values(":before", number(before.version));
        for name in removed {
            update = update.expression_attribute_names(format!("#{name}"), name);
        }
        for (name, value) in attributes {
            update = update
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        Ok(update.build().expect("table, key and expression are set"))
    }
}

/// A text attribute.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Reads an item of the table `todos`.
pub(crate) fn read_todo(item: Attributes) -> Result<Todo, TodoError> {
    serde_dynamo::from_item(item).map_err(invalid)
}

fn invalid(error: serde_dynamo::Error) -> TodoError {
    TodoError::InvalidRecord(error.to_string())
}

/// An error of the SDK under our name, with all its causes.
pub(crate) fn unavailable(table: &str, error: &(dyn std::error::Error + 'static)) -> TodoError {
    TodoError::Unavailable { table: table.to_owned(), reason: DisplayErrorContext(error).to_string() }
}

/// Whether a transaction failed because its conditions no longer hold, or another one was at the same items.
fn is_overtaken(error: &SdkError<TransactWriteItemsError>) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return false;
    };
    let codes = || cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
    codes().any(|code| matches!(code, "ConditionalCheckFailed" | "TransactionConflict"))
        && codes().all(|code| matches!(code, "None" | "ConditionalCheckFailed" | "TransactionConflict"))
}
