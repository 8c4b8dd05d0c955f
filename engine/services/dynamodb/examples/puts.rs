//! How many durable puts a second: `cargo run --release -p dynamodb --example puts [directory]`.
#![allow(clippy::print_stdout)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use clock::SystemClock;
use dynamodb::DynamoDb;
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use store::{Location, Store};

const RUN: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<(), ServiceError> {
    let directory = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into).join("sluicegate-puts");
    let platform =
        Platform::new(Store::open(&Location::Directory(directory.clone()))?, Arc::new(SystemClock), Scope::default());
    let dynamodb = DynamoDb::open(&platform)?;
    let table = json!({
        "TableName": "todos", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    dynamodb.call("CreateTable", table).await?;
    for writers in [1, 8, 64] {
        let start = Instant::now();
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let dynamodb = Arc::clone(&dynamodb);
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    while start.elapsed() < RUN {
                        let begun = Instant::now();
                        dynamodb.call("PutItem", item(writer, times.len())).await?;
                        times.push(begun.elapsed());
                    }
                    Ok::<_, ServiceError>(times)
                })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await.map_err(|error| ServiceError::server("Bench", error.to_string()))??);
        }
        times.sort();
        let rate = times.len() as f64 / start.elapsed().as_secs_f64();
        let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!("{writers:3} writers: {rate:8.0} puts/s, p50 {p50:?}, p99 {p99:?}");
    }
    dynamodb.call("DeleteTable", json!({"TableName": "todos"})).await?;
    platform.stop().await;
    drop((dynamodb, platform));
    // The directory was made above and holds nothing else.
    std::fs::remove_dir_all(&directory).map_err(|error| ServiceError::server("Bench", error.to_string()))
}

fn item(writer: usize, index: usize) -> Value {
    json!({"TableName": "todos", "Item": {
        "id": {"S": format!("{writer}-{index}")}, "title": {"S": "buy milk"}, "status": {"S": "OPEN"},
        "createdAt": {"S": "2026-11-21T08:00:00.000Z"}, "version": {"N": "1"},
    }})
}
