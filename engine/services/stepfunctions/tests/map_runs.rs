//! Distributed maps.
#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::{Double, Stack, text};

/// A distributed map over the input whose items wait and fail as they say.
fn map(extra: Value) -> Value {
    let mut state = json!({
        "Type": "Map",
        "MaxConcurrency": 2,
        "Label": "each",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Wait",
            "States": {
                "Wait": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Check"},
                "Check": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.fails", "BooleanEquals": true, "Next": "Fail"}],
                    "Default": "Done",
                },
                "Fail": {"Type": "Fail", "Error": "Bad"},
                "Done": {"Type": "Pass", "OutputPath": "$.n", "End": true},
            },
        },
        "End": true,
    });
    state.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({"StartAt": "Map", "States": {"Map": state}})
}

fn item(n: u64, seconds: u64, fails: bool) -> Value {
    json!({"n": n, "seconds": seconds, "fails": fails})
}

async fn only_run(stack: &Stack, execution: &str) -> Value {
    let runs = stack.call("ListMapRuns", json!({"executionArn": execution})).await;
    assert_eq!(runs["mapRuns"].as_array().unwrap().len(), 1);
    stack.call("DescribeMapRun", json!({"mapRunArn": runs["mapRuns"][0]["mapRunArn"]})).await
}

async fn children(stack: &Stack, run: &Value) -> Vec<Value> {
    let listed = stack.call("ListExecutions", json!({"mapRunArn": run["mapRunArn"]})).await;
    listed["executions"].as_array().unwrap().clone()
}

/// Waits until that many children of the execution's run are under way.
async fn children_running(stack: &Stack, execution: &str, number: usize) {
    stack.reaches(execution, "MapRunStarted").await;
    support::within(async {
        loop {
            let runs = stack.call("ListMapRuns", json!({"executionArn": execution})).await;
            if let Some(run) = runs["mapRuns"].get(0)
                && children(stack, run).await.iter().filter(|child| child["status"] == "RUNNING").count() == number
            {
                return;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn each_item_is_an_execution_and_outputs_keep_the_items_order() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("maps", "STANDARD", &map(json!({}))).await;
    let items: Vec<Value> = (0..5).map(|n| item(n, 0, false)).collect();
    let execution = stack.start(&machine, &json!(items)).await;
    assert_eq!(stack.ended(&execution).await["output"], "[0,1,2,3,4]");
    let run = only_run(&stack, &execution).await;
    assert_eq!(
        (&run["status"], &run["executionCounts"]["succeeded"], &run["maxConcurrency"]),
        (&json!("SUCCEEDED"), &json!(5), &json!(2))
    );
    let children = children(&stack, &run).await;
    assert_eq!(children.len(), 5);
    assert_eq!(text(&children[0]["stateMachineArn"]), format!("{machine}/each"));
    let child =
        stack.call("DescribeStateMachineForExecution", json!({"executionArn": children[0]["executionArn"]})).await;
    assert_eq!((&child["name"], &child["label"]), (&json!("maps/each"), &json!("each")));
    assert_eq!(child["mapRunArn"], run["mapRunArn"]);
}

#[tokio::test]
async fn batches_are_what_children_are_given() {
    let stack = Stack::in_memory(vec![]);
    let mut definition = map(json!({"ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"all": true}}}));
    definition["States"]["Map"]["ItemProcessor"]["StartAt"] = json!("Same");
    definition["States"]["Map"]["ItemProcessor"]["States"] = json!({"Same": {"Type": "Pass", "End": true}});
    let machine = stack.machine("batches", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!([1, 2, 3])).await;
    assert_eq!(
        stack.ended(&execution).await["output"],
        r#"[{"BatchInput":{"all":true},"Items":[1,2]},{"BatchInput":{"all":true},"Items":[3]}]"#
    );
    let run = only_run(&stack, &execution).await;
    assert_eq!((&run["executionCounts"]["total"], &run["itemCounts"]["total"]), (&json!(2), &json!(3)));
}

#[tokio::test]
async fn failures_are_tolerated_up_to_the_threshold() {
    let stack = Stack::in_memory(vec![]);
    let items = json!([item(0, 0, false), item(1, 0, true), item(2, 0, false), item(3, 0, true)]);
    let tolerant = stack.machine("tolerant", "STANDARD", &map(json!({"ToleratedFailurePercentage": 50}))).await;
    let execution = stack.start(&tolerant, &items).await;
    assert_eq!(stack.ended(&execution).await["output"], "[0,2]");
    let strict = stack.machine("strict", "STANDARD", &map(json!({"ToleratedFailureCount": 1}))).await;
    let execution = stack.start(&strict, &items).await;
    assert_eq!(stack.ended(&execution).await["error"], "States.ExceedToleratedFailureThreshold");
    let run = only_run(&stack, &execution).await;
    assert_eq!((&run["status"], &run["itemCounts"]["failed"]), (&json!("FAILED"), &json!(2)));
}

#[tokio::test]
async fn thresholds_and_the_sizes_of_batches_come_from_the_input() {
    let stack = Stack::in_memory(vec![]);
    let items = [item(0, 0, false), item(1, 0, true), item(2, 0, true), item(3, 0, false)];
    let by_path = |field: &str| map(json!({"ItemsPath": "$.items", field: "$.most"}));
    for (field, most, status) in [
        ("ToleratedFailureCountPath", 2, "SUCCEEDED"),
        ("ToleratedFailureCountPath", 1, "FAILED"),
        ("ToleratedFailurePercentagePath", 50, "SUCCEEDED"),
        ("ToleratedFailurePercentagePath", 49, "FAILED"),
    ] {
        let machine = stack.machine(&format!("{field}-{most}"), "STANDARD", &by_path(field)).await;
        let execution = stack.start(&machine, &json!({"items": items, "most": most})).await;
        assert_eq!(stack.ended(&execution).await["status"], status, "{field} {most}");
    }
    let mut batches = map(
        json!({"ItemsPath": "$.items", "ItemBatcher": {"MaxItemsPerBatchPath": "$.most", "MaxInputBytesPerBatchPath": "$.bytes"}}),
    );
    batches["States"]["Map"]["ItemProcessor"]["StartAt"] = json!("Same");
    batches["States"]["Map"]["ItemProcessor"]["States"] =
        json!({"Same": {"Type": "Pass", "OutputPath": "$.Items", "End": true}});
    let machine = stack.machine("batches", "STANDARD", &batches).await;
    let execution = stack.start(&machine, &json!({"items": [1, 2, 3, "a longer item"], "most": 3, "bytes": 30})).await;
    assert_eq!(stack.ended(&execution).await["output"], r#"[[1,2,3],["a longer item"]]"#);
}

#[tokio::test]
async fn what_is_told_of_a_run_that_failed_is_what_became_of_its_children() {
    let s3 = Double::of("s3", &["PutObject"], json!({}));
    let stack = Stack::in_memory(vec![s3.clone()]);
    let writer = json!({
        "MaxConcurrency": 0,
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}},
    });
    let machine = stack.machine("fails", "STANDARD", &map(writer)).await;
    for (round, items) in [
        vec![
            item(0, 0, false),
            item(1, 0, true),
            item(2, 0, false),
            item(3, 0, false),
            item(4, 0, false),
            item(5, 0, false),
        ],
        vec![item(0, 3600, false), item(1, 0, true), item(2, 3600, false), item(3, 0, false)],
    ]
    .into_iter()
    .enumerate()
    {
        let before = s3.calls().len();
        let execution = stack.start(&machine, &json!(items)).await;
        assert_eq!(stack.ended(&execution).await["error"], "States.ExceedToleratedFailureThreshold");
        let run = only_run(&stack, &execution).await;
        let children = children(&stack, &run).await;
        for (count, status) in
            [("succeeded", "SUCCEEDED"), ("failed", "FAILED"), ("aborted", "ABORTED"), ("running", "RUNNING")]
        {
            let listed = children.iter().filter(|child| child["status"] == status).count();
            assert_eq!(run["executionCounts"][count], listed, "round {round}: {status}");
        }
        assert_eq!(run["executionCounts"]["pending"], items.len() - children.len(), "round {round}");
        let written = s3.calls().split_off(before);
        let records = |kind: &str| {
            let (_, put) = written.iter().find(|(_, put)| text(&put["Key"]).contains(kind))?;
            let body = STANDARD.decode(text(&put["Body"])).unwrap();
            serde_json::from_slice::<Vec<Value>>(&body).ok()
        };
        let succeeded = children.iter().filter(|child| child["status"] == "SUCCEEDED").count();
        assert_eq!(records("SUCCEEDED_").unwrap_or_default().len(), succeeded, "round {round}");
        let failed =
            children.iter().filter(|child| ["FAILED", "ABORTED"].contains(&child["status"].as_str().unwrap())).count();
        assert_eq!(records("FAILED_").unwrap_or_default().len(), failed, "round {round}");
    }
}

#[tokio::test]
async fn express_children_are_listed_page_by_page() {
    let stack = Stack::in_memory(vec![]);
    let mut definition = map(json!({"ToleratedFailureCount": 1}));
    definition["States"]["Map"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = json!("EXPRESS");
    let machine = stack.machine("express", "STANDARD", &definition).await;
    let items: Vec<Value> = (0..3).map(|n| item(n, 0, n == 1)).collect();
    let execution = stack.start(&machine, &json!(items)).await;
    assert_eq!(stack.ended(&execution).await["output"], "[0,2]");
    let run = only_run(&stack, &execution).await;
    let mut request = json!({"mapRunArn": run["mapRunArn"], "maxResults": 2});
    let first = stack.call("ListExecutions", request.clone()).await;
    request["nextToken"] = first["nextToken"].clone();
    let second = stack.call("ListExecutions", request).await;
    assert_eq!(second.get("nextToken"), None);
    let listed: Vec<&Value> =
        [&first, &second].iter().flat_map(|page| page["executions"].as_array().unwrap()).collect();
    assert_eq!(listed.len(), 3);
    assert!(text(&listed[0]["executionArn"]).contains(":express:express/each:"));
    assert_eq!((&listed[0]["itemCount"], &listed[0]["mapRunArn"]), (&json!(1), &run["mapRunArn"]));
    let failed = json!({"mapRunArn": run["mapRunArn"], "statusFilter": "FAILED"});
    let failed = stack.call("ListExecutions", failed).await;
    assert_eq!(failed["executions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn express_children_that_run_are_listed_and_described() {
    let stack = Stack::in_memory(vec![]);
    let mut definition = map(json!({}));
    definition["States"]["Map"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = json!("EXPRESS");
    let machine = stack.machine("express", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!([item(0, 0, false), item(1, 30, false), item(2, 0, false)])).await;
    children_running(&stack, &execution, 1).await;
    let run = only_run(&stack, &execution).await;
    let running = json!({"mapRunArn": run["mapRunArn"], "statusFilter": "RUNNING"});
    support::within(async {
        // One of two at a time waits, so the others end meanwhile.
        while children(&stack, &run).await.len() < 3
            || stack.call("ListExecutions", running.clone()).await["executions"].as_array().unwrap().len() > 1
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let listed = stack.call("ListExecutions", running.clone()).await["executions"][0].clone();
    assert_eq!((&listed["status"], &listed["itemCount"]), (&json!("RUNNING"), &json!(1)));
    assert_eq!((&listed["mapRunArn"], listed.get("stopDate")), (&run["mapRunArn"], None));
    let describe = json!({"executionArn": listed["executionArn"]});
    let described = stack.call("DescribeExecution", describe.clone()).await;
    assert_eq!((&described["status"], &described["mapRunArn"]), (&json!("RUNNING"), &run["mapRunArn"]));
    assert_eq!(described["input"], json!(item(1, 30, false).to_string()));
    assert_eq!(described["redriveStatusReason"], "Execution is RUNNING and cannot be redriven");
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&execution).await["output"], "[0,1,2]");
    assert_eq!(stack.call("ListExecutions", running).await["executions"], json!([]));
    let all = children(&stack, &run).await;
    assert_eq!((all.len(), &all[0]["executionArn"]), (3, &listed["executionArn"]));
    let described = stack.call("DescribeExecution", describe).await;
    assert_eq!((&described["status"], &described["output"]), (&json!("SUCCEEDED"), &json!("1")));
    let unknown = text(&listed["executionArn"]).replace("express/each", "other/each");
    assert_eq!(stack.error("DescribeExecution", json!({"executionArn": unknown})).await.code, "ExecutionDoesNotExist");
}

#[tokio::test]
async fn nothing_counts_as_written_where_writing_failed() {
    let s3 = Double::of("s3", &["PutObject"], json!({}));
    let stack = Stack::in_memory(vec![s3.clone()]);
    let writer =
        json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "none"}}});
    let machine = stack.machine("unwritten", "STANDARD", &map(writer)).await;
    s3.then(Err(service::ServiceError::client("NoSuchBucket", "The specified bucket does not exist")));
    let execution = stack.start(&machine, &json!([item(0, 0, false), item(1, 0, false)])).await;
    assert_eq!(stack.ended(&execution).await["error"], "States.ResultWriterFailed");
    let run = only_run(&stack, &execution).await;
    let counts = &run["executionCounts"];
    assert_eq!((&counts["succeeded"], &counts["resultsWritten"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn stopping_the_execution_stops_the_children() {
    let stack = Stack::in_memory(vec![]);
    let machine = stack.machine("maps", "STANDARD", &map(json!({}))).await;
    let items: Vec<Value> = (0..3).map(|n| item(n, 3600, false)).collect();
    let execution = stack.start(&machine, &json!(items)).await;
    children_running(&stack, &execution, 2).await;
    stack.call("StopExecution", json!({"executionArn": execution})).await;
    support::within(async {
        while only_run(&stack, &execution).await["status"] != "ABORTED" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    for child in children(&stack, &only_run(&stack, &execution).await).await {
        assert_eq!(stack.ended(&text(&child["executionArn"])).await["status"], "ABORTED");
    }
}

#[tokio::test]
async fn a_run_goes_on_where_a_crash_left_it() {
    let stack = Stack::on_disk(vec![]);
    let machine = stack.machine("maps", "STANDARD", &map(json!({}))).await;
    let items = json!([item(0, 0, false), item(1, 60, false), item(2, 60, false), item(3, 0, false)]);
    let execution = stack.start(&machine, &items).await;
    children_running(&stack, &execution, 2).await;
    let before = children(&stack, &only_run(&stack, &execution).await).await;
    let stack = stack.crash_and_reopen().await;
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&execution).await["output"], "[0,1,2,3]");
    let after = children(&stack, &only_run(&stack, &execution).await).await;
    assert_eq!((before.len(), after.len()), (3, 4));
    for child in after {
        let types = stack.event_types(&text(&child["executionArn"])).await;
        assert_eq!(types.iter().filter(|found| *found == "ExecutionSucceeded").count(), 1);
    }
}
