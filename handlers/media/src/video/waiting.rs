//! The task of `process-video` that waits for a job; by its token it is told how the job goes.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use function::Context;
use serde_json::{Value, json};

use crate::MediaError;
use crate::domain::Record;

/// Tasks that wait. One that waits no longer need not be told.
#[derive(Clone, Debug)]
pub(crate) struct WaitingTasks(Client);

impl WaitingTasks {
    pub(crate) fn build(context: &Context) -> Self {
        Self(Client::new(&context.aws))
    }

    /// Tells the task that waits for a job of this media, if one does, that nobody cares for its outcome any more.
    pub(crate) async fn release(&self, record: &Record) -> Result<(), MediaError> {
        let Some(transcoding) = &record.transcoding else { return Ok(()) };
        self.fail(&transcoding.task_token, &MediaError::Superseded { id: record.media.id.clone() }).await
    }

    pub(super) async fn succeed(&self, token: &str, output: &Value) -> Result<(), MediaError> {
        told(self.0.send_task_success().task_token(token).output(output.to_string()).send().await.map(drop))
    }

    pub(super) async fn fail(&self, token: &str, error: &MediaError) -> Result<(), MediaError> {
        let cause = json!({"errorType": error.name(), "errorMessage": error.to_string()});
        let failure = self.0.send_task_failure().task_token(token).error(error.name()).cause(cause.to_string());
        told(failure.send().await.map(drop))
    }

    /// Tells that the job goes on.
    pub(super) async fn beat(&self, token: &str) -> Result<(), MediaError> {
        told(self.0.send_task_heartbeat().task_token(token).send().await.map(drop))
    }
}

fn told<E, R>(answer: Result<(), SdkError<E, R>>) -> Result<(), MediaError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match answer {
        Err(error) if matches!(error.code(), Some("TaskTimedOut" | "TaskDoesNotExist" | "InvalidToken")) => Ok(()),
        Err(error) => Err(MediaError::Unavailable {
            resource: "Step Functions".to_owned(),
            reason: DisplayErrorContext(&error).to_string(),
        }),
        Ok(()) => Ok(()),
    }
}
