//! `todo-complete`: a todo is done.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;

use crate::domain::{Todo, complete, expect_version};
use crate::idempotency::Request;
use crate::mutation::Mutations;
use crate::table::Change;

/// `{"idempotencyKey", "id", "expectedVersion"?}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompleteInput {
    /// Names the request.
    pub idempotency_key: String,
    /// The todo.
    pub id: String,
    /// The version that is to be completed; any when absent.
    #[serde(default)]
    pub expected_version: Option<u64>,
}

/// Completes a todo and answers it; one that is completed already stays as it is.
#[derive(Clone, Debug)]
pub struct CompleteTodo(Mutations);

impl CompleteTodo {
    /// Works on the tables that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Mutations::build(context).map(Self)
    }
}

#[async_trait]
impl Step for CompleteTodo {
    type Input = CompleteInput;
    type Output = Todo;

    async fn run(&self, input: CompleteInput) -> Result<Todo, Failure> {
        let CompleteInput { idempotency_key, id, expected_version } = &input;
        let request = Request::new("complete", idempotency_key, &(id, expected_version))?;
        let decide = |before: Todo, now| {
            expect_version(&before, *expected_version)?;
            let after = complete(&before, now);
            Ok(if after == before { Change::Keep(after) } else { Change::Replace { before, after } })
        };
        Ok(self.0.change(&request, id, decide).await?)
    }
}
