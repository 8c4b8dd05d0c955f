//! Redriving executions.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use service::ServiceError;
use support::{Double, Stack, lambda, one_state};

fn work() -> Value {
    one_state(json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:work"}))
}

fn broken() -> Result<Value, ServiceError> {
    Err(ServiceError::client("ResourceNotFoundException", "Function not found"))
}

async fn describe(stack: &Stack, execution: &str) -> Value {
    stack.call("DescribeExecution", json!({"executionArn": execution})).await
}

async fn redrive(stack: &Stack, execution: &str) -> Value {
    stack.call("RedriveExecution", json!({"executionArn": execution})).await
}

#[tokio::test]
async fn a_failed_execution_goes_on_and_says_so() {
    let function = lambda(json!({"n": 1}));
    function.then(broken());
    let bus = Double::of("events", &["PutServiceEvents"], json!({"FailedEntryCount": 0}));
    let stack = Stack::in_memory(vec![function.clone(), bus.clone()]);
    let machine = stack.machine("works", "STANDARD", &work()).await;
    let execution = stack.start(&machine, &json!({})).await;
    let failed = stack.ended(&execution).await;
    assert_eq!((&failed["redriveStatus"], &failed["redriveCount"]), (&json!("REDRIVABLE"), &json!(0)));
    stack.clock.advance(Duration::from_secs(60));
    let redriven = redrive(&stack, &execution).await;
    let described = stack.ended(&execution).await;
    assert_eq!((&described["status"], &described["output"]), (&json!("SUCCEEDED"), &json!(r#"{"n":1}"#)));
    assert_eq!((&described["redriveCount"], &described["redriveDate"]), (&json!(1), &redriven["redriveDate"]));
    assert_eq!(described["redriveStatusReason"], "Execution is SUCCEEDED and cannot be redriven");
    assert_eq!((&described["error"], &described["cause"]), (&Value::Null, &Value::Null));
    assert_eq!(function.calls().len(), 2);
    support::within(async {
        let told = || -> Vec<Value> {
            let entries = |call: &(String, Value)| call.1["Entries"].as_array().unwrap().clone();
            let entries = bus.calls().iter().flat_map(entries).collect::<Vec<_>>();
            entries.iter().map(|entry| serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap()).collect()
        };
        while told().len() < 4 {
            tokio::task::yield_now().await;
        }
        let statuses: Vec<(Value, Value)> =
            told().iter().map(|detail| (detail["status"].clone(), detail["redriveCount"].clone())).collect();
        let expected = [("RUNNING", 0), ("FAILED", 0), ("RUNNING", 1), ("SUCCEEDED", 1)];
        assert_eq!(statuses, expected.map(|(status, count)| (json!(status), json!(count))));
    })
    .await;
}

#[tokio::test]
async fn a_redriven_execution_outlives_a_crash() {
    let stack = Stack::on_disk(vec![]);
    let machine = stack.machine("waits", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 600}))).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.call("StopExecution", json!({"executionArn": execution})).await;
    let stack = stack.crash_and_reopen().await;
    redrive(&stack, &execution).await;
    assert_eq!(describe(&stack, &execution).await["status"], "RUNNING");
    let stack = stack.crash_and_reopen().await;
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&execution).await["status"], "SUCCEEDED");
    assert_eq!(
        stack.event_types(&execution).await,
        [
            "ExecutionStarted",
            "WaitStateEntered",
            "ExecutionAborted",
            "ExecutionRedriven",
            "WaitStateExited",
            "ExecutionSucceeded"
        ]
    );
}

#[tokio::test]
async fn a_client_token_stands_for_one_redrive() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("fails", "STANDARD", &one_state(json!({"Type": "Fail"}))).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.ended(&execution).await;
    let again = json!({"executionArn": execution, "clientToken": "once"});
    let first = stack.call("RedriveExecution", again.clone()).await;
    stack.clock.advance(Duration::from_secs(14 * 60));
    assert_eq!(stack.call("RedriveExecution", again.clone()).await, first);
    assert_eq!(describe(&stack, &execution).await["redriveCount"], 1);
    stack.clock.advance(Duration::from_secs(2 * 60));
    assert_ne!(stack.call("RedriveExecution", again).await, first);
    assert_eq!(describe(&stack, &execution).await["redriveCount"], 2);
}

#[tokio::test]
async fn what_cannot_be_redriven_says_why() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("waits", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 1}))).await;
    let execution = stack.start(&machine, &json!({})).await;
    let refusal = |execution: String| {
        let stack = &stack;
        async move {
            let error = stack.error("RedriveExecution", json!({"executionArn": execution})).await;
            assert_eq!(error.code, "ExecutionNotRedrivable");
            assert_eq!(describe(stack, &execution).await["redriveStatusReason"], error.message);
            error.message
        }
    };
    assert_eq!(refusal(execution.clone()).await, "Execution is RUNNING and cannot be redriven");
    stack.advance_to_next_wake().await;
    stack.ended(&execution).await;
    assert_eq!(refusal(execution).await, "Execution is SUCCEEDED and cannot be redriven");
    let failing = stack.machine("fails", "STANDARD", &one_state(json!({"Type": "Fail"}))).await;
    let execution = stack.start(&failing, &json!({})).await;
    stack.ended(&execution).await;
    stack.clock.advance(Duration::from_secs(14 * 86_400));
    assert_eq!(describe(&stack, &execution).await["redriveStatus"], "REDRIVABLE");
    stack.clock.advance(Duration::from_secs(1));
    assert_eq!(refusal(execution).await, "Execution redrivable period exceeded");
    let execution = stack.start(&failing, &json!({})).await;
    stack.ended(&execution).await;
    stack.call("DeleteStateMachine", json!({"stateMachineArn": failing})).await;
    assert_eq!(refusal(execution).await, "State machine is in DELETING status");
    let nowhere = "arn:aws:states:us-east-1:000000000000:execution:waits:nobody";
    assert_eq!(stack.error("RedriveExecution", json!({"executionArn": nowhere})).await.code, "ExecutionDoesNotExist");
    let express = "arn:aws:states:us-east-1:000000000000:express:waits:a:b";
    assert_eq!(stack.error("RedriveExecution", json!({"executionArn": express})).await.code, "InvalidArn");
}

#[tokio::test]
async fn the_definition_is_that_of_the_start_and_lists_tell_redrives_apart() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("fails", "STANDARD", &one_state(json!({"Type": "Fail", "Error": "First"}))).await;
    let (one, other) = (stack.start(&machine, &json!({})).await, stack.start(&machine, &json!({})).await);
    stack.ended(&one).await;
    stack.ended(&other).await;
    let definition = one_state(json!({"Type": "Succeed"})).to_string();
    stack.call("UpdateStateMachine", json!({"stateMachineArn": machine, "definition": definition})).await;
    redrive(&stack, &one).await;
    assert_eq!(stack.ended(&one).await["error"], "First");
    for (filter, expected) in [("REDRIVEN", &one), ("NOT_REDRIVEN", &other)] {
        let listed = stack.call("ListExecutions", json!({"stateMachineArn": machine, "redriveFilter": filter})).await;
        let arns: Vec<&Value> =
            listed["executions"].as_array().unwrap().iter().map(|execution| &execution["executionArn"]).collect();
        assert_eq!(arns, [&json!(expected)], "{filter}");
    }
}
