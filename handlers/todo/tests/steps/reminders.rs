//! Who may remind of a todo.

use futures::future::join_all;
use serde_json::{Value, json};
use todo::{CHECK_REMINDER, COMPLETE, DELETE, UPDATE};

use crate::support::{DUE, Tables};

async fn check(tables: &Tables, todo: &Value, due_at: &str, claimant: &str) -> Value {
    let check = json!({"id": todo["id"], "dueAt": due_at, "claimant": claimant});
    tables.invoke(CHECK_REMINDER, check).await.unwrap()
}

fn not_due() -> Value {
    json!({"due": false})
}

#[tokio::test]
async fn the_claimant_is_answered_the_same_event_however_often_it_asks_and_nobody_else() {
    let tables = Tables::new().await;
    let todo = tables.todo().await;
    let first = check(&tables, &todo, DUE, "execution-1").await;
    assert_eq!(first["due"], true);
    assert_eq!((&first["event"]["todoId"], &first["event"]["dueAt"]), (&todo["id"], &json!(DUE)));
    assert_eq!((&first["event"]["occurredAt"], &first["event"]["todo"]), (&json!(DUE), &todo));
    assert_eq!(check(&tables, &todo, DUE, "execution-2").await, not_due());
    assert_eq!(check(&tables, &todo, "2999-01-01T01:00:00+01:00", "execution-1").await, first);
}

#[tokio::test]
async fn of_executions_that_ask_at_the_same_time_one_reminds() {
    let tables = Tables::new().await;
    let todo = tables.todo().await;
    let claimants: Vec<String> = (0..20).map(|n| format!("execution-{n}")).collect();
    let answers = join_all(claimants.iter().map(|claimant| check(&tables, &todo, DUE, claimant))).await;
    assert_eq!(answers.iter().filter(|answer| answer["due"] == true).count(), 1);
}

#[tokio::test]
async fn a_todo_that_was_completed_deleted_or_is_due_at_another_time_is_not_due() {
    let tables = Tables::new().await;
    let (completed, deleted, moved) = (tables.todo().await, tables.todo().await, tables.todo().await);
    tables.invoke(COMPLETE, json!({"idempotencyKey": "1", "id": completed["id"]})).await.unwrap();
    tables.invoke(DELETE, json!({"idempotencyKey": "2", "id": deleted["id"]})).await.unwrap();
    let later = json!({"idempotencyKey": "3", "id": moved["id"], "dueAt": "2999-02-02T00:00:00Z"});
    tables.invoke(UPDATE, later).await.unwrap();
    for todo in [&completed, &deleted, &moved] {
        assert_eq!(check(&tables, todo, DUE, "execution").await, not_due());
    }
    assert_eq!(tables.items("todos").await.len(), 2, "a check brought a deleted todo back");
}

#[tokio::test]
async fn a_claim_survives_other_changes_but_a_new_due_time_is_reminded_of_anew() {
    let tables = Tables::new().await;
    let todo = tables.todo().await;
    check(&tables, &todo, DUE, "execution-1").await;
    let rename = json!({"idempotencyKey": "1", "id": todo["id"], "title": "b", "expectedVersion": 1});
    tables.invoke(UPDATE, rename).await.unwrap();
    assert_eq!(tables.items("todos").await[0]["remindedFor"]["S"], DUE);
    assert_eq!(check(&tables, &todo, DUE, "execution-2").await, not_due());

    let later = json!({"idempotencyKey": "2", "id": todo["id"], "dueAt": "2999-02-02T00:00:00Z"});
    tables.invoke(UPDATE, later).await.unwrap();
    assert_eq!(tables.items("todos").await[0].get("remindedFor"), None);
    let again = check(&tables, &todo, "2999-02-02T00:00:00Z", "execution-2").await;
    assert_eq!(again["due"], true);
}
