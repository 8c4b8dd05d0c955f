//! What Task states send to services, and what they make of the answers.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use service::ServiceError;
use support::{Double, ROLE, Stack, lambda, one_state, text};

/// Runs a machine of one Task state to its end.
async fn run(doubles: Vec<Arc<Double>>, resource: &str, parameters: Value) -> (Stack, String, Value) {
    let stack = Stack::in_memory(doubles);
    let definition = one_state(json!({"Type": "Task", "Resource": resource, "Parameters": parameters}));
    let machine = stack.machine("m", "STANDARD", &definition).await;
    let execution = stack.start(&machine, &json!({})).await;
    let ended = stack.ended(&execution).await;
    (stack, execution, ended)
}

fn output(ended: &Value) -> Value {
    serde_json::from_str(&text(&ended["output"])).unwrap()
}

#[tokio::test]
async fn lambda_invoke_answers_the_payload_in_the_envelope_of_the_sdk() {
    let function = lambda(json!({"é": [1, 2.0]}));
    let parameters = json!({"FunctionName": "f", "Payload": [1]});
    let (_stack, _, ended) = run(vec![function.clone()], "arn:aws:states:::lambda:invoke", parameters).await;
    let output = output(&ended);
    let members: Vec<&String> = output.as_object().unwrap().keys().collect();
    assert_eq!(members, ["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]);
    assert_eq!(output["Payload"], json!({"é": [1, 2.0]}));
    let metadata = &output["SdkHttpMetadata"];
    assert_eq!(metadata["HttpHeaders"]["Content-Length"], "14");
    assert_eq!(metadata["AllHttpHeaders"]["Date"], json!(["Sat, 21 Nov 2026 08:00:00 GMT"]));
    assert_eq!(function.calls()[0].1["Payload"], json!([1]));
}

#[tokio::test]
async fn what_lambda_only_accepts_has_no_version_and_a_log_is_told() {
    for (answer, told) in [
        (json!({"StatusCode": 202}), json!({"StatusCode": 202})),
        (
            json!({"StatusCode": 200, "ExecutedVersion": "$LATEST", "LogResult": "bG9n", "Payload": 1}),
            json!({"StatusCode": 200, "ExecutedVersion": "$LATEST", "LogResult": "bG9n", "Payload": 1}),
        ),
    ] {
        let function = Double::of("lambda", &["Invoke"], answer);
        let (_stack, _, ended) =
            run(vec![function], "arn:aws:states:::lambda:invoke", json!({"FunctionName": "f"})).await;
        let mut output = output(&ended);
        output.as_object_mut().unwrap().retain(|name, _| !name.starts_with("Sdk"));
        assert_eq!(output, told);
    }
}

#[tokio::test]
async fn the_payload_of_lambda_invoke_is_bytes_where_it_is_text_and_none_where_it_is_null() {
    for (given, event) in [
        (json!({"FunctionName": "f", "Payload": "\"text\""}), json!("text")),
        (json!({"FunctionName": "f", "Payload": "true"}), json!(true)),
        (json!({"FunctionName": "f", "Payload": null}), json!({})),
        (json!({"FunctionName": "f"}), json!({})),
    ] {
        let function = lambda(json!(null));
        run(vec![function.clone()], "arn:aws:states:::lambda:invoke", given).await;
        assert_eq!(function.calls()[0].1["Payload"], event);
    }
    let parameters = json!({"FunctionName": "f", "Payload": "no JSON"});
    let (_stack, _, ended) = run(vec![lambda(json!(null))], "arn:aws:states:::lambda:invoke", parameters).await;
    assert_eq!(ended["error"], "Lambda.InvalidRequestContentException", "{ended}");
}

#[tokio::test]
async fn a_functions_own_arn_fails_with_the_error_to_the_letter() {
    let function = lambda(json!(null));
    function.then(Ok(json!({
        "StatusCode": 200,
        "FunctionError": "Unhandled",
        "Payload": {"errorMessage": "", "errorType": "Late"},
        "PayloadText": r#"{"errorMessage": "", "errorType": "Late"}"#,
    })));
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let (_stack, _, ended) = run(vec![function], arn, json!({})).await;
    assert_eq!(ended["error"], "Late");
    assert_eq!(ended["cause"], r#"{"errorMessage": "", "errorType": "Late"}"#);
}

#[tokio::test]
async fn an_error_of_the_function_keeps_the_name_it_gave() {
    let function = lambda(json!(null));
    function.then(Ok(json!({
        "StatusCode": 200,
        "FunctionError": "Unhandled",
        "Payload": {"errorMessage": "too long", "errorType": "Todo.TitleTooLong"},
    })));
    let parameters = json!({"FunctionName": "f"});
    let (_stack, _, ended) = run(vec![function], "arn:aws:states:::lambda:invoke", parameters).await;
    assert_eq!(ended["error"], "Todo.TitleTooLong");
    assert_eq!(ended["cause"], r#"{"errorMessage":"too long","errorType":"Todo.TitleTooLong"}"#);
}

#[tokio::test]
async fn errors_of_services_are_named_as_the_sdk_names_them() {
    let refused = |code: &str| Err(ServiceError::client(code, "no"));
    let cases = [
        (
            "arn:aws:states:::dynamodb:putItem",
            "ConditionalCheckFailedException",
            "DynamoDB.ConditionalCheckFailedException",
        ),
        ("arn:aws:states:::dynamodb:putItem", "ValidationException", "DynamoDB.AmazonDynamoDBException"),
        (
            "arn:aws:states:::aws-sdk:dynamodb:putItem",
            "ResourceNotFoundException",
            "DynamoDb.ResourceNotFoundException",
        ),
        ("arn:aws:states:::aws-sdk:dynamodb:putItem", "ValidationException", "DynamoDb.DynamoDbException"),
    ];
    for (resource, code, error) in cases {
        let table = Double::of("dynamodb", &["PutItem"], json!({}));
        table.then(refused(code));
        let (_stack, _, ended) = run(vec![table], resource, json!({"TableName": "t", "Item": {}})).await;
        assert_eq!(ended["error"], error, "{resource}");
        let cause = text(&ended["cause"]);
        assert!(cause.starts_with("no (Service: "), "{cause}");
    }
}

#[tokio::test]
async fn messages_and_details_that_are_json_are_sent_as_text() {
    let queue = Double::of("sqs", &["SendMessage"], json!({"MD5OfMessageBody": "5", "MessageId": "m"}));
    let parameters = json!({"QueueUrl": "q", "MessageBody": {"b": 1, "a": 2}});
    let (_stack, _, ended) = run(vec![queue.clone()], "arn:aws:states:::sqs:sendMessage", parameters).await;
    assert_eq!(queue.calls()[0].1["MessageBody"], r#"{"b":1,"a":2}"#);
    assert_eq!(output(&ended)["MessageId"], "m");

    let bus = Double::of(
        "events",
        &["PutEvents", "PutServiceEvents"],
        json!({"Entries": [{"EventId": "e"}], "FailedEntryCount": 0}),
    );
    let parameters = json!({"Entries": [{"Source": "s", "DetailType": "d", "Detail": {"x": 1}}]});
    let (_stack, execution, _) = run(vec![bus.clone()], "arn:aws:states:::events:putEvents", parameters).await;
    let put =
        bus.calls().into_iter().map(|(_, input)| input["Entries"][0].clone()).find(|entry| entry["Source"] == "s");
    let put = put.unwrap();
    assert_eq!(put["Detail"], r#"{"x":1}"#);
    assert_eq!(put["Resources"][1], json!(execution));
}

#[tokio::test]
async fn a_notification_is_published_and_answered_with_the_length_of_its_xml() {
    let id = "11112222-3333-4444-5555-666677778888";
    let topic = Double::of("sns", &["Publish"], json!({"MessageId": id}));
    let parameters = json!({"TopicArn": "t", "Message": {"b": 1, "a": 2}});
    let (_stack, _, ended) = run(vec![topic.clone()], "arn:aws:states:::sns:publish", parameters.clone()).await;
    assert_eq!(topic.calls()[0].1["Message"], r#"{"b":1,"a":2}"#);
    let published = output(&ended);
    assert_eq!(published["MessageId"], id);
    assert_eq!(published["SdkHttpMetadata"]["HttpHeaders"]["Content-Length"], "294");

    topic.then(Ok(json!({"MessageId": id, "SequenceNumber": "10000000000000000000"})));
    let (_stack, _, ended) = run(vec![topic.clone()], "arn:aws:states:::sns:publish", parameters.clone()).await;
    assert_eq!(output(&ended)["SdkHttpMetadata"]["HttpHeaders"]["Content-Length"], "352");

    for (code, error) in [
        ("NotFound", "SNS.NotFoundException"),
        ("ParameterValueInvalid", "SNS.InvalidParameterValueException"),
        ("ValidationError", "SNS.AmazonSNSException"),
    ] {
        topic.then(Err(ServiceError::client(code, "no")));
        let (_stack, _, ended) = run(vec![topic.clone()], "arn:aws:states:::sns:publish", parameters.clone()).await;
        assert_eq!(ended["error"], error);
    }
}

#[tokio::test]
async fn one_refused_event_fails_the_task() {
    let refusal = json!({"Entries": [{"EventId": "e"}, {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}], "FailedEntryCount": 1});
    let bus = Double::of("events", &["PutEvents", "PutServiceEvents"], refusal.clone());
    let (_stack, _, ended) =
        run(vec![bus], "arn:aws:states:::events:putEvents", json!({"Entries": [{"Detail": "{}"}]})).await;
    assert_eq!((&ended["error"], &ended["cause"]), (&json!("EventBridge.FailedEntry"), &json!(refusal.to_string())));
}

#[tokio::test]
async fn a_childs_failure_is_the_parents() {
    let stack = Stack::in_memory(vec![]);
    let child = one_state(json!({"Type": "Fail", "Error": "Boom", "Cause": "because"}));
    let child = stack.machine("child", "STANDARD", &child).await;
    let parent = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync",
        "Parameters": {"StateMachineArn": child, "Name": "kid", "Input": null},
    }));
    let parent = stack.machine("parent", "STANDARD", &parent).await;
    let execution = stack.start(&parent, &json!({})).await;
    let ended = stack.ended(&execution).await;
    assert_eq!(ended["error"], "States.TaskFailed");
    let cause: Value = serde_json::from_str(&text(&ended["cause"])).unwrap();
    assert_eq!((&cause["Cause"], &cause["Error"], &cause["Input"]), (&json!("because"), &json!("Boom"), &json!("{}")));
    assert_eq!(cause["StartDate"], json!(support::start().as_millis()));
}

#[tokio::test]
async fn a_task_that_waits_for_a_child_is_ended_by_its_token_too() {
    let stack = Stack::in_memory(vec![]);
    let child = stack.machine("child", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 60}))).await;
    let parent = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync",
        "Parameters": {"StateMachineArn": child, "Name": "kid", "Input": {"token.$": "$$.Task.Token"}},
    }));
    let parent = stack.machine("parent", "STANDARD", &parent).await;
    let execution = stack.start(&parent, &json!({})).await;
    stack.reaches(&execution, "TaskSubmitted").await;
    let child = child.replace(":stateMachine:", ":execution:") + ":kid";
    let described = stack.call("DescribeExecution", json!({"executionArn": child})).await;
    let given: Value = serde_json::from_str(&text(&described["input"])).unwrap();
    stack.call("SendTaskSuccess", json!({"taskToken": given["token"], "output": "7"})).await;
    assert_eq!(stack.ended(&execution).await["output"], "7");
    assert_eq!(stack.call("DescribeExecution", json!({"executionArn": child})).await["status"], "RUNNING");
}

#[tokio::test]
async fn any_operation_of_the_engines_services_can_be_called() {
    let (_stack, _, ended) =
        run(vec![], "arn:aws:states:::aws-sdk:sfn:createActivity", json!({"Name": "made-by-a-machine"})).await;
    let output = output(&ended);
    assert_eq!(output["ActivityArn"], "arn:aws:states:us-east-1:000000000000:activity:made-by-a-machine");
    assert_eq!(output["CreationDate"], "2026-11-21T08:00:00Z");
}

#[tokio::test]
async fn status_changes_reach_the_default_bus_in_order_and_after_failures() {
    let bus = Double::of("events", &["PutEvents", "PutServiceEvents"], json!({"Entries": [], "FailedEntryCount": 0}));
    bus.then(Err(ServiceError::server("InternalFailure", "not now")));
    let stack = Stack::in_memory(vec![bus.clone()]);
    let machine = stack.machine("m", "STANDARD", &one_state(json!({"Type": "Pass"}))).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.ended(&execution).await;
    bus.called(1).await;
    stack.advance_to_next_wake().await;
    let statuses = support::within(async {
        let mut times = 2;
        loop {
            let calls = bus.called(times).await;
            let entries = calls[1..].iter().flat_map(|(_, input)| input["Entries"].as_array().cloned().unwrap());
            let statuses: Vec<String> = entries
                .map(|entry| serde_json::from_str::<Value>(&text(&entry["Detail"])).unwrap())
                .map(|detail| text(&detail["status"]))
                .collect();
            if statuses.len() >= 2 {
                return statuses;
            }
            times += 1;
        }
    })
    .await;
    assert_eq!(statuses, ["RUNNING", "SUCCEEDED"]);
}

#[tokio::test]
async fn stopping_a_parent_stops_the_child_it_waits_for() {
    let stack = Stack::in_memory(vec![]);
    let child = stack.machine("child", "STANDARD", &one_state(json!({"Type": "Wait", "Seconds": 3600}))).await;
    let parent = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Name": "kid"},
    }));
    let parent = stack.machine("parent", "STANDARD", &parent).await;
    let execution = stack.start(&parent, &json!({})).await;
    stack.reaches(&execution, "TaskSubmitted").await;
    stack.call("StopExecution", json!({"executionArn": execution})).await;
    let kid = "arn:aws:states:us-east-1:000000000000:execution:child:kid";
    assert_eq!(stack.ended(kid).await["status"], "ABORTED");
}

#[tokio::test]
async fn the_answer_of_a_started_child_is_as_long_as_awss_to_the_digit_of_the_moment() {
    let stack = Stack::in_memory(vec![]);
    let child = stack.machine("child", "STANDARD", &one_state(json!({"Type": "Succeed"}))).await;
    let starts = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": child, "Name.$": "$.name"},
    }));
    let parent = stack.machine("parent", "STANDARD", &starts).await;
    let arn = |name| format!("arn:aws:states:us-east-1:000000000000:execution:child:{name}");
    for (name, later, moment) in [("a", 0, "1.795248E9"), ("b", 120, "1.79524800012E9"), ("c", 3, "1.795248000123E9")] {
        stack.clock.advance(Duration::from_millis(later));
        let ended = stack.ended(&stack.start(&parent, &json!({"name": name})).await).await;
        let answer = format!(r#"{{"executionArn":"{}","startDate":{moment}}}"#, arn(name));
        let headers = &output(&ended)["SdkHttpMetadata"]["HttpHeaders"];
        assert_eq!(headers["Content-Length"], answer.len().to_string());
    }
}

/// A job of MediaConvert with this status.
fn job(status: &str) -> Value {
    let arn = "arn:aws:mediaconvert:us-east-1:000000000000:jobs/1-a";
    json!({"Job": {"Arn": arn, "Id": "1-a", "Status": status}})
}

#[tokio::test]
async fn a_job_of_mediaconvert_is_created_or_refused_as_the_sdk_names_it() {
    let mediaconvert = Double::of("mediaconvert", &["CreateJob"], job("SUBMITTED"));
    let resource = "arn:aws:states:::mediaconvert:createJob";
    let (_stack, _, ended) = run(vec![mediaconvert.clone()], resource, json!({"Role": "r", "Settings": {}})).await;
    assert_eq!(mediaconvert.calls()[0].1, json!({"Role": "r", "Settings": {}}));
    let answered = output(&ended);
    assert_eq!((&answered["Job"]["Id"], &answered["SdkHttpMetadata"]["HttpStatusCode"]), (&json!("1-a"), &json!(201)));
    mediaconvert.then(Err(ServiceError::client("BadRequestException", "/inputs: is a required property")));
    let (_stack, _, ended) = run(vec![mediaconvert], resource, json!({"Role": "r", "Settings": {}})).await;
    assert_eq!(ended["error"], "MediaConvert.BadRequestException");
}

#[tokio::test]
async fn a_task_waits_for_its_job_and_ends_as_the_job_does() {
    for (status, ends) in [("COMPLETE", "SUCCEEDED"), ("ERROR", "FAILED"), ("CANCELED", "FAILED")] {
        let mediaconvert = Double::of("mediaconvert", &["CreateJob", "GetJob", "CancelJob"], job(status));
        let resource = "arn:aws:states:::mediaconvert:createJob.sync";
        let (_stack, _, ended) = run(vec![mediaconvert], resource, json!({"Role": "r", "Settings": {}})).await;
        assert_eq!(ended["status"], ends);
        match ends {
            "SUCCEEDED" => assert_eq!(output(&ended)["Job"]["Status"], status),
            _ => {
                assert_eq!(ended["error"], "States.TaskFailed");
                assert!(text(&ended["cause"]).contains(status), "{ended}");
            }
        }
    }
}

#[tokio::test]
async fn stopping_an_execution_cancels_the_job_it_waits_for() {
    let mediaconvert = Double::of("mediaconvert", &["CreateJob", "GetJob", "CancelJob"], job("PROGRESSING"));
    let stack = Stack::in_memory(vec![mediaconvert.clone()]);
    let resource = "arn:aws:states:::mediaconvert:createJob.sync";
    let task = json!({"Type": "Task", "Resource": resource, "Parameters": {"Role": "r", "Settings": {}}});
    let machine = stack.machine("m", "STANDARD", &one_state(task)).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.reaches(&execution, "TaskSubmitted").await;
    stack.call("StopExecution", json!({"executionArn": execution})).await;
    support::within(async {
        let mut times = 1;
        while !mediaconvert.called(times).await.iter().any(|(operation, _)| operation == "CancelJob") {
            times += 1;
        }
    })
    .await;
}

#[tokio::test]
async fn a_parameter_that_the_api_does_not_have_ends_the_execution_before_anything_is_scheduled() {
    let queue = Double::of("sqs", &["SendMessage"], json!({"MessageId": "m"}));
    let stack = Stack::in_memory(vec![queue.clone()]);
    // Without Parameters, the input is what is sent.
    let send = one_state(json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}));
    let machine = stack.machine("sends", "STANDARD", &send).await;
    let execution = stack.start(&machine, &json!({"QueueUrl": "q", "MessageBody": "b", "Foo": 1})).await;
    let ended = stack.ended(&execution).await;
    assert_eq!(ended["error"], "States.Runtime");
    let cause = text(&ended["cause"]);
    assert!(
        cause.ends_with(r#"could not be used to start the Task: [The field "Foo" is not supported by Step Functions]"#),
        "{cause}"
    );
    assert_eq!(stack.event_types(&execution).await, ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
    assert_eq!(queue.calls().len(), 0);
    let spelled_out = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl.$": "$.q", "MessageBody": "b", "Foo": 1},
    }));
    let create = json!({"name": "refused", "definition": spelled_out.to_string(), "roleArn": ROLE});
    assert_eq!(
        stack.error("CreateStateMachine", create).await.message,
        r#"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field "Foo" is not supported by Step Functions at /States/Only/Parameters'"#
    );
}
