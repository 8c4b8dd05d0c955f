//! The state machines behind the mutations.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::DisplayErrorContext;
use aws_sdk_sfn::types::SyncExecutionStatus;
use function::{Context, MissingSetting};
use serde::Serialize;
use serde_json::{Value, json};

use crate::execution::{Execution, ExecutionStatus, Outcome};
use crate::idempotency::execution_name;
use crate::rejection::Rejection;

/// How many bytes the input of an execution may have.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const INPUT_BYTES: usize = 256 * 1024;

/// A mutation's state machine.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Machine {
    Create,
    Update,
    Complete,
    Delete,
}

/// The state machines and the way to them.
#[derive(Clone, Debug)]
pub(crate) struct Machines {
    client: Client,
    create: String,
    update: String,
    complete: String,
    delete: String,
}

impl Machines {
    /// The machines that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            client: Client::new(&context.aws),
            create: context.settings.require("CREATE_TODO_ARN")?,
            update: context.settings.require("UPDATE_TODO_ARN")?,
            complete: context.settings.require("COMPLETE_TODO_ARN")?,
            delete: context.settings.require("DELETE_TODO_ARN")?,
        })
    }

    /// Runs a machine with the key added to `input`, and waits for its end.
    pub(crate) async fn run(&self, machine: Machine, key: &str, input: &impl Serialize) -> Result<Outcome, Rejection> {
        let mut payload = json!(input);
        payload["idempotencyKey"] = Value::from(key);
        let payload = payload.to_string();
        if payload.len() > INPUT_BYTES {
            let bytes = payload.len();
            return Err(Rejection::BadInput(format!("the input may have {INPUT_BYTES} bytes as JSON, it has {bytes}")));
        }
        let started = self
            .client
            .start_sync_execution()
            .state_machine_arn(self.arn(machine))
            .name(execution_name(key))
            .input(payload);
        let output = started.send().await.map_err(|error| {
            tracing::error!(?machine, error = %DisplayErrorContext(&error), "an execution can't be started");
            Rejection::Unavailable { service: "the workflow service" }
        })?;
        let status = match output.status {
            SyncExecutionStatus::Succeeded => ExecutionStatus::Succeeded,
            SyncExecutionStatus::TimedOut => ExecutionStatus::TimedOut,
            _ => ExecutionStatus::Failed,
        };
        let name = output.name.unwrap_or_else(|| execution_name(key));
        Ok(Outcome {
            execution: Execution { arn: output.execution_arn, name, status },
            output: output.output,
            error: output.error,
            cause: output.cause,
        })
    }

    fn arn(&self, machine: Machine) -> &str {
        match machine {
            Machine::Create => &self.create,
            Machine::Update => &self.update,
            Machine::Complete => &self.complete,
            Machine::Delete => &self.delete,
        }
    }
}
