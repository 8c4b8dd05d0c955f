//! `todo-check-reminder`: whether a todo still is to be reminded of, now that its due time has come.

use async_trait::async_trait;
use events::{Timestamp, TodoReminderDue};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};

use crate::reminder::Reminders;

/// `{"id", "dueAt", "claimant"}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReminderInput {
    /// The todo.
    pub id: String,
    /// The due time that has come.
    pub due_at: Timestamp,
    /// The execution that asks: its own retries are answered the same, others come too late.
    pub claimant: String,
}

/// `{"due": true, "event": {…}}` or `{"due": false}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReminderCheck {
    /// Whether the claimant is to publish the event.
    pub due: bool,
    /// The detail of `todo.reminder_due`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<TodoReminderDue>,
}

/// Claims a reminder for the execution that asks, if the todo is still open and due then.
#[derive(Clone, Debug)]
pub struct CheckReminder(Reminders);

impl CheckReminder {
    /// Works on the table that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Reminders::build(context).map(Self)
    }
}

#[async_trait]
impl Step for CheckReminder {
    type Input = ReminderInput;
    type Output = ReminderCheck;

    async fn run(&self, input: ReminderInput) -> Result<ReminderCheck, Failure> {
        let event = self.0.claim(&input.id, input.due_at, &input.claimant).await?;
        Ok(ReminderCheck { due: event.is_some(), event })
    }
}
