//! The root `Mutation`: each field runs the state machine of its name.

use async_graphql::{Context, Object, Result};
use serde::Serialize;

use crate::idempotency::key_or_new;
use crate::inputs::{CompleteTodoInput, CreateTodoInput, DeleteTodoInput, UpdateTodoInput};
use crate::machines::{Machine, Machines};
use crate::payloads::{CompleteTodoPayload, CreateTodoPayload, DeleteTodoPayload, UpdateTodoPayload};
use crate::rejection::Rejection;

/// What can be changed.
pub(crate) struct Mutation;

/// What can be changed. Each change is a workflow, and is answered when it is done.
#[Object]
impl Mutation {
    /// Creates a todo.
    async fn create_todo(&self, context: &Context<'_>, mut input: CreateTodoInput) -> Result<CreateTodoPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::Create, key, input).await
    }

    /// Changes a todo's title, notes, due time or status.
    async fn update_todo(&self, context: &Context<'_>, mut input: UpdateTodoInput) -> Result<UpdateTodoPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::Update, key, input).await
    }

    /// Completes a todo. One that is completed already stays as it is.
    async fn complete_todo(&self, context: &Context<'_>, mut input: CompleteTodoInput) -> Result<CompleteTodoPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::Complete, key, input).await
    }

    /// Deletes a todo.
    async fn delete_todo(&self, context: &Context<'_>, mut input: DeleteTodoInput) -> Result<DeleteTodoPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::Delete, key, input).await
    }
}

async fn run<Payload>(
    context: &Context<'_>,
    machine: Machine,
    key: Option<String>,
    input: impl Serialize + Sync,
) -> Result<Payload>
where
    Payload: TryFrom<crate::execution::Outcome, Error = Rejection>,
{
    let outcome = context.data::<Machines>()?.run(machine, &key_or_new(key), &input).await;
    outcome.and_then(Payload::try_from).map_err(Rejection::told)
}
