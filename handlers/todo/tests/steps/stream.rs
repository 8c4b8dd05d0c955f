//! From a change of the table to the event, over the table's stream.

use serde_json::{Value, json};
use todo::{CHECK_REMINDER, COMPLETE, DELETE, PUBLISH, UPDATE};

use crate::support::{DUE, Tables};

/// Every record of the stream of `todos`, as a pipe hands them over.
async fn records(tables: &Tables) -> Value {
    let described = tables.call("DescribeTable", json!({"TableName": "todos"})).await;
    let stream = &described["Table"]["LatestStreamArn"];
    let described = tables.call_streams("DescribeStream", json!({"StreamArn": stream})).await;
    let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
    let from = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = tables.call_streams("GetShardIterator", from).await;
    let read = tables.call_streams("GetRecords", json!({"ShardIterator": iterator["ShardIterator"]})).await;
    read["Records"].clone()
}

#[tokio::test]
async fn a_todos_life_is_told_in_order_and_a_claim_is_no_part_of_it() {
    let tables = Tables::new().await;
    let id = tables.todo().await["id"].clone();
    tables.invoke(UPDATE, json!({"idempotencyKey": "1", "id": id, "title": "b"})).await.unwrap();
    tables.invoke(COMPLETE, json!({"idempotencyKey": "2", "id": id})).await.unwrap();
    tables.invoke(COMPLETE, json!({"idempotencyKey": "3", "id": id})).await.unwrap();
    tables.invoke(UPDATE, json!({"idempotencyKey": "4", "id": id, "status": "OPEN"})).await.unwrap();
    tables.invoke(CHECK_REMINDER, json!({"id": id, "dueAt": DUE, "claimant": "execution"})).await.unwrap();
    tables.invoke(DELETE, json!({"idempotencyKey": "5", "id": id})).await.unwrap();

    let published = tables.invoke(PUBLISH, records(&tables).await).await.unwrap();
    let told: Vec<_> = published.as_array().unwrap().iter().collect();
    let types: Vec<_> = told.iter().map(|event| event["detailType"].as_str().unwrap()).collect();
    assert_eq!(types, ["todo.created", "todo.updated", "todo.completed", "todo.reopened", "todo.deleted"]);
    let versions: Vec<_> = told.iter().map(|event| event["detail"]["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3, 4, 4]);
    assert!(told.iter().all(|event| event["detail"]["todoId"] == id));
}
