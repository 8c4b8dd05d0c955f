//! The claim by which exactly one execution reminds of a todo's due time.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use events::{Timestamp, TodoFact, TodoReminderDue};
use function::{Context, MissingSetting};
use uuid::{Uuid, uuid};

use crate::TodoError;
use crate::domain::Todo;
use crate::table::{read_todo, text, unavailable};

/// The namespace of reminder event ids; a fact's id never changes, so neither does this.
const REMINDERS: Uuid = uuid!("6c7e3f0e-5d6b-4a0c-9f0f-2b6a2f6f7c11");

/// Claims reminders in the table `todos`.
#[derive(Clone, Debug)]
pub(crate) struct Reminders {
    client: aws_sdk_dynamodb::Client,
    todos: String,
}

impl Reminders {
    /// Works on the table that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let client = aws_sdk_dynamodb::Client::new(&context.aws);
        Ok(Self { client, todos: context.settings.require("TODOS_TABLE")? })
    }

    /// Claims the reminder of the todo's due time `due_at` for `claimant`, who may claim it again and again; `None` when
    /// it is another's, or the todo is no longer open and due then.
    pub(crate) async fn claim(
        &self,
        id: &str,
        due_at: Timestamp,
        claimant: &str,
    ) -> Result<Option<TodoReminderDue>, TodoError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.todos)
            .key("id", text(id))
            .update_expression("SET remindedFor = :dueAt, remindedBy = :claimant")
            .condition_expression(
                "#status = :open AND dueAt = :dueAt \
                 AND (attribute_not_exists(remindedFor) OR remindedFor <> :dueAt OR remindedBy = :claimant)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":open", text("OPEN"))
            .expression_attribute_values(":dueAt", text(due_at.to_string()))
            .expression_attribute_values(":claimant", text(claimant))
            .return_values(ReturnValue::AllNew);
        match update.send().await {
            Ok(output) => Ok(Some(reminder(read_todo(output.attributes.unwrap_or_default())?, due_at))),
            Err(error) if is_refused(&error) => Ok(None),
            Err(error) => Err(unavailable(&self.todos, &error)),
        }
    }
}

fn is_refused(error: &SdkError<UpdateItemError>) -> bool {
    matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_)))
}

/// The reminder of a todo's due time: however often it is made, the same fact.
fn reminder(todo: Todo, due_at: Timestamp) -> TodoReminderDue {
    let event_id = Uuid::new_v5(&REMINDERS, format!("{}#{due_at}", todo.id).as_bytes()).to_string();
    let fact =
        TodoFact { event_id, occurred_at: due_at, todo_id: todo.id.clone(), version: todo.version, todo: todo.into() };
    TodoReminderDue { fact, due_at }
}
