//! `kill -9` at any moment: what was accepted ends exactly once, what was written is whole.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_sfn::types::ExecutionStatus;
use clock::{Clock, SystemClock};
use serde_json::json;
use support::{Sluice, eventually};

/// Waits, then works: one item per execution, and a second write that only the first may have made.
fn machine() -> String {
    json!({
        "StartAt": "Prepare",
        "States": {
            "Prepare": { "Type": "Pass", "Result": { "prepared": true }, "ResultPath": "$.preparation", "Next": "Wait" },
            "Wait": { "Type": "Wait", "SecondsPath": "$.seconds", "Next": "Work" },
            "Work": {
                "Type": "Task",
                "Resource": "arn:aws:states:::dynamodb:putItem",
                "Parameters": {
                    "TableName": "work",
                    "Item": { "id": { "S.$": "$$.Execution.Name" }, "started": { "S.$": "$$.Execution.StartTime" } },
                },
                "ResultPath": null,
                "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 1 }],
                "Next": "Done",
            },
            "Done": { "Type": "Succeed" },
        },
    })
    .to_string()
}

async fn create_table(sluice: &Sluice) {
    let definition =
        AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build().unwrap();
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build().unwrap();
    let create = aws_sdk_dynamodb::Client::new(&sluice.sdk()).create_table().table_name("work");
    create
        .attribute_definitions(definition)
        .key_schema(key)
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn executions_that_wait_and_run_end_exactly_once_after_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let serve = || Sluice::serve(&["--data", data.path().to_str().unwrap()]);
    let mut sluice = serve();
    create_table(&sluice).await;
    let states = aws_sdk_sfn::Client::new(&sluice.sdk());
    let role = "arn:aws:iam::000000000000:role/test";
    let machine =
        states.create_state_machine().name("crash").definition(machine()).role_arn(role).send().await.unwrap();
    let machine = machine.state_machine_arn().to_owned();

    let mut accepted = Vec::new();
    for round in 0..4 {
        let states = aws_sdk_sfn::Client::new(&sluice.sdk());
        for number in 0..40 {
            // Some wait while the process dies, some work, some are only just accepted.
            let input = json!({ "seconds": number % 3 }).to_string();
            let name = format!("round-{round}-{number}");
            let started =
                states.start_execution().state_machine_arn(&machine).name(name).input(input).send().await.unwrap();
            accepted.push(started.execution_arn().to_owned());
        }
        sluice.kill();
        sluice = serve();
    }

    let states = aws_sdk_sfn::Client::new(&sluice.sdk());
    for execution in &accepted {
        eventually("every accepted execution ends", || async {
            let described = states.describe_execution().execution_arn(execution).send().await.unwrap();
            (*described.status() != ExecutionStatus::Running)
                .then(|| assert_eq!(*described.status(), ExecutionStatus::Succeeded))
        })
        .await;
        let history = states.get_execution_history().execution_arn(execution).max_results(1000).send().await.unwrap();
        let ids: Vec<i64> = history.events().iter().map(aws_sdk_sfn::types::HistoryEvent::id).collect();
        assert_eq!(ids, (1..=ids.len() as i64).collect::<Vec<_>>(), "the history has neither gaps nor repeats");
        let ends = history.events().iter().filter(|event| event.r#type().as_str() == "ExecutionSucceeded").count();
        assert_eq!(ends, 1, "{execution} ends once");
    }
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let items = table.scan().table_name("work").consistent_read(true).send().await.unwrap();
    assert_eq!(items.count() as usize, accepted.len(), "each execution did its work");
}

#[tokio::test]
async fn a_reminder_that_waits_through_kill_9_is_mailed_once() {
    let data = tempfile::tempdir().unwrap();
    let sluice = Sluice::dev_at(data.path());
    let due = SystemClock.now().plus(Duration::from_secs(3)).to_rfc3339_millis();
    let created = sluice.graphql(
        "mutation($due: DateTime!) { createTodo(input: { title: \"survive\", dueAt: $due }) { todo { id } errors { code } } }",
        json!({ "due": due }),
    );
    let id = created["data"]["createTodo"]["todo"]["id"].as_str().unwrap_or_else(|| panic!("{created}")).to_owned();
    sluice.kill();

    let sluice = Sluice::dev_at(data.path());
    let answer = sluice.graphql("query($id: ID!) { todo(id: $id) { title } }", json!({ "id": id }));
    assert_eq!(answer["data"]["todo"]["title"], "survive", "an answered mutation is kept");
    let mailed = || {
        let mail = sluice.json(&["mail", "list"]);
        mail.as_array().unwrap().iter().map(|letter| letter["subject"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Some seconds longer than the first takes, so that a second would show.
    let begun = Instant::now();
    while mailed().is_empty() || begun.elapsed() < Duration::from_secs(6) {
        assert!(begun.elapsed() < support::PATIENCE);
    }
    assert_eq!(mailed(), ["Due now: survive"]);
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let todo = table.get_item().table_name("todos").key("id", AttributeValue::S(id)).send().await.unwrap();
    assert_eq!(todo.item().unwrap()["remindedFor"].as_s().unwrap(), &due);
}

#[test]
fn sigterm_ends_it_cleanly_and_the_next_start_finds_everything() {
    let data = tempfile::tempdir().unwrap();
    let sluice = Sluice::dev_at(data.path());
    let created = sluice.graphql("mutation { createTodo(input: { title: \"kept\" }) { todo { id } } }", json!({}));
    assert!(created["data"]["createTodo"]["todo"]["id"].is_string(), "{created}");
    assert!(sluice.terminate().success());
    let sluice = Sluice::dev_at(data.path());
    let all = sluice.graphql("{ todos(first: 5) { edges { node { title } } } }", json!({}));
    assert_eq!(all["data"]["todos"]["edges"][0]["node"]["title"], "kept");
}
