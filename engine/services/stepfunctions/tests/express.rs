//! Express executions.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::json;
use support::{Stack, lambda, one_state};

fn call() -> serde_json::Value {
    one_state(json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f"}))
}

#[tokio::test]
async fn a_synchronous_execution_answers_its_output() {
    let stack = Stack::in_memory(vec![lambda(json!({"id": 7}))]);
    let machine = stack.machine("m", "EXPRESS", &call()).await;
    let answer =
        stack.call("StartSyncExecution", json!({"stateMachineArn": machine, "input": "{ }", "name": "n"})).await;
    assert_eq!(
        (&answer["status"], &answer["output"], &answer["input"]),
        (&json!("SUCCEEDED"), &json!(r#"{"id":7}"#), &json!("{ }"))
    );
    assert_eq!(answer["billingDetails"], json!({"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100}));
    let arn = support::text(&answer["executionArn"]);
    assert!(arn.starts_with("arn:aws:states:us-east-1:000000000000:express:m:n:"), "{arn}");
}

#[tokio::test]
async fn a_synchronous_execution_answers_its_error() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("m", "EXPRESS", &one_state(json!({"Type": "Fail", "Error": "E", "Cause": "c"}))).await;
    let answer = stack.call("StartSyncExecution", json!({"stateMachineArn": machine})).await;
    assert_eq!((&answer["status"], &answer["error"], &answer["cause"]), (&json!("FAILED"), &json!("E"), &json!("c")));
    assert_eq!(answer.get("outputDetails"), None);
}

#[tokio::test]
async fn an_asynchronous_execution_runs_and_has_no_history() {
    let function = lambda(json!(1));
    let stack = Stack::in_memory(vec![function.clone()]);
    let machine = stack.machine("m", "EXPRESS", &call()).await;
    let arn = stack.start(&machine, &json!({})).await;
    function.called(1).await;
    let refused = stack.error("GetExecutionHistory", json!({"executionArn": arn})).await;
    assert_eq!(refused.message, "Invalid Arn: 'Resource type not valid in this context: express'");
    let refused = stack.error("ListExecutions", json!({"stateMachineArn": machine})).await;
    assert_eq!(refused.code, "StateMachineTypeNotSupported");
}

#[tokio::test]
async fn five_minutes_are_the_end() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("m", "EXPRESS", &one_state(json!({"Type": "Wait", "Seconds": 3600}))).await;
    let waiting = stack.call("StartSyncExecution", json!({"stateMachineArn": machine}));
    let (answer, woken) = tokio::join!(waiting, stack.advance_to_next_wake());
    assert_eq!(woken.since(support::start()).as_secs(), 300);
    assert_eq!((&answer["status"], &answer["error"]), (&json!("TIMED_OUT"), &json!("States.Timeout")));
}

/// On one thread: a loop that kept it would keep the clock from moving, too.
#[tokio::test]
async fn a_loop_that_never_waits_leaves_others_their_turn_and_ends_at_its_timeout() {
    let states = json!({
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.over", "IsPresent": true, "Next": "B"}], "Default": "A"},
        "B": {"Type": "Succeed"},
    });
    let looping = json!({"StartAt": "A", "TimeoutSeconds": 3, "States": states});
    let endless = json!({"StartAt": "A", "States": states});
    for (definition, seconds) in [(looping, 3), (endless, 300)] {
        let stack = Stack::in_memory(vec![]);
        let machine = stack.machine("m", "EXPRESS", &definition).await;
        let running = stack.call("StartSyncExecution", json!({"stateMachineArn": machine}));
        let moving = async {
            tokio::task::yield_now().await;
            stack.clock.advance(std::time::Duration::from_secs(seconds));
        };
        let (answer, ()) = tokio::join!(running, moving);
        assert_eq!(answer["status"], "TIMED_OUT");
    }
}

#[tokio::test]
async fn a_wait_ends_when_its_time_has_come() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("m", "EXPRESS", &one_state(json!({"Type": "Wait", "Seconds": 2}))).await;
    let waiting = stack.call("StartSyncExecution", json!({"stateMachineArn": machine}));
    let (answer, _) = tokio::join!(waiting, stack.advance_to_next_wake());
    assert_eq!(answer["status"], "SUCCEEDED");
    assert_eq!(answer["billingDetails"]["billedDurationInMilliseconds"], 2000);
}

#[tokio::test]
async fn an_accepted_start_outlives_a_crash_and_an_ended_one_does_not_run_again() {
    let function = lambda(json!(1));
    let stack = Stack::on_disk(vec![function.clone()]);
    let machine = stack.machine("m", "EXPRESS", &call()).await;
    function.close();
    stack.start(&machine, &json!({"n": 1})).await;
    function.called(1).await;
    let stack = stack.crash_and_reopen().await;
    function.reopen();
    let calls = function.called(2).await;
    assert_eq!(calls[1].1["Payload"], json!({"n": 1}));
    stack.start(&machine, &json!({"n": 2})).await;
    function.called(3).await;
    support::within(async {
        let left = "SELECT count(*) FROM states_express";
        while stack
            .platform
            .store
            .read_blocking(|connection| {
                connection.query_row(left, [], |row| row.get::<_, i64>(0)).map_err(store::StoreError::from)
            })
            .unwrap()
            > 0
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let _stack = stack.crash_and_reopen().await;
    assert_eq!(function.calls().len(), 3);
}
