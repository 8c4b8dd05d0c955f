//! Standard executions: start, idempotency, lists, histories, stop.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{Stack, one_state, text};

fn pass() -> Value {
    one_state(json!({"Type": "Pass", "Result": {"done": true}}))
}

fn wait(seconds: u64) -> Value {
    one_state(json!({"Type": "Wait", "Seconds": seconds}))
}

#[tokio::test]
async fn an_execution_runs_to_its_end_and_is_described() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("quick", "STANDARD", &pass()).await;
    let execution = stack.start(&machine, &json!({"a": 1})).await;
    let described = stack.ended(&execution).await;
    assert_eq!(described["status"], "SUCCEEDED");
    assert_eq!(described["input"], r#"{"a":1}"#);
    assert_eq!(described["output"], r#"{"done":true}"#);
    assert_eq!(described["redriveStatusReason"], "Execution is SUCCEEDED and cannot be redriven");
    assert_eq!(
        stack.event_types(&execution).await,
        ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    );
    let machine_then = stack.call("DescribeStateMachineForExecution", json!({"executionArn": execution})).await;
    assert_eq!(machine_then["definition"], pass().to_string());
}

#[tokio::test]
async fn a_name_starts_one_execution_for_one_input() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("waits", "STANDARD", &wait(60)).await;
    let request = |input: &str| json!({"stateMachineArn": machine, "name": "once", "input": input});
    let first = stack.call("StartExecution", request("{}")).await;
    let second = stack.call("StartExecution", request("{}")).await;
    assert_eq!(first, second);
    let other = stack.error("StartExecution", request(r#"{"x":1}"#)).await;
    assert_eq!(other.code, "ExecutionAlreadyExists");
    assert_eq!(other.message, format!("Execution Already Exists: '{}'", text(&first["executionArn"])));
    stack.advance_to_next_wake().await;
    stack.ended(&text(&first["executionArn"])).await;
    assert_eq!(stack.error("StartExecution", request("{}")).await.code, "ExecutionAlreadyExists");
    let listed = stack.call("ListExecutions", json!({"stateMachineArn": machine})).await;
    assert_eq!(listed["executions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn lists_are_newest_first_paged_and_filtered() {
    let stack = Stack::in_memory(vec![]);
    let quick = stack.machine("quick", "STANDARD", &pass()).await;
    let mut started = Vec::new();
    for _ in 0..5 {
        let execution = stack.start(&quick, &json!({})).await;
        stack.ended(&execution).await;
        started.insert(0, execution);
    }
    let mut seen = Vec::new();
    let mut request = json!({"stateMachineArn": quick, "maxResults": 2, "statusFilter": "SUCCEEDED"});
    loop {
        let page = stack.call("ListExecutions", request.clone()).await;
        seen.extend(page["executions"].as_array().unwrap().iter().map(|found| text(&found["executionArn"])));
        match page.get("nextToken") {
            Some(token) => request["nextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, started);
    let running = stack.call("ListExecutions", json!({"stateMachineArn": quick, "statusFilter": "RUNNING"})).await;
    assert_eq!(running["executions"], json!([]));
}

#[tokio::test]
async fn an_input_that_is_no_json_is_refused_in_the_words_of_awss_parser() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("m", "STANDARD", &one_state(json!({"Type": "Pass"}))).await;
    let refused = stack.error("StartExecution", json!({"stateMachineArn": machine, "input": "{a:1}"})).await;
    let problem = "Unexpected character ('a' (code 97)): was expecting double-quote to start field name";
    let text = format!("{problem}\n at [Source: (String)\"{{a:1}}\"; line: 1, column: 3]");
    assert_eq!(refused.code, "InvalidExecutionInput");
    assert_eq!(refused.message, format!("Invalid State Machine Execution Input: '{text}'"));
}

/// The names of the executions that are listed.
async fn names(stack: &Stack, request: Value) -> Vec<String> {
    let listed = stack.call("ListExecutions", request).await;
    listed["executions"].as_array().unwrap().iter().map(|execution| text(&execution["name"])).collect()
}

#[tokio::test]
async fn lists_begin_with_what_started_or_ended_last() {
    let stack = Stack::in_memory(vec![]);
    let definition = json!({"StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Check"},
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$.fails", "BooleanEquals": true, "Next": "Fail"}], "Default": "Done"},
        "Fail": {"Type": "Fail"},
        "Done": {"Type": "Succeed"},
    }});
    let machine = stack.machine("waits", "STANDARD", &definition).await;
    for (name, seconds, fails) in
        [("long", 9, false), ("failing", 3, true), ("short", 1, false), ("endless", 99, false)]
    {
        stack.clock.advance(std::time::Duration::from_millis(10));
        let input = json!({"seconds": seconds, "fails": fails}).to_string();
        stack.call("StartExecution", json!({"stateMachineArn": machine, "name": name, "input": input})).await;
    }
    let all = json!({"stateMachineArn": machine});
    assert_eq!(names(&stack, all.clone()).await, ["endless", "short", "failing", "long"]);
    let arn = |name: &str| format!("{}:{name}", machine.replace(":stateMachine:", ":execution:"));
    for (ends, listed) in [
        ("short", ["short", "endless", "failing", "long"]),
        ("failing", ["failing", "short", "endless", "long"]),
        ("long", ["long", "failing", "short", "endless"]),
    ] {
        stack.advance_to_next_wake().await;
        stack.ended(&arn(ends)).await;
        assert_eq!(names(&stack, all.clone()).await, listed);
    }
    stack.clock.advance(std::time::Duration::from_secs(1));
    stack.call("RedriveExecution", json!({"executionArn": arn("failing")})).await;
    assert_eq!(stack.ended(&arn("failing")).await["status"], "FAILED");
    assert_eq!(names(&stack, all.clone()).await, ["failing", "long", "short", "endless"]);
    let mut paged = json!({"stateMachineArn": machine, "maxResults": 1});
    let mut seen = Vec::new();
    loop {
        let page = stack.call("ListExecutions", paged.clone()).await;
        seen.push(text(&page["executions"][0]["name"]));
        match page.get("nextToken") {
            Some(token) => paged["nextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, ["failing", "long", "short", "endless"]);
    let succeeded = json!({"stateMachineArn": machine, "statusFilter": "SUCCEEDED", "redriveFilter": "NOT_REDRIVEN"});
    assert_eq!(names(&stack, succeeded).await, ["long", "short"]);
    let redriven = json!({"stateMachineArn": machine, "redriveFilter": "REDRIVEN"});
    assert_eq!(names(&stack, redriven).await, ["failing"]);
}

#[tokio::test]
async fn a_history_is_paged_in_both_directions_and_may_leave_out_data() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("quick", "STANDARD", &pass()).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.ended(&execution).await;
    for (reverse, expected) in [(false, [1, 2, 3, 4]), (true, [4, 3, 2, 1])] {
        let mut ids = Vec::new();
        let mut request = json!({"executionArn": execution, "maxResults": 3, "reverseOrder": reverse});
        loop {
            let page = stack.call("GetExecutionHistory", request.clone()).await;
            ids.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()));
            match page.get("nextToken") {
                Some(token) => request["nextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(ids, expected);
    }
    let bare =
        stack.call("GetExecutionHistory", json!({"executionArn": execution, "includeExecutionData": false})).await;
    let started = &bare["events"][0]["executionStartedEventDetails"];
    assert_eq!((started.get("input"), started["roleArn"].as_str()), (None, Some(support::ROLE)));
}

#[tokio::test]
async fn a_stopped_execution_is_aborted_once() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("waits", "STANDARD", &wait(3600)).await;
    let execution = stack.start(&machine, &json!({})).await;
    let stop = json!({"executionArn": execution, "error": "Changed", "cause": "of mind"});
    let first = stack.call("StopExecution", stop.clone()).await;
    assert_eq!(stack.call("StopExecution", stop).await, first);
    let described = stack.ended(&execution).await;
    assert_eq!(
        (&described["status"], &described["error"], &described["cause"]),
        (&json!("ABORTED"), &json!("Changed"), &json!("of mind"))
    );
    assert_eq!(stack.event_types(&execution).await.last().unwrap(), "ExecutionAborted");
}

#[tokio::test]
async fn deleting_a_machine_stops_what_it_runs() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("waits", "STANDARD", &wait(3600)).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.call("DeleteStateMachine", json!({"stateMachineArn": machine})).await;
    assert_eq!(stack.ended(&execution).await["status"], "ABORTED");
    let gone = stack.error("StartExecution", json!({"stateMachineArn": machine})).await;
    assert_eq!(gone.message, format!("State Machine Does Not Exist: '{machine}'"));
}

#[tokio::test]
async fn an_update_changes_later_executions_alone() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("changes", "STANDARD", &wait(60)).await;
    let before = stack.start(&machine, &json!({})).await;
    stack.call("UpdateStateMachine", json!({"stateMachineArn": machine, "definition": pass().to_string()})).await;
    let after = stack.start(&machine, &json!({})).await;
    assert_eq!(stack.ended(&after).await["output"], r#"{"done":true}"#);
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&before).await["output"], "{}");
}

#[tokio::test]
async fn an_input_has_at_most_256_kibibytes_of_utf8() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("quick", "STANDARD", &pass()).await;
    // Two bytes each, and two quotes.
    let start =
        |characters: usize| json!({"stateMachineArn": machine, "input": format!("\"{}\"", "é".repeat(characters))});
    let largest = stack.call("StartExecution", start(131_071)).await;
    assert_eq!(stack.ended(&text(&largest["executionArn"])).await["status"], "SUCCEEDED");
    let refused = stack.error("StartExecution", start(131_072)).await;
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        (
            "ValidationException",
            "1 validation error detected: Value '<input>' at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144"
        )
    );
}

#[tokio::test]
async fn refusals_have_the_texts_of_aws() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("quick", "STANDARD", &pass()).await;
    let cases = [
        (
            "DescribeExecution",
            json!({"executionArn": "nonsense"}),
            "InvalidArn",
            "Invalid Arn: 'Invalid ARN prefix: nonsense'".to_owned(),
        ),
        (
            "DescribeExecution",
            json!({"executionArn": "arn:aws:states:us-east-1:000000000000:execution:quick:none"}),
            "ExecutionDoesNotExist",
            "Execution Does Not Exist: 'arn:aws:states:us-east-1:000000000000:execution:quick:none'".to_owned(),
        ),
        (
            "ListExecutions",
            json!({"stateMachineArn": machine, "maxResults": 1001}),
            "ValidationException",
            "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000".to_owned(),
        ),
        (
            "StartSyncExecution",
            json!({"stateMachineArn": machine}),
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine".to_owned(),
        ),
        ("SendTaskSuccess", json!({"taskToken": "none", "output": "no json"}), "InvalidToken", "Invalid Token: 'Invalid token'".to_owned()),
        ("RedriveExecution", json!({}), "ValidationException", "1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null".to_owned()),
    ];
    for (operation, input, code, message) in cases {
        let error = stack.error(operation, input).await;
        assert_eq!((error.code.as_str(), error.message), (code, message), "{operation}");
    }
}
