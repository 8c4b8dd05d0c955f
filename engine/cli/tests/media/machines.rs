//! The state machines behind the API, as an operator sees them.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::Value;

use crate::support::{Sluice, eventually};

/// Runs a machine to its end, which is a good one, and gives its output.
pub(crate) async fn run(sluice: &Sluice, machine: &str, input: Value) -> Value {
    let ended = execute(sluice, machine, input).await;
    assert_eq!(ended.status(), &ExecutionStatus::Succeeded, "{:?}", ended.cause());
    serde_json::from_str(ended.output().unwrap()).unwrap()
}

/// Runs a machine to its end.
pub(crate) async fn execute(sluice: &Sluice, machine: &str, input: Value) -> DescribeExecutionOutput {
    let start = Client::new(&sluice.sdk()).start_execution().state_machine_arn(arn(machine));
    let started = start.input(input.to_string()).send().await.unwrap();
    end_of(sluice, started.execution_arn()).await
}

/// The ARNs of the executions that process a media.
pub(crate) async fn processing(sluice: &Sluice, machine: &str, id: &str) -> Vec<String> {
    let listed = Client::new(&sluice.sdk()).list_executions().state_machine_arn(arn(machine)).send().await.unwrap();
    let of_media = listed.executions().iter().filter(|execution| execution.name().starts_with(id));
    of_media.map(|execution| execution.execution_arn().to_owned()).collect()
}

/// How an execution ended.
pub(crate) async fn end_of(sluice: &Sluice, execution: &str) -> DescribeExecutionOutput {
    let states = Client::new(&sluice.sdk());
    eventually(&format!("{execution} ends"), || async {
        let execution = states.describe_execution().execution_arn(execution).send().await.unwrap();
        (execution.status() != &ExecutionStatus::Running).then_some(execution)
    })
    .await
}

fn arn(machine: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:stateMachine:{machine}")
}
