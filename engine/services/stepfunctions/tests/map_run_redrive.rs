//! Map runs that are redriven, or changed while they run.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use service::ServiceError;
use support::{Double, Stack, lambda, text};

/// A distributed map whose children call a function.
fn calls(kind: &str, extra: Value) -> Value {
    let mut state = json!({
        "Type": "Map",
        "MaxConcurrency": 1,
        "Label": "each",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "Before",
            "States": {
                "Before": {"Type": "Pass", "Next": "Call"},
                "Call": {
                    "Type": "Task",
                    "Resource": "arn:aws:lambda:us-east-1:000000000000:function:work",
                    "End": true
                },
            },
        },
        "End": true,
    });
    state.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({"StartAt": "Map", "States": {"Map": state}})
}

fn broken() -> Result<Value, ServiceError> {
    Err(ServiceError::client("ResourceNotFoundException", "Function not found"))
}

fn done(n: u64) -> Result<Value, ServiceError> {
    Ok(json!({"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": n}))
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

#[tokio::test]
async fn a_redriven_run_redrives_what_failed_and_starts_what_had_not_begun() {
    let function = lambda(json!(9));
    function.then(done(1));
    function.then(broken());
    let stack = Stack::in_memory(vec![function.clone()]);
    let machine = stack.machine("maps", "STANDARD", &calls("STANDARD", json!({}))).await;
    let execution = stack.start(&machine, &json!([1, 2, 3])).await;
    assert_eq!(stack.ended(&execution).await["error"], "States.ExceedToleratedFailureThreshold");
    let failed = only_run(&stack, &execution).await;
    assert_eq!((&failed["status"], &failed["redriveCount"]), (&json!("FAILED"), &json!(0)));
    let counts = &failed["executionCounts"];
    assert_eq!((&counts["succeeded"], &counts["failed"], &counts["pending"]), (&json!(1), &json!(1), &json!(1)));
    let unsuccessful = children(&stack, &failed).await.into_iter().find(|child| child["status"] == "FAILED").unwrap();
    let child = json!({"executionArn": unsuccessful["executionArn"]});
    assert_eq!(stack.call("DescribeExecution", child.clone()).await["redriveStatus"], "REDRIVABLE_BY_MAP_RUN");
    assert_eq!(stack.error("RedriveExecution", child.clone()).await.code, "ExecutionNotRedrivable");

    stack.call("RedriveExecution", json!({"executionArn": execution})).await;
    assert_eq!(stack.ended(&execution).await["output"], "[1,9,9]");
    let run = only_run(&stack, &execution).await;
    assert_eq!((&run["mapRunArn"], &run["redriveCount"]), (&failed["mapRunArn"], &json!(1)));
    assert_eq!((&run["status"], &run["executionCounts"]["succeeded"]), (&json!("SUCCEEDED"), &json!(3)));
    assert_eq!(run["itemCounts"]["pendingRedrive"], 0);
    assert_eq!(function.calls().len(), 4);
    let types = stack.event_types(&text(&unsuccessful["executionArn"])).await;
    assert_eq!(types.iter().filter(|found| *found == "PassStateEntered").count(), 1, "it goes on where it failed");
    let redriven =
        stack.call("ListExecutions", json!({"mapRunArn": run["mapRunArn"], "redriveFilter": "REDRIVEN"})).await;
    let redriven = redriven["executions"].as_array().unwrap();
    assert_eq!(redriven.len(), 1);
    assert_eq!((&redriven[0]["redriveCount"], &redriven[0]["itemCount"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn express_children_that_failed_begin_again() {
    let function = lambda(json!(9));
    function.then(done(1));
    function.then(broken());
    let stack = Stack::in_memory(vec![function.clone()]);
    let machine = stack.machine("maps", "STANDARD", &calls("EXPRESS", json!({}))).await;
    let execution = stack.start(&machine, &json!([1, 2])).await;
    assert_eq!(stack.ended(&execution).await["status"], "FAILED");
    stack.call("RedriveExecution", json!({"executionArn": execution})).await;
    assert_eq!(stack.ended(&execution).await["output"], "[1,9]");
    assert_eq!(function.calls().len(), 3);
}

#[tokio::test]
async fn a_redriven_run_goes_on_where_a_crash_left_it() {
    let function = lambda(json!(9));
    function.then(done(1));
    function.then(broken());
    let stack = Stack::on_disk(vec![function.clone()]);
    let definition = calls(
        "STANDARD",
        json!({"ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Call",
            "States": {
                "Call": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:work", "Next": "Wait"},
                "Wait": {"Type": "Wait", "Seconds": 60, "End": true},
            },
        }}),
    );
    let machine = stack.machine("maps", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!([1, 2])).await;
    stack.reaches(&execution, "MapRunStarted").await;
    function.called(1).await;
    stack.advance_to_next_wake().await;
    stack.ended(&execution).await;
    stack.call("RedriveExecution", json!({"executionArn": execution})).await;
    function.called(3).await;
    let stack = stack.crash_and_reopen().await;
    stack.advance_to_next_wake().await;
    assert_eq!(stack.ended(&execution).await["output"], "[1,9]");
    let run = only_run(&stack, &execution).await;
    assert_eq!(run["redriveCount"], 1);
    for child in children(&stack, &run).await {
        let count = child["redriveCount"].as_u64().unwrap();
        assert!(count <= 1, "a crash redrives nothing a second time: {child}");
    }
}

#[tokio::test]
async fn children_wait_for_their_redrive_as_long_as_others_run() {
    let function = lambda(json!(9));
    function.then(broken());
    function.then(broken());
    let stack = Stack::in_memory(vec![function.clone()]);
    let tolerant = calls("STANDARD", json!({"ToleratedFailureCount": 1}));
    let machine = stack.machine("maps", "STANDARD", &tolerant).await;
    let execution = stack.start(&machine, &json!([1, 2])).await;
    stack.ended(&execution).await;
    function.close();
    stack.call("RedriveExecution", json!({"executionArn": execution})).await;
    function.called(3).await;
    let run = only_run(&stack, &execution).await;
    assert_eq!((&run["executionCounts"]["running"], &run["executionCounts"]["pendingRedrive"]), (&json!(1), &json!(1)));
    let pending = json!({"mapRunArn": run["mapRunArn"], "statusFilter": "PENDING_REDRIVE"});
    assert_eq!(stack.call("ListExecutions", pending.clone()).await["executions"].as_array().unwrap().len(), 1);
    let of_machine = json!({"stateMachineArn": machine, "statusFilter": "PENDING_REDRIVE"});
    assert_eq!(stack.error("ListExecutions", of_machine).await.code, "ValidationException");
    stack.call("StopExecution", json!({"executionArn": execution})).await;
    support::within(async {
        while only_run(&stack, &execution).await["status"] != "ABORTED" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(stack.call("ListExecutions", pending).await["executions"], json!([]));
    let counts = &only_run(&stack, &execution).await["executionCounts"];
    assert_eq!((&counts["failed"], &counts["aborted"], &counts["pendingRedrive"]), (&json!(1), &json!(1), &json!(0)));
}

#[tokio::test]
async fn more_children_run_at_once_as_soon_as_they_may() {
    let function = lambda(json!(9));
    function.close();
    let stack = Stack::in_memory(vec![function.clone()]);
    let machine = stack.machine("maps", "STANDARD", &calls("STANDARD", json!({}))).await;
    let execution = stack.start(&machine, &json!([1, 2, 3])).await;
    function.called(1).await;
    let run = only_run(&stack, &execution).await["mapRunArn"].clone();
    let change = json!({"mapRunArn": run, "maxConcurrency": 3, "toleratedFailureCount": 2});
    stack.call("UpdateMapRun", change.clone()).await;
    function.called(3).await;
    let described = only_run(&stack, &execution).await;
    assert_eq!((&described["maxConcurrency"], &described["toleratedFailureCount"]), (&json!(3), &json!(2)));
    assert_eq!(described["executionCounts"]["running"], 3);
    for _ in 0..2 {
        function.then(broken());
    }
    function.reopen();
    assert_eq!(stack.ended(&execution).await["output"], "[9]", "two failures are tolerated");
    assert_eq!(stack.error("UpdateMapRun", change).await.code, "ValidationException");
    let nowhere = "arn:aws:states:us-east-1:000000000000:mapRun:maps/each:00000000-0000-0000-0000-000000000000";
    assert_eq!(stack.error("UpdateMapRun", json!({"mapRunArn": nowhere})).await.code, "ResourceNotFound");
    let wrong = json!({"mapRunArn": run, "toleratedFailurePercentage": 101});
    assert!(stack.error("UpdateMapRun", wrong).await.message.contains("less than or equal to 100"));
}

#[tokio::test]
async fn items_are_read_once() {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode("[{\"n\":1},{\"n\":2}]");
    let objects = Double::of("s3", &["GetObject", "PutObject"], json!({"Body": body}));
    let stack = Stack::on_disk(vec![objects.clone()]);
    let definition = calls(
        "STANDARD",
        json!({
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "Parameters": {"Bucket.$": "$.bucket", "Key": "items.json"},
                "ReaderConfig": {"InputType": "JSON"},
            },
            "ItemSelector": {"n.$": "$$.Map.Item.Value.n"},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Wait",
                "States": {"Wait": {"Type": "Wait", "SecondsPath": "$.n", "End": true}},
            },
        }),
    );
    let machine = stack.machine("reads", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!({"bucket": "lists"})).await;
    stack.reaches(&execution, "MapRunStarted").await;
    objects.called(1).await;
    support::within(async {
        while only_run(&stack, &execution).await["executionCounts"]["running"] != 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let stack = stack.crash_and_reopen().await;
    stack.advance_to_next_wake().await;
    let output = stack.clock.clone();
    support::within(async {
        while stack.call("DescribeExecution", json!({"executionArn": execution})).await["status"] == "RUNNING" {
            if let Some(next) = output.next_wake() {
                output.advance_to(next);
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(stack.ended(&execution).await["output"], r#"[{"n":1},{"n":2}]"#);
    let expected = ("GetObject".to_owned(), json!({"Bucket": "lists", "Key": "items.json"}));
    assert_eq!(objects.calls(), [expected]);
}

#[tokio::test]
async fn what_cannot_be_read_or_written_fails_by_name() {
    let objects = Double::of("s3", &["GetObject", "PutObject"], json!({}));
    let gone = ServiceError::client("NoSuchKey", "The specified key does not exist.").with_status(404);
    objects.then(Err(gone.clone()));
    let stack = Stack::in_memory(vec![objects.clone(), lambda(json!(1))]);
    let reads = calls(
        "STANDARD",
        json!({"ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "Parameters": {"Bucket": "b", "Key": "k"},
            "ReaderConfig": {"InputType": "JSON"},
        }}),
    );
    let machine = stack.machine("reads", "STANDARD", &reads).await;
    let execution = stack.start(&machine, &json!({})).await;
    let ended = stack.ended(&execution).await;
    assert_eq!(ended["error"], "States.ItemReaderFailed");
    assert!(
        text(&ended["cause"]).starts_with("The specified key does not exist. (Service: Amazon S3; Status Code: 404")
    );
    assert_eq!(only_run(&stack, &execution).await["status"], "FAILED");
    let writes = calls(
        "STANDARD",
        json!({"ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "b", "Prefix": "p"},
        }}),
    );
    objects.then(Err(gone));
    let machine = stack.machine("writes", "STANDARD", &writes).await;
    let execution = stack.start(&machine, &json!([1])).await;
    assert_eq!(stack.ended(&execution).await["error"], "States.ResultWriterFailed");
}

#[tokio::test]
async fn results_are_written_with_a_manifest() {
    use base64::Engine as _;
    let objects = Double::of("s3", &["PutObject"], json!({}));
    let function = lambda(json!([1, 2]));
    function.then(done(7));
    function.then(broken());
    let stack = Stack::in_memory(vec![objects.clone(), function]);
    let definition = calls(
        "STANDARD",
        json!({
            "ToleratedFailureCount": 1,
            "ResultWriter": {
                "Resource": "arn:aws:states:::s3:putObject",
                "Parameters": {"Bucket.$": "$$.Execution.Name", "Prefix": "out"},
                "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"},
            },
        }),
    );
    let machine = stack.machine("writes", "STANDARD", &definition).await;
    let started = json!({"stateMachineArn": machine, "name": "results", "input": "[1,2,3]"});
    let execution = text(&stack.call("StartExecution", started).await["executionArn"]);
    let output: Value = serde_json::from_str(&text(&stack.ended(&execution).await["output"])).unwrap();
    let run = text(&output["MapRunArn"]);
    let folder = format!("out/{}", run.rsplit(':').next().unwrap());
    assert_eq!(output["ResultWriterDetails"], json!({"Bucket": "results", "Key": format!("{folder}/manifest.json")}));
    let written: Vec<(String, String)> = objects
        .calls()
        .iter()
        .map(|(_, object)| {
            let body = base64::engine::general_purpose::STANDARD.decode(text(&object["Body"])).unwrap();
            (text(&object["Key"]), String::from_utf8(body).unwrap())
        })
        .collect();
    let [failed, succeeded, manifest] = &written[..] else { panic!("three objects: {written:?}") };
    assert_eq!(succeeded, &(format!("{folder}/SUCCEEDED_0.jsonl"), "7\n1\n2\n".to_owned()));
    let failures: Value = serde_json::from_str(&failed.1).unwrap();
    assert_eq!((&failures[0]["Status"], &failures[0]["Input"]), (&json!("FAILED"), &json!("2")));
    assert_eq!(failures[0]["RedriveStatus"], "REDRIVABLE_BY_MAP_RUN");
    let manifest: Value = serde_json::from_str(&manifest.1).unwrap();
    assert_eq!(
        manifest,
        json!({"DestinationBucket": "results", "MapRunArn": run, "ResultFiles": {
            "FAILED": [{"Key": format!("{folder}/FAILED_0.json"), "Size": failed.1.len()}],
            "PENDING": [],
            "SUCCEEDED": [{"Key": format!("{folder}/SUCCEEDED_0.jsonl"), "Size": 6}],
        }})
    );
}

#[tokio::test]
async fn outputs_are_told_as_the_writer_says_where_nothing_is_exported() {
    let stack = Stack::in_memory(vec![lambda(json!([1, 2]))]);
    for (transformation, expected) in [("COMPACT", "[[1,2],[1,2]]"), ("FLATTEN", "[1,2,1,2]")] {
        let writer = json!({"ResultWriter": {"WriterConfig": {"Transformation": transformation}}});
        let machine = stack.machine(transformation, "STANDARD", &calls("EXPRESS", writer)).await;
        let execution = stack.start(&machine, &json!([1, 2])).await;
        assert_eq!(stack.ended(&execution).await["output"], expected);
    }
    let writer = json!({"ResultWriter": {"WriterConfig": {"Transformation": "NONE"}}});
    let machine = stack.machine("whole", "STANDARD", &calls("STANDARD", writer)).await;
    let execution = stack.start(&machine, &json!([1])).await;
    let output: Value = serde_json::from_str(&text(&stack.ended(&execution).await["output"])).unwrap();
    assert_eq!((&output[0]["Status"], &output[0]["Output"]), (&json!("SUCCEEDED"), &json!("[1,2]")));
}
