//! The whole path, through the front door: a mutation starts a machine, its steps write the table, the stream reaches the
//! bus, rules feed a machine, a queue and a function, the archive keeps the events and replays them.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use clock::{Clock, SystemClock};
use serde_json::{Value, json};
use support::{Answer, Sluice, eventually};

const TODO: &str = "id title status dueAt version";

fn mutate(sluice: &Sluice, name: &str, input: Value) -> Value {
    let capital = name[..1].to_uppercase() + &name[1..];
    let query = format!(
        "mutation($input: {capital}Input!) {{ {name}(input: $input) {{ todo {{ {TODO} }} errors {{ __typename code message }} }} }}"
    );
    let answer = sluice.graphql(&query, json!({ "input": input }));
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"][name].clone()
}

fn create(sluice: &Sluice, input: Value) -> String {
    let payload = mutate(sluice, "createTodo", input);
    payload["todo"]["id"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
}

/// The detail-types of a todo's recorded activity, sorted.
async fn activity(sluice: &Sluice, todo: &str) -> Vec<String> {
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let found = table
        .query()
        .table_name("activity")
        .key_condition_expression("todoId = :todo")
        .expression_attribute_values(":todo", AttributeValue::S(todo.to_owned()))
        .consistent_read(true)
        .send()
        .await
        .unwrap();
    let mut types: Vec<String> = found.items().iter().map(|item| item["detailType"].as_s().unwrap().clone()).collect();
    types.sort();
    types
}

/// The analytics counters: how many events of each type, over all hours.
async fn counts(sluice: &Sluice) -> BTreeMap<String, u64> {
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let found = table.scan().table_name("analytics").consistent_read(true).send().await.unwrap();
    let mut counts = BTreeMap::new();
    for item in found.items() {
        if let (Ok(key), Some(Ok(count))) = (item["pk"].as_s(), item.get("count").map(AttributeValue::as_n))
            && let Some(detail_type) = key.strip_prefix("COUNT#")
        {
            *counts.entry(detail_type.to_owned()).or_default() += count.parse::<u64>().unwrap();
        }
    }
    counts
}

#[tokio::test]
async fn a_todo_lives_through_mutations_events_and_consumers() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let id = create(&sluice, json!({ "title": "Water the plants" }));

    let updated = mutate(&sluice, "updateTodo", json!({ "id": id, "title": "Water all plants" }));
    assert_eq!(updated["todo"]["title"], "Water all plants");
    let completed = mutate(&sluice, "completeTodo", json!({ "id": id }));
    assert_eq!(completed["todo"]["status"], "COMPLETED");

    let read = sluice.graphql(&format!("query($id: ID!) {{ todo(id: $id) {{ {TODO} }} }}"), json!({ "id": id }));
    assert_eq!(read["data"]["todo"]["title"], "Water all plants");

    let deleted = mutate(&sluice, "deleteTodo", json!({ "id": id }));
    assert_eq!(deleted["errors"], json!([]));
    let gone = sluice.graphql("query($id: ID!) { todo(id: $id) { id } }", json!({ "id": id }));
    assert_eq!(gone["data"]["todo"], Value::Null);

    let expected = ["todo.completed", "todo.created", "todo.deleted", "todo.updated"];
    eventually("a rule starts record-activity for each event", || async {
        (activity(&sluice, &id).await == expected).then_some(())
    })
    .await;
    eventually("a rule calls analytics-count for each event", || async {
        (counts(&sluice).await.values().sum::<u64>() == 4).then_some(())
    })
    .await;
}

#[tokio::test]
async fn todos_are_listed_in_pages_with_a_stable_cursor() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let ids: Vec<String> = (0..5).map(|number| create(&sluice, json!({ "title": format!("todo {number}") }))).collect();
    mutate(&sluice, "completeTodo", json!({ "id": ids[1] }));

    let page = |filter: &str, after: Value| {
        let query = format!(
            "query($after: String) {{ todos(first: 2, after: $after{filter}) {{ edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let answer = sluice.graphql(&query, json!({ "after": after }));
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"]["todos"].clone()
    };
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let todos = page(", filter: { status: OPEN }", after);
        seen.extend(
            todos["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()),
        );
        // A todo that is made while somebody pages neither repeats nor hides another.
        create(&sluice, json!({ "title": "meanwhile", "dueAt": "2099-01-01T00:00:00Z" }));
        if !todos["pageInfo"]["hasNextPage"].as_bool().unwrap() || seen.len() >= 4 {
            break;
        }
        after = todos["pageInfo"]["endCursor"].clone();
    }
    let of_the_first_five: Vec<_> = ids.iter().filter(|id| seen.contains(id)).collect();
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len(), "no todo twice");
    assert!(!seen.contains(&ids[1]), "a completed todo is filtered out");
    assert!(!of_the_first_five.is_empty());
}

#[tokio::test]
async fn the_same_idempotency_key_changes_nothing_twice_and_refuses_another_input() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let first = mutate(&sluice, "createTodo", json!({ "title": "once", "idempotencyKey": "key-1" }));
    let again = mutate(&sluice, "createTodo", json!({ "title": "once", "idempotencyKey": "key-1" }));
    assert_eq!(first["todo"], again["todo"]);
    let other = mutate(&sluice, "createTodo", json!({ "title": "other", "idempotencyKey": "key-1" }));
    assert_eq!(other["todo"], Value::Null);
    assert_eq!(other["errors"][0]["code"], "IDEMPOTENCY_MISMATCH");
    let all = sluice.graphql("{ todos(first: 10) { edges { node { title } } } }", json!({}));
    assert_eq!(all["data"]["todos"]["edges"], json!([{ "node": { "title": "once" } }]));
}

#[tokio::test]
async fn expected_failures_are_typed_in_the_payload() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let unknown = "019aa5b0-3c00-7d53-9c31-5a2f6b1de999";
    for (name, input, code) in [
        ("createTodo", json!({ "title": "x".repeat(201) }), "TITLE_TOO_LONG"),
        ("createTodo", json!({ "title": "   " }), "TITLE_EMPTY"),
        ("createTodo", json!({ "title": "late", "dueAt": "2001-01-01T00:00:00Z" }), "DUE_TIME_PASSED"),
        ("updateTodo", json!({ "id": unknown, "title": "x" }), "NOT_FOUND"),
        ("completeTodo", json!({ "id": unknown }), "NOT_FOUND"),
        ("deleteTodo", json!({ "id": unknown }), "NOT_FOUND"),
    ] {
        let payload = mutate(&sluice, name, input);
        assert_eq!(payload["errors"][0]["code"], code, "{name}: {payload}");
        assert_eq!(payload["todo"], Value::Null);
    }
}

#[tokio::test]
async fn the_owner_of_a_due_todo_is_mailed_once_and_a_replay_changes_nothing() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let due = SystemClock.now().plus(std::time::Duration::from_millis(1_500)).to_rfc3339_millis();
    let id = create(&sluice, json!({ "title": "soon", "dueAt": due }));
    let changed = create(&sluice, json!({ "title": "changed", "dueAt": due }));
    mutate(&sluice, "updateTodo", json!({ "id": changed, "dueAt": null }));

    let subjects = || {
        let mail = sluice.json(&["mail", "list"]);
        let subjects = mail.as_array().unwrap().iter().map(|letter| letter["subject"].as_str().unwrap().to_owned());
        subjects.collect::<Vec<_>>()
    };
    eventually("the reminder is mailed", || async { (subjects() == ["Due now: soon"]).then_some(()) }).await;

    // created, created, updated, reminder_due
    eventually("every event is counted", || async { (counts(&sluice).await.values().sum::<u64>() == 4).then_some(()) })
        .await;
    // Not only are consumers exact: without a crash nothing is told twice.
    assert_eq!(sluice.json(&["archive", "list"])[0]["events"], 4);
    let counted = counts(&sluice).await;
    let active = activity(&sluice, &id).await;
    let replay = sluice.json(&["replay", "start", "--archive", "sluicegate", "--from", "1h", "--wait"]);
    assert_eq!(replay[0]["state"], "COMPLETED", "{replay}");
    // Another reminder comes after the replayed one: once it is mailed, so would have been a duplicate.
    let due = SystemClock.now().plus(std::time::Duration::from_millis(1_500)).to_rfc3339_millis();
    create(&sluice, json!({ "title": "later", "dueAt": due }));
    eventually("the next reminder is mailed", || async {
        subjects().contains(&"Due now: later".to_owned()).then_some(())
    })
    .await;
    assert_eq!(subjects(), ["Due now: later", "Due now: soon"]);
    // created, reminder_due
    eventually("the next events are counted", || async {
        (counts(&sluice).await.values().sum::<u64>() == counted.values().sum::<u64>() + 2).then_some(())
    })
    .await;
    assert_eq!(activity(&sluice, &id).await, active);
}

#[test]
fn pages_of_the_app_ask_the_api_and_read_playlists_from_an_origin_of_their_own() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let origin = ("origin", "http://localhost:3000");
    for path in ["/graphql", "/media/graphql"] {
        let method = ("access-control-request-method", "POST");
        let headers = ("access-control-request-headers", "content-type");
        let preflight = sluice.ask("OPTIONS", path, &[origin, method, headers]);
        assert_eq!((preflight.status, header(&preflight, "access-control-allow-origin")), (204, origin.1), "{path}");
        assert_eq!(header(&preflight, "access-control-allow-headers"), "content-type");
    }
    // The function's answer to a film that isn't there.
    let playlist = "/media/00000000-0000-7000-8000-000000000000/stream/main.m3u8";
    let answer = sluice.ask("GET", playlist, &[origin]);
    assert_eq!((answer.status, header(&answer, "access-control-allow-origin")), (404, origin.1));
    let foreign = sluice.ask("GET", playlist, &[("origin", "https://evil.example")]);
    assert_eq!(header(&foreign, "access-control-allow-origin"), "");
}

#[test]
fn a_picture_is_read_and_nothing_else() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let path = "/media/00000000-0000-7000-8000-000000000000/card";
    assert_eq!(sluice.ask("GET", path, &[]).status, 404);
    assert_eq!(sluice.ask("POST", path, &[]).status, 403, "the distribution takes GET and HEAD");
    assert!(sluice.get("/").1.contains("<code>GET /media/*</code>"));
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}
