//! What a pipe tells of its executions.

use serde_json::{Value, json};

use crate::doubles::{BUS, Engine, FUNCTION, refused};

const GROUP: &str = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/pipes/p";

fn logging(level: &str, rest: Value) -> Value {
    let mut input = json!({
        "Target": BUS,
        "LogConfiguration": {"Level": level, "CloudwatchLogsLogDestination": {"LogGroupArn": GROUP}},
    });
    for (name, member) in rest.as_object().unwrap() {
        input[name] = member.clone();
    }
    input
}

/// The records of the log, once there are so many.
async fn records(engine: &Engine, count: usize) -> Vec<Value> {
    let mut records = Vec::new();
    let mut puts = 0;
    while records.len() < count {
        puts += 1;
        let put = engine.world.called("logs:PutLogEvents", puts).await[puts - 1].clone();
        assert_eq!((&put["logGroupName"], &put["logStreamName"]), (&json!("/aws/vendedlogs/pipes/p"), &json!("p")));
        let events = put["logEvents"].as_array().unwrap().clone();
        records.extend(
            events.iter().map(|event| serde_json::from_str::<Value>(event["message"].as_str().unwrap()).unwrap()),
        );
    }
    records
}

fn steps(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["messageType"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_step_of_an_execution_is_a_record_at_the_level_trace() {
    let engine = Engine::new();
    engine.world.write(1, json!({"id": {"S": "1"}}));
    let event = json!({"id": 1});
    engine.world.answer("lambda:Invoke", [Ok(json!({"StatusCode": 200, "Payload": [event]}))]);
    let mut pipe = logging("TRACE", json!({"Enrichment": FUNCTION, "TargetParameters": {"InputTemplate": "<$>"}}));
    pipe["LogConfiguration"]["IncludeExecutionData"] = json!(["ALL"]);
    engine.pipe(json!({}), pipe).await;
    let records = records(&engine, 12).await;
    assert_eq!(
        steps(&records),
        [
            "ExecutionStarted",
            "EnrichmentStageEntered",
            "EnrichmentInvocationStarted",
            "EnrichmentInvocationSucceeded",
            "EnrichmentStageSucceeded",
            "TargetStageEntered",
            "TargetTransformationStarted",
            "TargetTransformationSucceeded",
            "TargetInvocationStarted",
            "TargetInvocationSucceeded",
            "TargetStageSucceeded",
            "ExecutionSucceeded",
        ]
    );
    assert_eq!(records[0]["resourceArn"], "arn:aws:pipes:us-east-1:000000000000:pipe/p");
    assert_eq!((&records[0]["logLevel"], &records[0]["timestamp"]), (&json!("INFO"), &json!(1_795_248_000_000_i64)));
    assert!(records.iter().all(|record| record["executionId"] == records[0]["executionId"]));
    assert_eq!(records[4]["payload"], json!([event]).to_string());
}

#[tokio::test]
async fn only_what_fails_is_told_at_the_level_error_with_the_reason() {
    let engine = Engine::new();
    engine.world.write(1, json!({"id": {"S": "1"}}));
    engine.world.write(2, json!({"id": {"S": "2"}}));
    engine.world.answer("events:PutEvents", [refused()]);
    engine.pipe(json!({"MaximumRetryAttempts": 0}), logging("ERROR", json!({}))).await;
    engine.world.called("events:PutEvents", 2).await;
    let records = records(&engine, 3).await;
    assert_eq!(steps(&records), ["TargetInvocationFailed", "TargetStageFailed", "ExecutionFailed"]);
    let error = &records[0]["error"];
    assert_eq!((&error["awsService"], &error["resourceArn"]), (&json!("events"), &json!(BUS)));
    assert_eq!(error["message"], "InvalidName: no");
    assert!(records[0].get("payload").is_none());
}

#[tokio::test]
async fn a_level_asks_for_a_destination_that_can_be_written_to() {
    let engine = Engine::new();
    for (configuration, says) in [
        (json!({"Level": "ERROR"}), "Must provide at least 1 log destination in LogConfiguration"),
        (json!({"Level": "ERROR", "S3LogDestination": {"BucketName": "b"}}), "logs of pipes to Firehose or S3"),
        (json!({"Level": "LOUD"}), "LOUD"),
    ] {
        let input = json!({
            "Name": "q", "RoleArn": "arn:aws:iam::000000000000:role/pipe", "Target": BUS,
            "Source": "arn:aws:sqs:us-east-1:000000000000:work", "LogConfiguration": configuration,
        });
        let refused = engine.call("CreatePipe", input).await.unwrap_err();
        assert!(refused.message.contains(says), "{}", refused.message);
    }
}
