//! Pipes from DynamoDB streams, between doubles of the services they call.

use std::time::Duration;

use crate::doubles::{BUS, DEAD_LETTERS, Engine, FUNCTION, MACHINE, STREAM, World, refused};
use serde_json::{Value, json};
use service::ServiceError;
use store::Location;

fn remind() -> Value {
    json!({
        "Target": MACHINE,
        "TargetParameters": {
            "StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"},
            "InputTemplate": "{\"id\": <$.dynamodb.NewImage.id.S>}",
        },
    })
}

fn ids(starts: &[Value]) -> Vec<String> {
    let input = |start: &Value| serde_json::from_str::<Value>(start["input"].as_str().unwrap()).unwrap();
    let batch = |start: &Value| input(start).as_array().unwrap().clone();
    starts.iter().flat_map(batch).map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn todo(id: usize) -> Value {
    json!({"id": {"S": format!("todo-{id}")}})
}

#[tokio::test]
async fn records_that_a_filter_lets_through_start_executions_in_order() {
    let engine = Engine::new();
    let pattern = json!({"dynamodb": {"NewImage": {"due": {"S": [{"exists": true}]}}}}).to_string();
    let mut rest = remind();
    rest["SourceParameters"] = json!({"FilterCriteria": {"Filters": [{"Pattern": pattern}]}});
    for id in 0..20 {
        let mut image = todo(id);
        if id % 2 == 0 {
            image["due"] = json!({"S": "2026-11-22T08:00:00Z"});
        }
        engine.world.write(id, image);
    }
    engine.pipe(json!({}), rest).await;
    let starts = engine.world.called("states:StartExecution", 10).await;
    let expected: Vec<String> = (0..20).step_by(2).map(|id| format!("todo-{id}")).collect();
    assert_eq!(ids(&starts), expected);
    assert_eq!(starts[0]["stateMachineArn"], MACHINE);
}

#[tokio::test]
async fn a_nudge_is_enough_for_a_new_record() {
    let engine = Engine::new();
    engine.pipe(json!({}), remind()).await;
    engine.world.write(1, todo(1));
    // The clock stands still: only the nudge can tell.
    while engine.world.calls("states:StartExecution").is_empty() {
        engine.nudge();
        tokio::task::yield_now().await;
    }
    assert_eq!(ids(&engine.world.calls("states:StartExecution")), ["todo-1"]);
}

#[tokio::test]
async fn a_pipe_from_latest_leaves_older_records_alone() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    engine.pipe(json!({"StartingPosition": "LATEST"}), remind()).await;
    engine.world.write(2, todo(2));
    engine.pass(Duration::from_secs(1)).await;
    assert_eq!(ids(&engine.world.called("states:StartExecution", 1).await), ["todo-2"]);
}

#[tokio::test]
async fn enrichment_makes_the_events_that_the_bus_gets() {
    let engine = Engine::new();
    for id in 0..3 {
        engine.world.write(id, todo(id));
    }
    let event = |id: usize| json!({"detailType": "todo.created", "source": "sluicegate.todo", "detail": {"id": id}});
    engine.world.answer("lambda:Invoke", [Ok(json!({"StatusCode": 200, "Payload": [event(0), event(1), event(2)]}))]);
    let rest = json!({
        "Enrichment": FUNCTION,
        "Target": BUS,
        "TargetParameters": {
            "EventBridgeEventBusParameters": {"DetailType": "$.detailType", "Source": "$.source"},
            "InputTemplate": "<$.detail>",
        },
    });
    engine.pipe(json!({"BatchSize": 10}), rest).await;
    let puts = engine.world.called("events:PutEvents", 1).await;
    let entries = puts[0]["Entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(
        entries[1],
        json!({"EventBusName": BUS, "DetailType": "todo.created", "Source": "sluicegate.todo",
            "Detail": "{\"id\":1}", "Resources": []})
    );
    let invoked = engine.world.calls("lambda:Invoke");
    assert_eq!(invoked[0]["Payload"].as_array().unwrap().len(), 3);
    assert_eq!(invoked[0]["Payload"][0]["eventSourceARN"], STREAM);
}

#[tokio::test]
async fn an_enrichment_that_answers_nothing_ends_the_batch() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    engine.world.write(2, todo(2));
    let payload = |payload: Value| Ok(json!({"StatusCode": 200, "Payload": payload}));
    let event = json!({"detail": {"id": 2}});
    engine.world.answer("lambda:Invoke", [payload(json!([])), payload(json!([event]))]);
    engine.pipe(json!({}), json!({"Enrichment": FUNCTION, "Target": BUS})).await;
    let puts = engine.world.called("events:PutEvents", 1).await;
    assert_eq!(engine.world.calls("lambda:Invoke").len(), 2);
    assert_eq!(puts.len(), 1);
    let entry = &puts[0]["Entries"][0];
    assert_eq!(entry["Detail"], event.to_string());
    assert_eq!((&entry["Source"], &entry["DetailType"]), (&json!("Pipe p"), &json!("Event from aws:dynamodb")));
}

#[tokio::test]
async fn a_record_that_goes_on_failing_is_told_to_the_dead_letter_queue_and_passed_over() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    engine.world.write(2, todo(2));
    engine.world.answer("states:StartExecution", [refused(), refused(), refused()]);
    let policy = json!({"MaximumRetryAttempts": 2, "DeadLetterConfig": {"Arn": DEAD_LETTERS}});
    engine.pipe(policy, remind()).await;
    for (failures, pause) in [(1, 100), (2, 200)] {
        engine.world.called("states:StartExecution", failures).await;
        engine.pass(Duration::from_millis(pause)).await;
    }
    let starts = engine.world.called("states:StartExecution", 4).await;
    assert_eq!(ids(&starts), ["todo-1", "todo-1", "todo-1", "todo-2"]);
    let letters = engine.world.calls("sqs:SendMessage");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["QueueUrl"], "dead-letters");
    let letter: Value = serde_json::from_str(letters[0]["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(letter["context"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(letter["DDBStreamBatchInfo"]["startSequenceNumber"], format!("{:021}", 1));
    assert_eq!(letter["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn records_beyond_their_age_are_given_up_and_younger_ones_are_not() {
    let engine = Engine::new();
    for id in 0..4 {
        engine.world.write(id, todo(id));
    }
    engine.world.with(|state| {
        for record in &mut state.records[..3] {
            let created = &mut record["dynamodb"]["ApproximateCreationDateTime"];
            *created = json!(created.as_f64().unwrap() - 61.0);
        }
    });
    let policy = json!({"BatchSize": 10, "MaximumRecordAgeInSeconds": 60, "DeadLetterConfig": {"Arn": DEAD_LETTERS}});
    engine.pipe(policy, remind()).await;
    assert_eq!(ids(&engine.world.called("states:StartExecution", 1).await), ["todo-3"]);
    let given_up: u64 = engine
        .world
        .calls("sqs:SendMessage")
        .iter()
        .map(|letter| serde_json::from_str::<Value>(letter["MessageBody"].as_str().unwrap()).unwrap())
        .inspect(|letter| assert_eq!(letter["context"]["condition"], "RecordAgeExceeded"))
        .map(|letter| letter["DDBStreamBatchInfo"]["batchSize"].as_u64().unwrap())
        .sum();
    assert_eq!(given_up, 3);
}

#[tokio::test]
async fn failures_of_the_engine_do_not_count_as_attempts() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    let broken = || Err(ServiceError::server("InternalFailure", "broken"));
    engine.world.answer("states:StartExecution", [broken(), broken()]);
    let policy = json!({"MaximumRetryAttempts": 0, "DeadLetterConfig": {"Arn": DEAD_LETTERS}});
    engine.pipe(policy, remind()).await;
    engine.pass(Duration::from_millis(100)).await;
    engine.pass(Duration::from_millis(200)).await;
    engine.world.called("states:StartExecution", 3).await;
    assert_eq!(engine.world.calls("sqs:SendMessage").len(), 0);
}

#[tokio::test]
async fn a_failing_batch_is_halved_until_one_record_is_left() {
    let engine = Engine::new();
    for id in 0..4 {
        engine.world.write(id, todo(id));
    }
    // All four; the first two; the first; the second; the last two.
    let started = || Ok(json!({}));
    engine.world.answer("states:StartExecution", [refused(), refused(), started(), refused(), started()]);
    let policy = json!({
        "BatchSize": 4, "MaximumRetryAttempts": 0, "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
    });
    engine.pipe(policy, remind()).await;
    let starts = engine.world.called("states:StartExecution", 5).await;
    let batches: Vec<Vec<String>> = starts.iter().map(|start| ids(std::slice::from_ref(start))).collect();
    assert_eq!(
        batches,
        [
            vec!["todo-0", "todo-1", "todo-2", "todo-3"],
            vec!["todo-0", "todo-1"],
            vec!["todo-0"],
            vec!["todo-1"],
            vec!["todo-2", "todo-3"],
        ]
    );
    assert_eq!(engine.world.calls("sqs:SendMessage").len(), 1);
}

#[tokio::test]
async fn only_the_events_that_the_bus_refused_are_repeated() {
    let engine = Engine::new();
    for id in 0..3 {
        engine.world.write(id, todo(id));
    }
    let accepted = json!({"EventId": "1"});
    let refused = json!({"ErrorCode": "InternalException", "ErrorMessage": "no"});
    engine.world.answer(
        "events:PutEvents",
        [
            Ok(json!({"FailedEntryCount": 1, "Entries": [accepted, refused, accepted]})),
            Ok(json!({"FailedEntryCount": 0, "Entries": [accepted]})),
        ],
    );
    let template = json!({"InputTemplate": "{\"id\": <$.dynamodb.NewImage.id.S>}"});
    engine.pipe(json!({"BatchSize": 10}), json!({"Target": BUS, "TargetParameters": template})).await;
    engine.pass(Duration::from_millis(100)).await;
    let puts = engine.world.called("events:PutEvents", 2).await;
    assert_eq!(puts[1]["Entries"].as_array().unwrap().len(), 1);
    assert_eq!(puts[1]["Entries"][0]["Detail"], "{\"id\":\"todo-1\"}");
}

#[tokio::test]
async fn a_batch_waits_for_its_window() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    engine.pipe(json!({"BatchSize": 10, "MaximumBatchingWindowInSeconds": 1}), remind()).await;
    engine.world.write(2, todo(2));
    engine.pass(Duration::from_secs(1)).await;
    let starts = engine.world.called("states:StartExecution", 1).await;
    assert_eq!(ids(&starts), ["todo-1", "todo-2"]);
}

#[tokio::test]
async fn a_restart_goes_on_behind_the_last_batch_that_was_done() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let world = World::default();
    let engine = Engine::open(world.clone(), &location);
    world.write(1, todo(1));
    world.write(2, todo(2));
    // The second start fails, so the pipe is about to repeat it when the engine ends.
    world.answer("states:StartExecution", [Ok(json!({})), refused()]);
    engine.pipe(json!({}), remind()).await;
    world.called("states:StartExecution", 2).await;
    engine.platform.stop().await;
    drop(engine);

    world.write(3, todo(3));
    let engine = Engine::open(world.clone(), &location);
    let starts = world.called("states:StartExecution", 4).await;
    assert_eq!(ids(&starts), ["todo-1", "todo-2", "todo-2", "todo-3"]);
    assert_eq!(starts[1]["name"], starts[2]["name"], "a repeated start has the same name");
    assert_ne!(starts[0]["name"], starts[1]["name"]);
    engine.reached("RUNNING").await;
    engine.platform.stop().await;
}

#[tokio::test]
async fn an_execution_that_was_started_before_a_crash_counts_as_started() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    engine.world.write(2, todo(2));
    let exists = Err(ServiceError::client("ExecutionAlreadyExists", "Execution Already Exists"));
    engine.world.answer("states:StartExecution", [exists]);
    engine.pipe(json!({}), remind()).await;
    assert_eq!(ids(&engine.world.called("states:StartExecution", 2).await), ["todo-1", "todo-2"]);
}

#[tokio::test]
async fn a_pipe_whose_stream_is_gone_fails_with_the_reason() {
    let engine = Engine::new();
    engine.world.with(|state| state.is_gone = true);
    let mut input = remind();
    input["Name"] = "p".into();
    input["RoleArn"] = "arn:aws:iam::000000000000:role/pipe".into();
    input["Source"] = STREAM.into();
    input["SourceParameters"] = json!({"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}});
    engine.call("CreatePipe", input).await.unwrap();
    let described = engine.reached("CREATE_FAILED").await;
    assert!(described["StateReason"].as_str().unwrap().contains("the stream is gone"));
}

#[tokio::test]
async fn a_pipe_that_runs_in_vain_says_why_until_it_gets_on() {
    let engine = Engine::new();
    engine.world.write(1, todo(1));
    engine.world.answer("states:StartExecution", [refused()]);
    engine.pipe(json!({}), remind()).await;
    engine.world.called("states:StartExecution", 1).await;
    let reason = async || engine.call("DescribePipe", json!({"Name": "p"})).await.unwrap()["StateReason"].clone();
    while reason().await != "InvalidName: no" {
        tokio::task::yield_now().await;
    }
    engine.pass(Duration::from_millis(100)).await;
    while !reason().await.is_null() {
        tokio::task::yield_now().await;
    }
}
