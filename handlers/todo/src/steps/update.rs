//! `todo-update`: another version of a todo.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::domain::{Changes, Todo, expect_version, update};
use crate::idempotency::Request;
use crate::mutation::Mutations;
use crate::table::Change;

/// `{"idempotencyKey", "id", "title"?, "notes"?, "dueAt"?, "status"?, "expectedVersion"?}`: what is absent stays, what is
/// `null` goes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateInput {
    /// Names the request.
    pub idempotency_key: String,
    /// The todo.
    pub id: String,
    /// What to change.
    #[serde(flatten)]
    pub changes: Changes,
    /// The version that the change was made for; any when absent.
    #[serde(default)]
    pub expected_version: Option<u64>,
}

/// Changes a todo and answers it as it is then.
#[derive(Clone, Debug)]
pub struct UpdateTodo(Mutations);

impl UpdateTodo {
    /// Works on the tables that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Mutations::build(context).map(Self)
    }
}

#[async_trait]
impl Step for UpdateTodo {
    type Input = UpdateInput;
    type Output = Todo;

    async fn run(&self, input: UpdateInput) -> Result<Todo, Failure> {
        let UpdateInput { idempotency_key, id, changes, expected_version } = &input;
        let request = Request::new("update", idempotency_key, &(id, changes, expected_version))?;
        let decide = |before: Todo, now| {
            expect_version(&before, *expected_version)?;
            let after = update(&before, changes, now)?;
            Ok(if after == before { Change::Keep(after) } else { Change::Replace { before, after } })
        };
        Ok(self.0.change(&request, id, decide).await?)
    }
}
