//! A pipe on the stream of a real table.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clock::SystemClock;
use dynamodb::DynamoDb;
use pipes::Pipes;
use serde_json::{Value, json};
use service::{Platform, Scope, Service};
use store::{Location, Store};

use crate::doubles::{MACHINE, World};

async fn engine(world: &World, location: &Location) -> (Platform, Arc<Pipes>, Arc<DynamoDb>) {
    let platform = Platform::new(Store::open(location).unwrap(), Arc::new(SystemClock), Scope::default());
    world.register(&platform);
    let dynamodb = DynamoDb::open(&platform).unwrap();
    platform.services.register(dynamodb.clone());
    platform.services.register(dynamodb.streams());
    let pipes = Pipes::open(&platform).unwrap();
    pipes.start();
    (platform, pipes, dynamodb)
}

async fn put(dynamodb: &DynamoDb, id: usize) {
    let item = json!({"TableName": "todos", "Item": {"id": {"S": format!("todo-{id}")}}});
    dynamodb.call("PutItem", item).await.unwrap();
}

fn started(starts: &[Value]) -> Vec<&str> {
    starts.iter().map(|start| start["input"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn writes_to_a_table_start_executions_in_order_also_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let world = World::default();
    let (platform, pipes, dynamodb) = engine(&world, &location).await;
    let table = json!({
        "TableName": "todos", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    let created = dynamodb.call("CreateTable", table).await.unwrap();
    put(&dynamodb, 0).await;
    let pipe = json!({
        "Name": "p", "RoleArn": "arn:aws:iam::000000000000:role/pipe", "Target": MACHINE,
        "Source": created["TableDescription"]["LatestStreamArn"],
        "SourceParameters": {
            "DynamoDBStreamParameters": {"StartingPosition": "LATEST"},
            "FilterCriteria": {"Filters": [{"Pattern": "{\"eventName\": [\"INSERT\"], \"dynamodb\": {\"ApproximateCreationDateTime\": [{\"numeric\": [\">\", 0]}]}}"}]},
        },
        "TargetParameters": {
            "StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"},
            "InputTemplate": "<$.dynamodb.NewImage.id.S>",
        },
    });
    pipes.call("CreatePipe", pipe).await.unwrap();
    while pipes.call("DescribePipe", json!({"Name": "p"})).await.unwrap()["CurrentState"] != "RUNNING" {
        tokio::task::yield_now().await;
    }
    let written = Instant::now();
    put(&dynamodb, 1).await;
    world.called("states:StartExecution", 1).await;
    // The timer alone would take a second.
    assert!(written.elapsed() < Duration::from_millis(500), "{:?}", written.elapsed());
    put(&dynamodb, 2).await;
    world.called("states:StartExecution", 2).await;
    platform.stop().await;
    drop((platform, pipes, dynamodb));

    let (platform, pipes, dynamodb) = engine(&world, &location).await;
    put(&dynamodb, 3).await;
    // The last batch before the stop may come twice, under the same name.
    let mut starts = world.called("states:StartExecution", 3).await;
    if started(&starts)[2] != "[\"todo-3\"]" {
        assert_eq!(starts[2]["name"], starts[1]["name"]);
        starts = world.called("states:StartExecution", 4).await;
    }
    let mut inputs = started(&starts);
    inputs.dedup();
    assert_eq!(inputs, ["[\"todo-1\"]", "[\"todo-2\"]", "[\"todo-3\"]"]);
    platform.stop().await;
    drop((platform, pipes, dynamodb));
}
