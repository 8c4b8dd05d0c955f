//! The state machines behind the mutations.

use function::{Context, MissingSetting};
use serde::Serialize;
use subgraph::execution::Outcome;
use subgraph::machines::Runner;
use subgraph::rejection::Rejection;

/// A mutation's state machine.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Machine {
    CreateUpload,
    CompleteUpload,
    DeleteMedia,
    RetryProcessing,
}

/// The state machines and the way to them.
#[derive(Clone, Debug)]
pub(crate) struct Machines {
    runner: Runner,
    create_upload: String,
    complete_upload: String,
    delete_media: String,
    retry_processing: String,
}

impl Machines {
    /// The machines that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            runner: Runner::build(context),
            create_upload: context.settings.require("CREATE_UPLOAD_ARN")?,
            complete_upload: context.settings.require("COMPLETE_UPLOAD_ARN")?,
            delete_media: context.settings.require("DELETE_MEDIA_ARN")?,
            retry_processing: context.settings.require("RETRY_PROCESSING_ARN")?,
        })
    }

    /// Runs a machine with the key added to `input`, and waits for its end.
    pub(crate) async fn run(&self, machine: Machine, key: &str, input: &impl Serialize) -> Result<Outcome, Rejection> {
        self.runner.run(self.arn(machine), key, input).await
    }

    fn arn(&self, machine: Machine) -> &str {
        match machine {
            Machine::CreateUpload => &self.create_upload,
            Machine::CompleteUpload => &self.complete_upload,
            Machine::DeleteMedia => &self.delete_media,
            Machine::RetryProcessing => &self.retry_processing,
        }
    }
}
