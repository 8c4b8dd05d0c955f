//! `todo-create`: a new todo.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use serde::Deserialize;
use uuid::Uuid;

use crate::domain::{NewTodo, Todo, create};
use crate::idempotency::Request;
use crate::mutation::Mutations;

/// `{"idempotencyKey", "title", "notes"?, "dueAt"?}`
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateInput {
    /// Names the request.
    pub idempotency_key: String,
    /// What to create.
    #[serde(flatten)]
    pub todo: NewTodo,
}

/// Creates a todo and answers it.
#[derive(Clone, Debug)]
pub struct CreateTodo(Mutations);

impl CreateTodo {
    /// Works on the tables that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Mutations::build(context).map(Self)
    }
}

#[async_trait]
impl Step for CreateTodo {
    type Input = CreateInput;
    type Output = Todo;

    async fn run(&self, input: CreateInput) -> Result<Todo, Failure> {
        let request = Request::new("create", &input.idempotency_key, &input.todo)?;
        let decide = |now| create(&input.todo, Uuid::now_v7().to_string(), now);
        Ok(self.0.create(&request, decide).await?)
    }
}
