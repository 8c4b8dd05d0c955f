//! `todo-delete`: a todo goes.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::domain::{Todo, expect_version};
use crate::idempotency::Request;
use crate::mutation::Mutations;
use crate::table::Change;

/// `{"idempotencyKey", "id", "expectedVersion"?}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteInput {
    /// Names the request.
    pub idempotency_key: String,
    /// The todo.
    pub id: String,
    /// The version that is to be deleted; any when absent.
    #[serde(default)]
    pub expected_version: Option<u64>,
}

/// Deletes a todo and answers it as it was.
#[derive(Clone, Debug)]
pub struct DeleteTodo(Mutations);

impl DeleteTodo {
    /// Works on the tables that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Mutations::build(context).map(Self)
    }
}

#[async_trait]
impl Step for DeleteTodo {
    type Input = DeleteInput;
    type Output = Todo;

    async fn run(&self, input: DeleteInput) -> Result<Todo, Failure> {
        let DeleteInput { idempotency_key, id, expected_version } = &input;
        let request = Request::new("delete", idempotency_key, &(id, expected_version))?;
        let decide = |todo: Todo, _| {
            expect_version(&todo, *expected_version)?;
            Ok(Change::Remove(todo))
        };
        Ok(self.0.change(&request, id, decide).await?)
    }
}
