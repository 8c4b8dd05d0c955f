//! The registry of events: what is emitted is declared, what is declared is valid, and the catalogue knows who consumes it.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::process::Command;

use events::{CONSUMED, CONTRACTS, Contract};
use serde_json::{Value, json};
use support::{Sluice, project, sluice};

fn catalog() -> Value {
    let output = sluice().args(["--json", "events", "catalog"]).current_dir(project()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn entry<'a>(catalog: &'a Value, detail_type: &str) -> &'a Value {
    catalog.as_array().unwrap().iter().find(|entry| entry["detailType"] == detail_type).unwrap()
}

#[test]
fn the_catalogue_tells_who_consumes_each_event_by_its_examples() {
    let catalog = catalog();
    assert_eq!(catalog.as_array().unwrap().len(), CONTRACTS.len() + CONSUMED.len());
    let rules = |detail_type: &str| {
        let consumers = entry(&catalog, detail_type)["consumers"].as_array().unwrap().clone();
        consumers.iter().map(|consumer| consumer["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules("todo.created"), ["todo-activity", "todo-analytics"]);
    assert_eq!(rules("todo.reminder_due"), ["todo-activity", "todo-analytics", "todo-reminders"]);
    let reminder = entry(&catalog, "todo.reminder_due");
    assert_eq!(reminder["emitters"], json!(["remind"]));
    assert_eq!(reminder["consumers"][2], json!({"rule": "todo-reminders", "targets": ["notifications"]}));
    assert_eq!(entry(&catalog, "todo.created")["emitters"], json!(["todos-to-bus"]));
    let text = Command::new(env!("CARGO_BIN_EXE_sluice")).args(["events", "catalog"]).current_dir(project()).output();
    assert!(String::from_utf8(text.unwrap().stdout).unwrap().contains("todo.reminder_due"));
}

/// Every text that a `"DetailType": "…"` or `.detail_type("…")` names in a file below these folders.
fn named_in(folders: &[&str], before: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut left: Vec<_> = folders.iter().map(|folder| project().join(folder)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split(before).skip(1) {
                found.push((path.display().to_string(), rest.split('"').next().unwrap().to_owned()));
            }
        }
    }
    found
}

#[test]
fn machines_and_functions_name_only_events_that_are_declared() {
    let mut named = named_in(&["workflows"], "\"DetailType\": \"", ".asl.json");
    named.extend(named_in(&["handlers"], "detail_type(\"", ".rs"));
    assert!(named.iter().any(|(_, name)| name == "todo.reminder_due"), "{named:?}");
    for (file, name) in named.iter().filter(|(_, name)| !name.starts_with("{%") && !name.starts_with('$')) {
        assert!(Contract::named(name).is_some(), "{file} emits {name}, which events/ does not declare");
    }
}

#[tokio::test]
async fn whatever_is_put_on_the_bus_is_declared_and_fits_its_schema() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let (events, queues) = (aws_sdk_eventbridge::Client::new(&sluice.sdk()), aws_sdk_sqs::Client::new(&sluice.sdk()));
    let url = queues.create_queue().queue_name("probe").send().await.unwrap().queue_url().unwrap().to_owned();
    let everything = events.put_rule().name("probe").event_bus_name("sluicegate").event_pattern(r#"{"version":["0"]}"#);
    everything.send().await.unwrap();
    let target =
        aws_sdk_eventbridge::types::Target::builder().id("probe").arn("arn:aws:sqs:us-east-1:000000000000:probe");
    let put = events.put_targets().rule("probe").event_bus_name("sluicegate").targets(target.build().unwrap());
    put.send().await.unwrap();

    let due = {
        use clock::Clock;
        clock::SystemClock.now().plus(std::time::Duration::from_millis(900)).to_rfc3339_millis()
    };
    let mutate = |name: &str, input: Value| {
        let kind = name[..1].to_uppercase() + &name[1..] + "Input";
        let query =
            format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ todo {{ id }} errors {{ message }} }} }}");
        let answer = sluice.graphql(&query, json!({ "input": input }));
        assert_eq!(answer["data"][name]["errors"], json!([]), "{answer}");
        answer["data"][name]["todo"]["id"].clone()
    };
    let id = mutate("createTodo", json!({"title": "milk"}));
    mutate("createTodo", json!({"title": "soon", "dueAt": due}));
    mutate("updateTodo", json!({"id": id, "title": "oat milk"}));
    mutate("completeTodo", json!({"id": id}));
    mutate("deleteTodo", json!({"id": id}));

    // A person of whom nothing is kept: the event says so all the same.
    let erasure = aws_sdk_sfn::Client::new(&sluice.sdk()).start_execution();
    let erasure = erasure.state_machine_arn("arn:aws:states:us-east-1:000000000000:stateMachine:erase-subject");
    erasure.input(json!({"subject": "nobody"}).to_string()).send().await.unwrap();

    // Every event there was; each stays in the queue until it was looked at.
    let expected =
        ["subject.erased", "todo.completed", "todo.created", "todo.deleted", "todo.reminder_due", "todo.updated"];
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    while !expected.iter().all(|name| seen.contains_key(*name)) {
        let receive = queues.receive_message().queue_url(&url).max_number_of_messages(10).wait_time_seconds(20);
        let received = receive.send().await.unwrap();
        assert!(!received.messages().is_empty(), "no event of some kind came: {:?}", seen.keys());
        for message in received.messages() {
            let event: Value = serde_json::from_str(message.body().unwrap()).unwrap();
            seen.insert(event["detail-type"].as_str().unwrap().to_owned(), event);
            let gone = queues.delete_message().queue_url(&url).receipt_handle(message.receipt_handle().unwrap());
            gone.send().await.unwrap();
        }
    }
    for (detail_type, event) in &seen {
        let contract = Contract::named(detail_type).unwrap_or_else(|| panic!("{detail_type} is not declared"));
        let schema = contract.schema();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(event).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{detail_type}: {errors:?}\n{event}");
    }
}
