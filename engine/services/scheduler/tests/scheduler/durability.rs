//! What a stop or a crash leaves to do.

use serde_json::json;
use service::ServiceError;
use store::Location;

use crate::engine::{MINUTE, engine_in, function, settle, target, until, with};

#[tokio::test]
async fn each_moment_that_passed_while_the_engine_was_stopped_is_invoked_for_once() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let echo = with(function(), json!({"Input": r#"{"time":"<aws.scheduler.scheduled-time>"}"#}));
    let engine = engine_in(&location, "2026-11-21T08:00:30Z");
    engine.create("cron(0 * * * ? *)", echo.clone(), json!({})).await;
    engine.create("at(2026-11-21T10:30:00)", echo, json!({"Name": "once"})).await;
    assert_eq!(engine.times("2026-11-21T09:00:00Z", 1).await, ["2026-11-21T09:00:00Z"]);
    engine.idle().await;
    engine.stop().await;

    let engine = engine_in(&location, "2026-11-21T11:45:00Z");
    let mut missed = engine.times("2026-11-21T11:45:00Z", 3).await;
    missed.sort();
    assert_eq!(missed, ["2026-11-21T10:00:00Z", "2026-11-21T10:30:00Z", "2026-11-21T11:00:00Z"]);
    engine.idle().await;
    let stopped = engine.stop().await.to_rfc3339_seconds();

    let engine = engine_in(&location, &stopped);
    assert_eq!(engine.times("2026-11-21T12:00:00Z", 1).await, ["2026-11-21T12:00:00Z"], "what is done stays done");
}

#[tokio::test]
async fn an_invocation_that_failed_before_a_stop_is_retried_after_it_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let engine = engine_in(&location, "2026-11-21T08:00:00Z");
    engine.states.answer([Err(ServiceError::server("InternalServerException", "down"))]);
    let machine = target("arn:aws:states:us-east-1:000000000000:stateMachine:m");
    engine.create("at(2026-11-21T09:00:00)", machine, json!({"ActionAfterCompletion": "DELETE"})).await;
    engine.clock.advance(60 * MINUTE);
    let first = engine.states.inputs(1).await[0]["name"].clone();
    settle().await;
    engine.stop().await;

    let engine = engine_in(&location, "2026-11-21T09:05:00Z");
    assert_eq!(engine.states.inputs(1).await[0]["name"], first);
    engine.idle().await;
    let gone = engine.refusal("GetSchedule", json!({"Name": "s"})).await;
    assert_eq!(gone.message, "Schedule s does not exist.");
}

#[tokio::test]
async fn a_schedule_that_is_deleted_is_not_due_but_what_was_due_before_goes_on() {
    let engine = engine_in(&Location::Memory, "2026-11-21T08:00:00Z");
    engine.lambda.answer([Err(ServiceError::server("ServiceException", "down"))]);
    engine.create("rate(1 hour)", function(), json!({})).await;
    engine.lambda.inputs(1).await;
    engine.call("DeleteSchedule", json!({"Name": "s"})).await;
    settle().await;
    engine.clock.advance(MINUTE);
    engine.lambda.inputs(2).await;
    engine.idle().await;
    engine.clock.advance(180 * MINUTE);
    settle().await;
    assert_eq!(engine.lambda.inputs(2).await.len(), 2);
}

#[tokio::test]
async fn more_moments_than_fit_into_memory_are_all_invoked_for() {
    let engine = engine_in(&Location::Memory, "2026-11-20T00:00:30Z");
    engine.create("cron(* * * * ? *)", function(), json!({})).await;
    engine.clock.advance(24 * 60 * MINUTE);
    assert_eq!(engine.lambda.inputs(1_440).await.len(), 1_440);
    until("all of them to be done", async || engine.invocations().await == 0).await;
}
