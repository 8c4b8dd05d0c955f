//! What is kept of executions that have ended, and pages of what is kept.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use serde_json::json;
use support::{Stack, one_state};

#[tokio::test]
async fn executions_are_forgotten_ninety_days_after_their_end() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("quick", "STANDARD", &one_state(json!({"Type": "Succeed"}))).await;
    let waits = stack.machine("waits", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 99_999_999}))).await;
    let (old, open) = (stack.start(&machine, &json!({})).await, stack.start(&waits, &json!({})).await);
    stack.ended(&old).await;
    stack.clock.advance(Duration::from_secs(89 * 86_400));
    let later = stack.start(&machine, &json!({})).await;
    stack.ended(&later).await;
    stack.clock.advance(Duration::from_secs(2 * 86_400));
    let newest = stack.start(&machine, &json!({})).await;
    support::within(async {
        while stack.try_call("DescribeExecution", json!({"executionArn": old})).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let error = stack.error("GetExecutionHistory", json!({"executionArn": old})).await;
    assert_eq!(error.code, "ExecutionDoesNotExist");
    for kept in [later, newest, open] {
        stack.call("DescribeExecution", json!({"executionArn": kept})).await;
    }
}

#[tokio::test]
async fn a_page_of_a_history_belongs_to_its_execution_and_direction() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("quick", "STANDARD", &one_state(json!({"Type": "Pass"}))).await;
    let (one, other) = (stack.start(&machine, &json!({})).await, stack.start(&machine, &json!({})).await);
    stack.ended(&one).await;
    let first = stack.call("GetExecutionHistory", json!({"executionArn": one, "maxResults": 2})).await;
    let next = |execution: &str, reverse: bool| json!({"executionArn": execution, "nextToken": first["nextToken"], "reverseOrder": reverse});
    let second = stack.call("GetExecutionHistory", next(&one, false)).await;
    assert_eq!(second["events"][0]["id"], 3);
    assert_eq!(stack.error("GetExecutionHistory", next(&other, false)).await.code, "InvalidToken");
    assert_eq!(stack.error("GetExecutionHistory", next(&one, true)).await.code, "InvalidToken");
}
