//! When targets are invoked, and with what.

use serde_json::{Value, json};
use service::ServiceError;

use crate::engine::{MINUTE, engine, function, moment, settle, target, until, with};

fn echo() -> Value {
    with(function(), json!({"Input": r#"{"time":"<aws.scheduler.scheduled-time>"}"#}))
}

#[tokio::test]
async fn a_schedule_keeps_to_local_time_when_clocks_are_put_forward() {
    let engine = engine("2026-03-28T00:00:00Z");
    engine.create("cron(0 9 * * ? *)", echo(), json!({"ScheduleExpressionTimezone": "Europe/Berlin"})).await;
    let times = engine.times("2026-03-30T12:00:00Z", 3).await;
    assert_eq!(times, ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]);
}

#[tokio::test]
async fn a_local_time_that_is_missing_is_skipped_and_one_that_comes_twice_is_invoked_for_once() {
    let spring = engine("2026-03-07T12:00:00Z");
    let new_york = json!({"ScheduleExpressionTimezone": "America/New_York"});
    spring.create("cron(30 2 * * ? *)", echo(), new_york.clone()).await;
    assert_eq!(spring.times("2026-03-09T12:00:00Z", 1).await, ["2026-03-09T06:30:00Z"], "not on the 8th");
    let autumn = engine("2026-10-31T12:00:00Z");
    autumn.create("cron(30 1 * * ? *)", echo(), new_york).await;
    assert_eq!(autumn.times("2026-11-01T05:30:00Z", 1).await, ["2026-11-01T05:30:00Z"]);
    autumn.clock.advance_to(moment("2026-11-01T06:45:00Z"));
    let both = autumn.times("2026-11-02T07:00:00Z", 2).await;
    assert_eq!(both[1], "2026-11-02T06:30:00Z", "not at the second 01:30");
}

#[tokio::test]
async fn a_rate_is_due_at_once_and_ends_with_its_end_date() {
    let engine = engine("2026-11-21T08:00:30Z");
    engine.create("rate(2 hours)", echo(), json!({"EndDate": "2026-11-21T12:00:30Z"})).await;
    assert_eq!(engine.times("2026-11-21T08:00:30Z", 1).await, ["2026-11-21T08:00:30Z"]);
    let times = engine.times("2026-11-22T08:00:00Z", 3).await;
    assert_eq!(times[1..], ["2026-11-21T10:00:30Z", "2026-11-21T12:00:30Z"]);
    engine.idle().await;
    assert_eq!(engine.lambda.inputs(3).await.len(), 3);
}

#[tokio::test]
async fn a_disabled_schedule_is_not_due_until_it_is_updated() {
    let engine = engine("2026-11-21T08:00:00Z");
    engine.create("cron(0 * * * ? *)", echo(), json!({"State": "DISABLED"})).await;
    engine.clock.advance(90 * MINUTE);
    let enabled = crate::engine::schedule("cron(0 * * * ? *)", echo(), json!({}));
    engine.call("UpdateSchedule", enabled).await;
    assert_eq!(engine.times("2026-11-21T10:00:00Z", 1).await, ["2026-11-21T10:00:00Z"]);
}

#[tokio::test]
async fn a_flexible_window_delays_an_invocation_but_not_its_scheduled_time() {
    let engine = engine("2026-11-21T08:00:00Z");
    let window = json!({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60}});
    engine.create("at(2026-11-21T09:00:00)", echo(), window).await;
    engine.clock.advance_to(moment("2026-11-21T09:00:00Z"));
    until("the invocation to be written", async || engine.invocations().await == 1).await;
    settle().await;
    assert!(engine.lambda.calls.lock().unwrap().is_empty(), "its place in the window is a later one");
    assert_eq!(engine.times("2026-11-21T10:00:00Z", 1).await, ["2026-11-21T09:00:00Z"]);
}

#[tokio::test]
async fn a_schedule_that_is_complete_is_deleted_when_it_asks_for_that() {
    let engine = engine("2026-11-21T08:00:00Z");
    engine.create("at(2026-11-21T09:00:00)", echo(), json!({"ActionAfterCompletion": "DELETE"})).await;
    engine.create("at(2026-11-21T09:00:00)", echo(), json!({"Name": "kept"})).await;
    engine.times("2026-11-21T09:00:00Z", 2).await;
    engine.idle().await;
    let listed = engine.call("ListSchedules", json!({})).await;
    let names: Vec<&str> = listed["Schedules"].as_array().unwrap().iter().filter_map(|s| s["Name"].as_str()).collect();
    assert_eq!(names, ["kept"]);
}

#[tokio::test]
async fn each_kind_of_target_is_called_by_its_own_operation() {
    let engine = engine("2026-11-21T08:00:00Z");
    let at = "at(2026-11-21T09:00:00)";
    engine.create(at, function(), json!({"Name": "plain"})).await;
    let machine = target("arn:aws:states:us-east-1:000000000000:stateMachine:m");
    let input = r#"{"arn":"<aws.scheduler.schedule-arn>","n":"<aws.scheduler.attempt-number>"}"#;
    engine.create(at, with(machine, json!({"Input": input})), json!({"Name": "machine"})).await;
    engine.sqs("CreateQueue", json!({"QueueName": "q"})).await;
    let queue = with(target("arn:aws:sqs:us-east-1:000000000000:q"), json!({"Input": "plain text"}));
    engine.create(at, queue, json!({"Name": "queue"})).await;
    let parameters = json!({"EventBridgeParameters": {"DetailType": "t", "Source": "mine"}, "Input": "{\"a\":1}"});
    let bus = with(target("arn:aws:events:us-east-1:000000000000:event-bus/b"), parameters);
    engine.create(at, bus, json!({"Name": "bus"})).await;
    let start = r#"{"StateMachineArn":"m","Input":"{}"}"#;
    let universal = with(target("arn:aws:scheduler:::aws-sdk:sfn:startExecution"), json!({"Input": start}));
    engine.create(at, universal, json!({"Name": "universal"})).await;
    engine.clock.advance(60 * MINUTE);

    let invoke = &engine.lambda.inputs(1).await[0];
    assert_eq!((&invoke["InvocationType"], &invoke["FunctionName"]), (&json!("Event"), &function()["Arn"]));
    let notification = json!({
        "version": "0", "id": invoke["Payload"]["id"], "detail-type": "Scheduled Event", "source": "aws.scheduler",
        "account": "000000000000", "time": "2026-11-21T09:00:00Z", "region": "us-east-1",
        "resources": ["arn:aws:scheduler:us-east-1:000000000000:schedule/default/plain"], "detail": "{}",
    });
    assert_eq!(invoke["Payload"], notification);
    let mut starts = engine.states.inputs(2).await;
    starts.sort_by_key(|start| start["stateMachineArn"].to_string());
    let arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/machine";
    assert_eq!(starts[0]["input"], format!(r#"{{"arn":"{arn}","n":"1"}}"#));
    assert_eq!((&starts[1]["stateMachineArn"], &starts[1]["input"]), (&json!("m"), &json!("{}")));
    assert!(starts[1]["name"].is_string(), "an execution is named, so that it is started once");
    assert_eq!(engine.receive("q").await["Body"], "plain text");
    let entry = &engine.events.inputs(1).await[0]["Entries"][0];
    assert_eq!(
        (&entry["Detail"], &entry["Source"], &entry["DetailType"]),
        (&json!("{\"a\":1}"), &json!("mine"), &json!("t"))
    );
}

#[tokio::test]
async fn topics_and_delivery_streams_are_templated_targets_and_services_of_the_stack_universal_ones() {
    let engine = engine("2026-11-21T08:00:00Z");
    let at = "at(2026-11-21T09:00:00)";
    let input = |arn: &str, input: &str| with(target(arn), json!({"Input": input}));
    let topic = "arn:aws:sns:us-east-1:000000000000:t";
    engine.create(at, input(topic, "plain"), json!({"Name": "topic"})).await;
    let stream = "arn:aws:firehose:us-east-1:000000000000:deliverystream/d";
    engine.create(at, input(stream, "{}"), json!({"Name": "stream"})).await;
    let put = r#"{"Bucket":"b","Key":"k","Body":"text"}"#;
    engine.create(at, input("arn:aws:scheduler:::aws-sdk:s3:putObject", put), json!({"Name": "object"})).await;
    engine.clock.advance(60 * MINUTE);
    assert_eq!(engine.others["sns"].inputs(1).await, [json!({"TopicArn": topic, "Message": "plain"})]);
    let record = json!({"DeliveryStreamName": "d", "Record": {"Data": "e30="}});
    assert_eq!(engine.others["firehose"].inputs(1).await, [record]);
    assert_eq!(engine.others["s3"].inputs(1).await, [json!({"Bucket": "b", "Key": "k", "Body": "dGV4dA=="})]);
}

#[tokio::test]
async fn a_fault_is_retried_under_the_same_name_and_then_goes_to_the_dead_letter_queue() {
    let engine = engine("2026-11-21T08:00:00Z");
    engine.sqs("CreateQueue", json!({"QueueName": "dead"})).await;
    let machine = with(
        target("arn:aws:states:us-east-1:000000000000:stateMachine:m"),
        json!({
            "Input": r#"{"id":"<aws.scheduler.execution-id>"}"#,
            "RetryPolicy": {"MaximumRetryAttempts": 2},
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead"},
        }),
    );
    let fault = || Err(ServiceError::server("InternalServerException", "down"));
    engine.states.answer([fault(), fault(), fault()]);
    engine.create("at(2026-11-21T09:00:00)", machine.clone(), json!({})).await;
    engine.clock.advance(60 * MINUTE);
    for attempt in 1..=3 {
        engine.states.inputs(attempt).await;
        settle().await;
        engine.clock.advance(MINUTE);
    }
    let letter = engine.receive("dead").await;
    let starts = engine.states.inputs(3).await;
    assert!(starts.iter().all(|start| start["name"] == starts[0]["name"] && start["input"] == starts[0]["input"]));
    assert_eq!(serde_json::from_str::<Value>(letter["Body"].as_str().unwrap()).unwrap(), starts[0]);
    let attribute = |name: &str| letter["MessageAttributes"][name]["StringValue"].as_str().unwrap_or_default();
    assert_eq!((attribute("ERROR_CODE"), attribute("ERROR_MESSAGE")), ("InternalServerException", "down"));
    assert_eq!((attribute("EXHAUSTED_RETRY_CONDITION"), attribute("RETRY_ATTEMPTS")), ("MaximumRetryAttempts", "2"));
    assert_eq!(attribute("SCHEDULE_ARN"), "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s");
    assert_eq!(
        (attribute("SCHEDULED_TIME"), attribute("TARGET_ARN")),
        ("2026-11-21T09:00:00Z", machine["Arn"].as_str().unwrap())
    );
    assert_eq!(attribute("EXECUTION_ID").len(), 16);
    engine.idle().await;
}

#[tokio::test]
async fn an_execution_that_an_earlier_attempt_started_is_no_failure() {
    let engine = engine("2026-11-21T08:00:00Z");
    let exists = ServiceError::client("ExecutionAlreadyExists", "Execution Already Exists");
    engine.states.answer([Err(ServiceError::server("InternalServerException", "lost")), Err(exists)]);
    let machine = target("arn:aws:states:us-east-1:000000000000:stateMachine:m");
    engine.create("at(2026-11-21T09:00:00)", machine, json!({})).await;
    engine.clock.advance(60 * MINUTE);
    engine.states.inputs(1).await;
    settle().await;
    engine.clock.advance(MINUTE);
    engine.states.inputs(2).await;
    engine.idle().await;
}
