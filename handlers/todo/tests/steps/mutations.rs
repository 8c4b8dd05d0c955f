//! What each mutation writes.

use futures::future::join_all;
use serde_json::{Value, json};
use todo::{COMPLETE, CREATE, DELETE, UPDATE};

use crate::support::{DUE, Tables};

#[tokio::test]
async fn a_created_todo_stands_in_the_table_under_its_position() {
    let tables = Tables::new().await;
    let todo = tables.todo().await;
    let item = tables.items("todos").await.remove(0);
    let text = |name: &str| todo[name].as_str().unwrap().to_owned();
    assert_eq!(
        item,
        json!({
            "id": {"S": text("id")}, "owner": {"S": "everyone"}, "title": {"S": "a"}, "notes": {"S": "n"},
            "status": {"S": "OPEN"}, "dueAt": {"S": DUE}, "version": {"N": "1"},
            "createdAt": {"S": text("createdAt")}, "updatedAt": {"S": text("createdAt")},
            "position": {"S": format!("{}#{}", text("createdAt"), text("id"))},
        })
    );
}

#[tokio::test]
async fn what_an_update_takes_away_is_gone_from_the_item() {
    let tables = Tables::new().await;
    let id = tables.todo().await["id"].clone();
    let update = json!({"idempotencyKey": "k", "id": id, "title": "b", "notes": null, "dueAt": null});
    let todo = tables.invoke(UPDATE, update).await.unwrap();
    assert_eq!((&todo["title"], &todo["version"]), (&json!("b"), &json!(2)));
    let item = tables.items("todos").await.remove(0);
    assert_eq!((&item["title"]["S"], &item["version"]["N"]), (&json!("b"), &json!("2")));
    assert!(item.get("notes").is_none() && item.get("dueAt").is_none() && item.get("position").is_some(), "{item}");
}

#[tokio::test]
async fn a_completed_todo_stays_as_it_is_when_it_is_completed_again_and_can_be_opened() {
    let tables = Tables::new().await;
    let id = tables.todo().await["id"].clone();
    let complete = |key: &str| json!({"idempotencyKey": key, "id": id});
    let completed = tables.invoke(COMPLETE, complete("1")).await.unwrap();
    assert_eq!((&completed["status"], &completed["version"]), (&json!("COMPLETED"), &json!(2)));
    assert_eq!(tables.invoke(COMPLETE, complete("2")).await.unwrap(), completed);
    let open = json!({"idempotencyKey": "3", "id": id, "status": "OPEN"});
    let opened = tables.invoke(UPDATE, open).await.unwrap();
    assert_eq!((&opened["status"], opened.get("completedAt")), (&json!("OPEN"), None));
    assert_eq!(tables.items("todos").await[0].get("completedAt"), None);
}

#[tokio::test]
async fn changes_at_the_same_time_all_happen_one_after_another() {
    let tables = Tables::new().await;
    let id = tables.todo().await["id"].clone();
    let rename = |n: u32| json!({"idempotencyKey": n.to_string(), "id": id, "title": n.to_string()});
    let answers = join_all((0..5).map(|n| tables.invoke(UPDATE, rename(n)))).await;
    let mut versions: Vec<Value> = answers.into_iter().map(|answer| answer.unwrap()["version"].clone()).collect();
    versions.sort_by_key(Value::as_u64);
    assert_eq!(versions, [2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_change_for_another_version_is_refused() {
    let tables = Tables::new().await;
    let id = tables.todo().await["id"].clone();
    for function in [UPDATE, COMPLETE, DELETE] {
        let change = json!({"idempotencyKey": "k", "id": id, "title": "b", "expectedVersion": 7});
        assert_eq!(tables.refusal(function, change).await, "Todo.VersionConflict", "{function:?}");
    }
    assert_eq!(tables.items("todos").await[0]["version"]["N"], "1");
}

#[tokio::test]
async fn an_unknown_id_is_not_found_whatever_it_is() {
    let tables = Tables::new().await;
    for id in ["019aa5b0-3c00-7d53-9c31-5a2f6b1de001", "", "no id", &"x".repeat(4000)] {
        for function in [UPDATE, COMPLETE, DELETE] {
            let change = json!({"idempotencyKey": "k", "id": id});
            assert_eq!(tables.refusal(function, change).await, "Todo.NotFound", "{id:?}");
        }
    }
}

#[tokio::test]
async fn a_payload_that_is_no_input_says_where() {
    let failure = Tables::new().await.invoke(CREATE, json!({"title": "a"})).await.unwrap_err();
    assert_eq!(failure.error_type, "Function.InvalidInput");
    assert!(failure.message.contains("idempotencyKey"), "{}", failure.message);
}

#[tokio::test]
async fn a_table_that_is_missing_is_named() {
    let create = json!({"idempotencyKey": "k", "title": "a"});
    let failure = Tables::missing().invoke(CREATE, create).await.unwrap_err();
    assert_eq!(failure.error_type, "Todo.Unavailable");
    assert!(failure.message.contains("idempotency") && failure.message.contains("ResourceNotFound"), "{failure}");
}
