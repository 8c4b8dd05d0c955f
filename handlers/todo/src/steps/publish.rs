//! `todo-publish`: what each change of the table `todos` means to others.

use async_trait::async_trait;
use events::{
    ChangedField, Event, Timestamp, TodoCompleted, TodoCreated, TodoDeleted, TodoFact, TodoReopened, TodoStatus,
    TodoUpdated,
};
use function::{Failure, Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::{Uuid, uuid};

use crate::TodoError;
use crate::domain::Todo;

/// The namespace of event ids made from stream records; a fact's id never changes, so neither does this.
const STREAM_RECORDS: Uuid = uuid!("0b7c9c2a-41b3-4e57-8f3d-5a9e2d1c7a40");

/// A DynamoDB stream record, as a pipe hands it over.
///
/// Shape: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html>
#[derive(Clone, Debug, Deserialize)]
pub struct StreamRecord {
    /// Names the record, the same each time it is read.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// What was changed.
    pub dynamodb: StreamImages,
}

/// A DynamoDB item before and after a change.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamImages {
    /// Seconds since the epoch.
    pub approximate_creation_date_time: f64,
    /// Absent when the item is new.
    pub old_image: Option<serde_dynamo::Item>,
    /// Absent when the item is gone.
    pub new_image: Option<serde_dynamo::Item>,
}

/// An event on its way to the bus.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// `todo.created`
    pub detail_type: &'static str,
    /// `sluicegate.todo`
    pub source: &'static str,
    /// The event's detail.
    pub detail: Value,
}

/// Turns stream records into events, in their order. A change that no other context cares for, as the claim of a
/// reminder, makes none.
#[derive(Clone, Copy, Debug)]
pub struct PublishChanges;

#[async_trait]
impl Step for PublishChanges {
    type Input = Vec<StreamRecord>;
    type Output = Vec<Publication>;

    async fn run(&self, records: Vec<StreamRecord>) -> Result<Vec<Publication>, Failure> {
        let publications: Result<Vec<_>, TodoError> = records.iter().map(publication).collect();
        Ok(publications?.into_iter().flatten().collect())
    }
}

fn publication(record: &StreamRecord) -> Result<Option<Publication>, TodoError> {
    let before = image(record, record.dynamodb.old_image.as_ref())?;
    let after = image(record, record.dynamodb.new_image.as_ref())?;
    Ok(match (before, after) {
        (None, None) => None,
        (None, Some(todo)) => {
            let occurred_at = todo.created_at;
            Some(publish(TodoCreated { fact: fact(record, todo, occurred_at) }))
        }
        (Some(todo), None) => {
            let occurred_at = Timestamp::from_epoch_seconds(record.dynamodb.approximate_creation_date_time)
                .ok_or_else(|| invalid(record, "its creation time is out of range"))?;
            Some(publish(TodoDeleted { fact: fact(record, todo, occurred_at) }))
        }
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => {
            let occurred_at = after.updated_at;
            let statuses = (before.status, after.status);
            let changes = changes(&before, &after);
            let fact = fact(record, after, occurred_at);
            match statuses {
                (TodoStatus::Open, TodoStatus::Completed) => Some(publish(TodoCompleted { fact })),
                (TodoStatus::Completed, TodoStatus::Open) => Some(publish(TodoReopened { fact })),
                _ if changes.is_empty() => None,
                _ => Some(publish(TodoUpdated { fact, changes })),
            }
        }
    })
}

fn image(record: &StreamRecord, item: Option<&serde_dynamo::Item>) -> Result<Option<Todo>, TodoError> {
    let read = |item: &serde_dynamo::Item| serde_dynamo::from_item(item.clone());
    item.map(read).transpose().map_err(|error| invalid(record, &error.to_string()))
}

fn invalid(record: &StreamRecord, reason: &str) -> TodoError {
    TodoError::InvalidRecord(format!("stream record {}: {reason}", record.event_id))
}

fn changes(before: &Todo, after: &Todo) -> Vec<ChangedField> {
    [
        (ChangedField::Title, before.title != after.title),
        (ChangedField::Notes, before.notes != after.notes),
        (ChangedField::DueAt, before.due_at != after.due_at),
    ]
    .into_iter()
    .filter_map(|(field, changed)| changed.then_some(field))
    .collect()
}

fn fact(record: &StreamRecord, todo: Todo, occurred_at: Timestamp) -> TodoFact {
    TodoFact {
        event_id: Uuid::new_v5(&STREAM_RECORDS, record.event_id.as_bytes()).to_string(),
        occurred_at,
        todo_id: todo.id.clone(),
        version: todo.version,
        todo: todo.into(),
    }
}

fn publish<Detail: Event>(detail: Detail) -> Publication {
    Publication {
        detail_type: Detail::DETAIL_TYPE,
        source: Detail::SOURCE,
        detail: serde_json::to_value(detail).expect("details are plain data with text keys"),
    }
}
