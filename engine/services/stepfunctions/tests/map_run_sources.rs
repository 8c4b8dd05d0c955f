//! What item readers yield, and where their items say they are from.
#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::{Double, Stack};

fn body(bytes: &[u8]) -> Value {
    json!({"Body": STANDARD.encode(bytes)})
}

/// A Map that tells the source and the value of each item.
fn reads(action: &str, config: Value) -> Value {
    json!({"StartAt": "Map", "States": {"Map": {
        "Type": "Map",
        "ItemReader": {
            "Resource": format!("arn:aws:states:::s3:{action}"),
            "Parameters": {"Bucket": "lists", "Key": "items"},
            "ReaderConfig": config,
        },
        "ItemSelector": {"from.$": "$$.Map.Item.Source", "item.$": "$$.Map.Item.Value"},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Echo",
            "States": {"Echo": {"Type": "Pass", "End": true}},
        },
        "End": true,
    }}})
}

/// How an execution of the Map ended, with these answers of Amazon S3.
async fn ended(definition: &Value, answers: Vec<Value>) -> Value {
    let objects = Double::of("s3", &["GetObject", "ListObjectsV2", "PutObject"], json!({}));
    answers.into_iter().for_each(|answer| objects.then(Ok(answer)));
    let stack = Stack::in_memory(vec![objects]);
    let machine = stack.machine("reads", "STANDARD", definition).await;
    let execution = stack.start(&machine, &json!({})).await;
    stack.ended(&execution).await
}

async fn output(definition: &Value, answers: Vec<Value>) -> Value {
    let ended = ended(definition, answers).await;
    serde_json::from_str(ended["output"].as_str().unwrap_or_else(|| panic!("no output: {ended}"))).unwrap()
}

#[tokio::test]
async fn items_of_an_object_are_from_the_object() {
    let rows = output(
        &reads("getObject", json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"})),
        vec![body(b"path,size\nC:\\\\a\\,b,1\n")],
    )
    .await;
    assert_eq!(rows, json!([{"from": "s3://lists/items", "item": {"path": "C:\\a,b", "size": "1"}}]));
}

#[tokio::test]
async fn what_a_bucket_lists_is_from_the_bucket_and_what_its_objects_hold_from_them() {
    let listed = json!({"Contents": [{"Key": "a.json", "Size": 3}, {"Key": "b.json", "Size": 3}]});
    let plain = output(&reads("listObjectsV2", json!({})), vec![listed.clone()]).await;
    assert_eq!(plain[0]["from"], "s3://lists");
    assert_eq!(plain[1]["item"]["Key"], "b.json");
    let flat = output(
        &reads("listObjectsV2", json!({"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"})),
        vec![listed, body(b"[1]"), body(b"[2]")],
    )
    .await;
    assert_eq!(flat, json!([{"from": "s3://lists/a.json", "item": 1}, {"from": "s3://lists/b.json", "item": 2}]));
}

#[tokio::test]
async fn what_is_not_read_yet_is_refused_by_name() {
    let ended = ended(&reads("getObject", json!({"InputType": "JSON"})), vec![body(b"\x28\xb5\x2f\xfd\x00")]).await;
    assert_eq!(ended["error"], "States.ItemReaderFailed");
    assert!(ended["cause"].as_str().unwrap().contains("ZSTD"), "{ended}");
    let stack = Stack::in_memory(vec![Double::of("s3", &["GetObject"], json!({}))]);
    let definition = reads("getObject", json!({"InputType": "PARQUET"})).to_string();
    let given = json!({"name": "parquet", "roleArn": "arn:aws:iam::000000000000:role/r", "definition": definition});
    let refused = stack.error("CreateStateMachine", given).await;
    assert!(refused.message.contains("PARQUET of /States/Map/ItemReader/ReaderConfig/InputType"), "{refused:?}");
}
