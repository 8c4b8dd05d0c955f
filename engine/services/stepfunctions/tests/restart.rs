//! Crashes: nothing accepted is lost, no finished task is done again, each execution ends exactly once.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{Double, Stack, lambda, one_state, text};

fn with_retry() -> Value {
    json!({"StartAt": "Call", "States": {
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:000000000000:function:work",
            "Retry": [{"ErrorEquals": ["Lambda.ServiceException"], "IntervalSeconds": 2, "MaxAttempts": 2}],
            "Next": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 60, "End": true},
    }})
}

fn count(types: &[String], wanted: &str) -> usize {
    types.iter().filter(|found| *found == wanted).count()
}

#[tokio::test]
async fn a_waiting_execution_wakes_in_the_next_process() {
    let stack = Stack::on_disk(vec![]);
    let machine = stack.machine("waits", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 3600}))).await;
    let execution = stack.start(&machine, &json!({"kept": "é"})).await;
    let stack = stack.crash_and_reopen().await;
    let woken = stack.advance_to_next_wake().await;
    assert_eq!(woken.since(support::start()).as_secs(), 3600);
    let described = stack.ended(&execution).await;
    assert_eq!((&described["status"], &described["output"]), (&json!("SUCCEEDED"), &json!("{\"kept\":\"é\"}")));
    assert_eq!(count(&stack.event_types(&execution).await, "ExecutionSucceeded"), 1);
}

#[tokio::test]
async fn a_timer_that_was_due_while_nothing_ran_fires_at_once() {
    let stack = Stack::on_disk(vec![]);
    let machine = stack.machine("waits", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 10}))).await;
    let execution = stack.start(&machine, &json!({})).await;
    let clock = stack.clock.clone();
    stack.platform.shutdown.cancel();
    clock.advance(std::time::Duration::from_secs(86_400));
    let stack = stack.crash_and_reopen().await;
    assert_eq!(stack.ended(&execution).await["status"], "SUCCEEDED");
}

#[tokio::test]
async fn a_task_that_was_under_way_fails_so_that_retry_decides() {
    let function = lambda(json!({"n": 1}));
    let stack = Stack::on_disk(vec![function.clone()]);
    let machine = stack.machine("retries", "STANDARD", &with_retry()).await;
    function.close();
    let execution = stack.start(&machine, &json!({})).await;
    function.called(1).await;
    let stack = stack.crash_and_reopen().await;
    function.reopen();
    let retried = stack.advance_to_next_wake().await;
    assert_eq!(retried.since(support::start()).as_secs(), 2);
    function.called(2).await;
    stack.reaches(&execution, "WaitStateEntered").await;
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&execution).await["output"], r#"{"n":1}"#);
    let types = stack.event_types(&execution).await;
    assert_eq!(count(&types, "LambdaFunctionScheduled"), 2);
    assert_eq!(count(&types, "LambdaFunctionFailed"), 1);
    assert_eq!(count(&types, "LambdaFunctionSucceeded"), 1);
}

#[tokio::test]
async fn a_task_that_was_done_is_not_done_again() {
    let function = lambda(json!({"n": 1}));
    let stack = Stack::on_disk(vec![function.clone()]);
    let machine = stack.machine("retries", "STANDARD", &with_retry()).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.reaches(&execution, "WaitStateEntered").await;
    let stack = stack.crash_and_reopen().await.crash_and_reopen().await;
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&execution).await["output"], r#"{"n":1}"#);
    assert_eq!(function.calls().len(), 1);
}

#[tokio::test]
async fn a_task_token_is_good_in_the_next_process_and_only_once() {
    let queue = Double::of("sqs", &["SendMessage"], json!({"MessageId": "m", "MD5OfMessageBody": "5"}));
    let stack = Stack::on_disk(vec![queue.clone()]);
    let definition = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}},
    }));
    let machine = stack.machine("asks", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.reaches(&execution, "TaskSubmitted").await;
    let body: Value = serde_json::from_str(&text(&queue.calls()[0].1["MessageBody"])).unwrap();
    let token = text(&body["token"]);
    let stack = stack.crash_and_reopen().await;
    let answer = json!({"taskToken": token, "output": r#"{"approved":true}"#});
    stack.call("SendTaskSuccess", answer.clone()).await;
    assert_eq!(stack.ended(&execution).await["output"], r#"{"approved":true}"#);
    assert_eq!(stack.error("SendTaskSuccess", answer).await.code, "TaskTimedOut");
    assert_eq!(queue.calls().len(), 1);
}

#[tokio::test]
async fn an_activity_task_is_offered_again_until_a_worker_has_it() {
    let stack = Stack::on_disk(vec![]);
    let activity = text(&stack.call("CreateActivity", json!({"name": "review"})).await["activityArn"]);
    let machine = stack.machine("reviews", "STANDARD", &one_state(json!({"Type": "Task", "Resource": activity}))).await;
    let execution = stack.start(&machine, &json!({"page": 7})).await;
    let stack = stack.crash_and_reopen().await;
    let taken = stack.call("GetActivityTask", json!({"activityArn": activity, "workerName": "w"})).await;
    assert_eq!(taken["input"], r#"{"page":7}"#);
    let stack = stack.crash_and_reopen().await;
    stack.call("SendTaskHeartbeat", json!({"taskToken": taken["taskToken"]})).await;
    stack.call("SendTaskSuccess", json!({"taskToken": taken["taskToken"], "output": "7"})).await;
    assert_eq!(stack.ended(&execution).await["output"], "7");
    let types = stack.event_types(&execution).await;
    assert_eq!(types[2..5], ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]);
}

#[tokio::test]
async fn a_parent_learns_of_its_childs_end_in_the_next_process() {
    let stack = Stack::on_disk(vec![]);
    let child = stack.machine("child", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 30}))).await;
    let parent = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Name": "kid", "Input": {"of": "parent"}},
    }));
    let parent = stack.machine("parent", "STANDARD", &parent).await;
    let execution = stack.start(&parent, &json!({})).await;
    stack.reaches(&execution, "TaskSubmitted").await;
    let stack = stack.crash_and_reopen().await;
    stack.advance_to_next_wake().await;
    let output: Value = serde_json::from_str(&text(&stack.ended(&execution).await["output"])).unwrap();
    assert_eq!(output["Output"], json!({"of": "parent"}));
    assert_eq!((&output["Name"], &output["Status"]), (&json!("kid"), &json!("SUCCEEDED")));
}

#[tokio::test]
async fn what_has_ended_stays_as_it_was() {
    let stack = Stack::on_disk(vec![]);
    let machine = stack.machine("fails", "STANDARD", &one_state(json!({"Type": "Fail", "Error": "No"}))).await;
    let execution = stack.start(&machine, &json!({})).await;
    let before = stack.ended(&execution).await;
    let types = stack.event_types(&execution).await;
    let stack = stack.crash_and_reopen().await;
    assert_eq!(stack.ended(&execution).await, before);
    assert_eq!(stack.event_types(&execution).await, types);
    assert_eq!(stack.call("DescribeStateMachine", json!({"stateMachineArn": machine})).await["name"], "fails");
}
