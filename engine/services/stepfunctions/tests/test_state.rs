//! `TestState`.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{ROLE, Stack, lambda};

fn call(retry: &Value) -> String {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload.$": "$"},
        "ResultSelector": {"answer.$": "$.Payload"},
        "Retry": retry,
        "Next": "Later",
    })
    .to_string()
}

#[tokio::test]
async fn a_mocked_task_is_not_done_and_what_happened_to_its_data_is_told() {
    let function = lambda(json!(1));
    let stack = Stack::in_memory(vec![function.clone()]);
    let request = json!({
        "definition": call(&json!([])),
        "input": r#"{"a": 1}"#,
        "inspectionLevel": "DEBUG",
        "mock": {"result": r#"{"Payload": 7}"#},
    });
    let answer = stack.call("TestState", request).await;
    assert_eq!((&answer["status"], &answer["nextState"]), (&json!("SUCCEEDED"), &json!("Later")));
    assert_eq!(answer["output"], r#"{"answer": 7}"#);
    assert_eq!(answer["inspectionData"]["afterParameters"], r#"{"FunctionName": "f", "Payload": {"a": 1}}"#);
    assert_eq!(function.calls().len(), 0);
}

#[tokio::test]
async fn a_task_without_a_mock_is_done_and_needs_a_role() {
    let stack = Stack::in_memory(vec![lambda(json!({"n": 2}))]);
    let request = json!({"definition": call(&json!([])), "input": "{}"});
    let refused = stack.error("TestState", request.clone()).await;
    assert_eq!(refused.message, "RoleArn must be specified when testing a Task state");
    let mut request = request;
    request["roleArn"] = json!(ROLE);
    let answer = stack.call("TestState", request).await;
    assert_eq!((&answer["output"], answer.get("inspectionData")), (&json!(r#"{"answer": {"n": 2}}"#), None));
}

#[tokio::test]
async fn an_error_says_whether_it_would_be_retried() {
    let stack = Stack::in_memory(vec![]);
    let retry = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 2}]);
    let request = |error: &str, count: u64| {
        json!({
            "definition": call(&retry),
            "mock": {"errorOutput": {"error": error, "cause": "c"}},
            "stateConfiguration": {"retrierRetryCount": count},
        })
    };
    assert_eq!(stack.call("TestState", request("Busy", 1)).await["status"], "RETRIABLE");
    assert_eq!(stack.call("TestState", request("Busy", 2)).await["status"], "FAILED");
    let other = stack.call("TestState", request("Other", 0)).await;
    assert_eq!((&other["status"], &other["error"]), (&json!("FAILED"), &json!("Other")));
}

#[tokio::test]
async fn refusals_have_the_texts_of_aws() {
    let stack = Stack::in_memory(vec![]);
    let pass = json!({"Type": "Pass", "End": true}).to_string();
    let cases = [
        (
            json!({"definition": pass, "mock": {"result": "{}"}}),
            "State type 'Pass' is not supported when a mock is specified",
        ),
        (
            json!({"definition": call(&json!([])), "mock": {"result": "{}"}, "context": r#"{"Pokedex": {}}"#}),
            "Invalid Context object provided: Field 'Pokedex' is not allowed",
        ),
        (
            json!({"definition": pass, "mock": {"result": "{}", "errorOutput": {}}}),
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ),
        (
            json!({"definition": call(&json!([])), "mock": {"result": "{}"}, "inspectionLevel": "TRACE", "revealSecrets": true}),
            "TestState does not support RevealSecrets when a mock is specified.",
        ),
        (
            json!({"definition": pass, "context": "{}"}),
            "TestState does not support Context when a mock is not specified.",
        ),
        (
            json!({"definition": support::one_state(json!({"Type": "Succeed"})).to_string(), "stateName": "None"}),
            "State not found in definition",
        ),
    ];
    for (request, message) in cases {
        let refused = stack.error("TestState", request).await;
        assert_eq!((&*refused.code, &*refused.message), ("ValidationException", message));
    }
    let map = json!({"Type": "Map", "End": true, "ItemProcessor": support::one_state(json!({"Type": "Succeed"}))});
    let refused = stack.error("TestState", json!({"definition": map.to_string()})).await;
    assert_eq!(refused.code, "InvalidDefinition");
}

#[tokio::test]
async fn what_somebody_else_ends_is_tested_with_a_mock_only() {
    let child = json!({"Type": "Pass", "End": true});
    let stack = Stack::in_memory(vec![lambda(json!(1))]);
    let child = stack.machine("child", "STANDARD", &support::one_state(child)).await;
    let starts = json!({"StateMachineArn": child});
    for (resource, parameters) in [
        ("arn:aws:states:::states:startExecution.sync", starts.clone()),
        ("arn:aws:states:::states:startExecution.sync:2", starts),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", json!({"FunctionName": "f"})),
        ("arn:aws:states:us-east-1:000000000000:activity:work", json!({})),
    ] {
        let state = json!({"Type": "Task", "Resource": resource, "Parameters": parameters, "End": true});
        let request = json!({"definition": state.to_string(), "roleArn": ROLE});
        assert_eq!(stack.error("TestState", request).await.code, "ValidationException", "{resource}");
    }
    let executions = stack.call("ListExecutions", json!({"stateMachineArn": child})).await;
    assert_eq!(executions["executions"], json!([]));
    let pass = json!({"Type": "Pass", "End": true}).to_string();
    let refused = stack.error("TestState", json!({"definition": pass, "context": "{}"})).await;
    assert_eq!(refused.code, "ValidationException");
}

#[tokio::test]
async fn a_test_that_takes_longer_than_five_minutes_fails_with_a_timeout() {
    let function = lambda(json!(1));
    function.close();
    let stack = Stack::in_memory(vec![function.clone()]);
    let test = stack.call("TestState", json!({"definition": call(&json!([])), "roleArn": ROLE}));
    let passes = async {
        function.called(1).await;
        let end = support::start().plus(std::time::Duration::from_secs(300));
        while stack.advance_to_next_wake().await < end {
            tokio::task::yield_now().await;
        }
    };
    let (answer, ()) = tokio::join!(test, support::within(passes));
    assert_eq!((&answer["status"], &answer["error"]), (&json!("FAILED"), &json!("States.Timeout")));
}
