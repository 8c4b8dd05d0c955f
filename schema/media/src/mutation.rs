//! The root `Mutation`: each field runs the state machine of its name.

use async_graphql::{Context, Object, Result};
use serde::Serialize;
use subgraph::execution::Outcome;
use subgraph::idempotency::key_or_new;
use subgraph::rejection::Rejection;

use crate::inputs::{CompleteUploadInput, CreateUploadInput, DeleteMediaInput, RetryProcessingInput};
use crate::machines::{Machine, Machines};
use crate::payloads::{CompleteUploadPayload, CreateUploadPayload, DeleteMediaPayload, RetryProcessingPayload};

/// What can be changed.
pub(crate) struct Mutation;

/// What can be changed. Each change is a workflow, and is answered when it is done.
#[Object]
impl Mutation {
    /// Makes a media that awaits its upload, and answers where to send the file: up to 16 MiB in one request, above in
    /// parts. What has arrived is processed by itself; ask `media` how far it is.
    async fn create_upload(&self, context: &Context<'_>, mut input: CreateUploadInput) -> Result<CreateUploadPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::CreateUpload, key, input).await
    }

    /// Makes one file of the parts that were sent. Which are missing, the error says.
    async fn complete_upload(
        &self,
        context: &Context<'_>,
        mut input: CompleteUploadInput,
    ) -> Result<CompleteUploadPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::CompleteUpload, key, input).await
    }

    /// Deletes a media with its upload, its variants, and what is on its way. One that is deleted already stays so.
    async fn delete_media(&self, context: &Context<'_>, mut input: DeleteMediaInput) -> Result<DeleteMediaPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::DeleteMedia, key, input).await
    }

    /// Processes a media again that failed. What was rejected would be rejected again: upload another file.
    async fn retry_processing(
        &self,
        context: &Context<'_>,
        mut input: RetryProcessingInput,
    ) -> Result<RetryProcessingPayload> {
        let key = input.idempotency_key.take();
        run(context, Machine::RetryProcessing, key, input).await
    }
}

async fn run<Payload>(
    context: &Context<'_>,
    machine: Machine,
    key: Option<String>,
    input: impl Serialize + Sync,
) -> Result<Payload>
where
    Payload: TryFrom<Outcome, Error = Rejection>,
{
    let outcome = context.data::<Machines>()?.run(machine, &key_or_new(key), &input).await;
    outcome.and_then(Payload::try_from).map_err(Rejection::told)
}
