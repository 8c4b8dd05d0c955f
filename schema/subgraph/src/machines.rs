//! The state machines behind mutations.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::DisplayErrorContext;
use aws_sdk_sfn::types::SyncExecutionStatus;
use function::Context;
use serde::Serialize;
use serde_json::{Value, json};

use crate::execution::{Execution, ExecutionStatus, Outcome};
use crate::idempotency::execution_name;
use crate::rejection::Rejection;

/// How many bytes the input of an execution may have.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const INPUT_BYTES: usize = 256 * 1024;

/// Runs Express machines and waits for their end.
#[derive(Clone, Debug)]
pub struct Runner(Client);

impl Runner {
    /// Step Functions as the function's configuration reaches it.
    pub fn build(context: &Context) -> Self {
        Self(Client::new(&context.aws))
    }

    /// Runs the machine `arn` with the key added to `input`, and waits for its end.
    ///
    /// # Errors
    /// The input is too large, or Step Functions can't be reached.
    pub async fn run(&self, arn: &str, key: &str, input: &impl Serialize) -> Result<Outcome, Rejection> {
        let mut payload = json!(input);
        payload["idempotencyKey"] = Value::from(key);
        let payload = payload.to_string();
        if payload.len() > INPUT_BYTES {
            let bytes = payload.len();
            return Err(Rejection::BadInput(format!("the input may have {INPUT_BYTES} bytes as JSON, it has {bytes}")));
        }
        let started =
            self.0.start_sync_execution().state_machine_arn(arn).name(execution_name(key)).input(payload).send();
        let output = started.await.map_err(|error| {
            tracing::error!(machine = arn, error = %DisplayErrorContext(&error), "an execution can't be started");
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
}
