//! A request that comes again.

use futures::future::join_all;
use serde_json::json;
use todo::{COMPLETE, CREATE, DELETE, UPDATE};

use crate::support::Tables;

#[tokio::test]
async fn the_same_request_is_answered_the_same_and_acts_once() {
    let tables = Tables::new().await;
    let create = json!({"idempotencyKey": "k", "title": "a"});
    let first = tables.invoke(CREATE, create.clone()).await.unwrap();
    assert_eq!(tables.invoke(CREATE, create).await.unwrap(), first);
    assert_eq!(tables.items("todos").await.len(), 1);
}

#[tokio::test]
async fn a_request_is_answered_as_it_was_even_after_the_todo_changed() {
    let tables = Tables::new().await;
    let id = tables.todo().await["id"].clone();
    let rename = json!({"idempotencyKey": "rename", "id": id, "title": "b"});
    let renamed = tables.invoke(UPDATE, rename.clone()).await.unwrap();
    tables.invoke(COMPLETE, json!({"idempotencyKey": "complete", "id": id})).await.unwrap();
    assert_eq!(tables.invoke(UPDATE, rename).await.unwrap(), renamed);
    assert_eq!(tables.items("todos").await[0]["status"]["S"], "COMPLETED");
}

#[tokio::test]
async fn another_input_or_operation_under_the_same_key_is_refused_and_changes_nothing() {
    let tables = Tables::new().await;
    let todo = tables.invoke(CREATE, json!({"idempotencyKey": "k", "title": "a"})).await.unwrap();
    let other = json!({"idempotencyKey": "k", "title": "b"});
    assert_eq!(tables.refusal(CREATE, other).await, "Todo.IdempotencyMismatch");
    let complete = json!({"idempotencyKey": "k", "id": todo["id"]});
    assert_eq!(tables.refusal(COMPLETE, complete).await, "Todo.IdempotencyMismatch");
    let items = tables.items("todos").await;
    assert_eq!((items.len(), &items[0]["status"]["S"]), (1, &json!("OPEN")));
}

#[tokio::test]
async fn requests_of_one_key_at_the_same_time_make_one_todo() {
    let tables = Tables::new().await;
    let create = json!({"idempotencyKey": "k", "title": "a"});
    let answers = join_all((0..20).map(|_| tables.invoke(CREATE, create.clone()))).await;
    let first = answers[0].clone().unwrap();
    assert!(answers.into_iter().all(|answer| answer.as_ref() == Ok(&first)));
    assert_eq!(tables.items("todos").await.len(), 1);
}

#[tokio::test]
async fn a_deletion_is_answered_again_under_its_key_only() {
    let tables = Tables::new().await;
    let todo = tables.todo().await;
    let delete = json!({"idempotencyKey": "delete", "id": todo["id"]});
    for _ in 0..2 {
        assert_eq!(tables.invoke(DELETE, delete.clone()).await.unwrap(), todo);
    }
    let other = json!({"idempotencyKey": "other", "id": todo["id"]});
    assert_eq!(tables.refusal(DELETE, other).await, "Todo.NotFound");
}

#[tokio::test]
async fn a_key_is_free_again_once_its_record_expired_though_dynamodb_still_keeps_it() {
    let tables = Tables::new().await;
    let expired = json!({
        "key": {"S": "k"}, "inputHash": {"S": "x"}, "result": {"S": "{}"}, "expiresAt": {"N": "1"},
    });
    tables.call("PutItem", json!({"TableName": "idempotency", "Item": expired})).await;
    tables.invoke(CREATE, json!({"idempotencyKey": "k", "title": "a"})).await.unwrap();
    assert_eq!(tables.items("todos").await.len(), 1);
}

#[tokio::test]
async fn a_refused_request_leaves_nothing_behind() {
    let tables = Tables::new().await;
    assert_eq!(tables.refusal(CREATE, json!({"idempotencyKey": "k", "title": " "})).await, "Todo.TitleEmpty");
    let past = json!({"idempotencyKey": "k", "title": "a", "dueAt": "2020-01-01T00:00:00Z"});
    assert_eq!(tables.refusal(CREATE, past).await, "Todo.DueInPast");
    assert!(tables.items("todos").await.is_empty() && tables.items("idempotency").await.is_empty());
    tables.invoke(CREATE, json!({"idempotencyKey": "k", "title": "a"})).await.unwrap();
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let tables = Tables::new().await;
    let create = json!({"idempotencyKey": "", "title": "a"});
    assert_eq!(tables.refusal(CREATE, create).await, "Todo.InvalidIdempotencyKey");
}
