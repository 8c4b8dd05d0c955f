//! Rules with a schedule.

use std::time::Duration;

use clock::Clock;
use serde_json::{Value, json};
use store::Location;

use crate::engine::{Engine, START, arn, body, engine, engine_in, settle};

const MINUTE: Duration = Duration::from_secs(60);

/// A scheduled rule on the default bus whose target is the queue `q`.
async fn scheduled(engine: &Engine, expression: &str) {
    // What was received once stays hidden for as long as a test's clock runs.
    let queue = json!({"QueueName": "q", "Attributes": {"VisibilityTimeout": "43200"}});
    engine.platform.services.call("sqs", "CreateQueue", queue).await.unwrap();
    let queue = arn("sqs", "q");
    engine.call("PutRule", json!({"Name": "r", "ScheduleExpression": expression})).await;
    engine.call("PutTargets", json!({"Rule": "r", "Targets": [{"Id": "t", "Arn": queue}]})).await;
}

/// The times of the events that come next, after the clock has moved on.
async fn times_after(engine: &Engine, duration: Duration) -> Vec<Value> {
    engine.clock.advance(duration);
    let messages = engine.receive("q", 1).await;
    settle().await;
    let mut times: Vec<Value> = messages.iter().map(|message| body(message)["time"].clone()).collect();
    if !engine.is_empty("q").await {
        times.extend(engine.receive("q", 1).await.iter().map(|message| body(message)["time"].clone()));
    }
    times
}

#[tokio::test]
async fn a_rate_is_due_for_the_first_time_one_step_after_the_rule_was_put() {
    let engine = engine();
    scheduled(&engine, "rate(1 minute)").await;
    engine.clock.advance(MINUTE);
    let event = body(&engine.receive("q", 1).await[0]);
    let expected = json!({
        "version": "0", "id": event["id"], "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "000000000000", "time": "2027-01-15T08:01:00Z", "region": "us-east-1",
        "resources": [arn("events", "rule/r")], "detail": {},
    });
    assert_eq!(event.to_string(), expected.to_string(), "in this order too");
    assert_eq!(times_after(&engine, MINUTE).await, ["2027-01-15T08:02:00Z"]);
    let rule = engine.call("DescribeRule", json!({"Name": "r"})).await;
    assert_eq!((&rule["ScheduleExpression"], &rule["State"]), (&json!("rate(1 minute)"), &json!("ENABLED")));
}

#[tokio::test]
async fn a_cron_rule_fires_at_its_minutes_and_no_other_rule_hears_of_it() {
    let engine = engine();
    scheduled(&engine, "cron(0/15 8 ? * FRI *)").await;
    let other = engine.queue("other").await;
    engine.rule("all", r#"{"source":[{"prefix":"aws"}]}"#, &other, json!({})).await;
    assert_eq!(times_after(&engine, 15 * MINUTE).await, ["2027-01-15T08:15:00Z"]);
    assert_eq!(times_after(&engine, 20 * MINUTE).await, ["2027-01-15T08:35:00Z"], "late by more than a minute");
    assert_eq!(times_after(&engine, 10 * MINUTE).await, ["2027-01-15T08:45:00Z"]);
    assert!(engine.is_empty("other").await);
}

#[tokio::test]
async fn a_disabled_rule_is_not_due_and_its_rate_is_counted_anew_when_it_is_enabled() {
    let engine = engine();
    scheduled(&engine, "rate(5 minutes)").await;
    engine.call("DisableRule", json!({"Name": "r"})).await;
    engine.clock.advance(7 * MINUTE);
    engine.call("EnableRule", json!({"Name": "r"})).await;
    assert_eq!(times_after(&engine, 5 * MINUTE).await, ["2027-01-15T08:12:00Z"]);
    // Neither a description nor enabling again has it counted anew; another expression does.
    engine.clock.advance(MINUTE);
    let again = json!({"Name": "r", "ScheduleExpression": "rate(5 minutes)", "Description": "d"});
    engine.call("PutRule", again).await;
    engine.call("EnableRule", json!({"Name": "r"})).await;
    assert_eq!(times_after(&engine, 4 * MINUTE).await, ["2027-01-15T08:17:00Z"]);
    engine.call("PutRule", json!({"Name": "r", "ScheduleExpression": "rate(2 minutes)"})).await;
    assert_eq!(times_after(&engine, 2 * MINUTE).await, ["2027-01-15T08:19:00Z"]);
}

#[tokio::test]
async fn what_was_due_while_the_engine_was_stopped_fires_once() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let engine = engine_in(&location, START);
    scheduled(&engine, "rate(10 minutes)").await;
    assert_eq!(times_after(&engine, 10 * MINUTE).await, ["2027-01-15T08:10:00Z"]);
    let stopped_at = engine.clock.now().as_millis();
    engine.platform.stop().await;
    drop(engine);

    let engine = engine_in(&location, stopped_at + 35 * 60_000);
    assert_eq!(times_after(&engine, Duration::ZERO).await, ["2027-01-15T08:45:00Z"], "08:20 to 08:40, told once");
    assert_eq!(times_after(&engine, 5 * MINUTE).await, ["2027-01-15T08:50:00Z"]);
    engine.platform.stop().await;
    drop(engine);

    let engine = engine_in(&location, stopped_at + 40 * 60_000);
    assert_eq!(times_after(&engine, 10 * MINUTE).await, ["2027-01-15T09:00:00Z"], "08:50 had fired");
}

#[tokio::test]
async fn a_rule_of_the_same_name_begins_anew() {
    let engine = engine();
    scheduled(&engine, "rate(1 hour)").await;
    engine.call("RemoveTargets", json!({"Rule": "r", "Ids": ["t"]})).await;
    engine.call("DeleteRule", json!({"Name": "r"})).await;
    engine.clock.advance(90 * MINUTE);
    scheduled(&engine, "cron(0 10 * * ? *)").await;
    assert_eq!(times_after(&engine, 30 * MINUTE).await, ["2027-01-15T10:00:00Z"]);
}

#[tokio::test]
async fn an_expression_that_is_none_is_refused_with_the_text_of_aws() {
    let engine = engine();
    for text in ["cron(INVALID)", "cron(0 1 * * * *)", "rate(1 minutes)", "rate(10 seconds)", "at(2027-01-15T09:00:00)"]
    {
        let refusal = engine.refusal("PutRule", json!({"Name": "x", "ScheduleExpression": text})).await;
        let expected = ("ValidationException".to_owned(), "Parameter ScheduleExpression is not valid.".to_owned());
        assert_eq!(refusal, expected, "{text}");
    }
    let neither = engine.refusal("PutRule", json!({"Name": "x"})).await;
    assert_eq!(neither.1, "Parameter(s) EventPattern or ScheduleExpression must be specified.");
}
