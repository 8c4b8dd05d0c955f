//! DynamoDB and its streams through `Service::call`, as the gateway and other services call them.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, SystemClock, Timestamp, VirtualClock};
use dynamodb::DynamoDb;
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use store::{Location, Store};

fn platform(location: &Location, clock: Arc<dyn Clock>) -> Platform {
    Platform::new(Store::open(location).unwrap(), clock, Scope::default())
}

fn in_memory() -> (Platform, Arc<DynamoDb>) {
    let platform = platform(&Location::Memory, Arc::new(SystemClock));
    let dynamodb = DynamoDb::open(&platform).unwrap();
    (platform, dynamodb)
}

fn at(directory: &Path) -> (Platform, Arc<DynamoDb>) {
    let platform = platform(&Location::Directory(directory.to_owned()), Arc::new(SystemClock));
    let dynamodb = DynamoDb::open(&platform).unwrap();
    (platform, dynamodb)
}

async fn call(dynamodb: &DynamoDb, operation: &str, input: Value) -> Value {
    dynamodb.call(operation, input).await.unwrap()
}

async fn error(dynamodb: &DynamoDb, operation: &str, input: Value) -> ServiceError {
    dynamodb.call(operation, input).await.unwrap_err()
}

async fn create_todos(dynamodb: &DynamoDb) -> String {
    let table = json!({
        "TableName": "todos",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "owner", "AttributeType": "S"},
            {"AttributeName": "position", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "byOwner",
            "KeySchema": [
                {"AttributeName": "owner", "KeyType": "HASH"},
                {"AttributeName": "position", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    let created = call(dynamodb, "CreateTable", table).await;
    let description = &created["TableDescription"];
    assert_eq!(description["TableArn"], "arn:aws:dynamodb:us-east-1:000000000000:table/todos");
    description["LatestStreamArn"].as_str().unwrap().to_owned()
}

fn todo(id: &str, position: &str) -> Value {
    json!({"id": {"S": id}, "owner": {"S": "everyone"}, "position": {"S": position}, "title": {"S": "milk"}})
}

async fn put(dynamodb: &DynamoDb, id: &str) {
    call(dynamodb, "PutItem", json!({"TableName": "todos", "Item": todo(id, id)})).await;
}

async fn records(dynamodb: &DynamoDb, stream: &str) -> Vec<Value> {
    let streams = dynamodb.streams();
    let described = streams.call("DescribeStream", json!({"StreamArn": stream})).await.unwrap();
    let description = &described["StreamDescription"];
    assert_eq!(description["StreamArn"], stream);
    let range = description["Shards"][0]["SequenceNumberRange"].as_object().unwrap();
    assert_eq!(range.keys().collect::<Vec<_>>(), ["StartingSequenceNumber"], "the shard is open");
    let iterator = streams
        .call(
            "GetShardIterator",
            json!({"StreamArn": stream, "ShardId": description["Shards"][0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}),
        )
        .await
        .unwrap();
    let output = streams.call("GetRecords", iterator).await.unwrap();
    output["Records"].as_array().unwrap().clone()
}

fn keys(records: &[Value]) -> Vec<(&str, &str)> {
    records
        .iter()
        .map(|record| (record["eventName"].as_str().unwrap(), record["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn an_item_is_found_by_its_key_and_through_an_index_in_order() {
    let (_platform, dynamodb) = in_memory();
    create_todos(&dynamodb).await;
    for (id, position) in [("b", "2"), ("a", "1"), ("c", "3")] {
        call(&dynamodb, "PutItem", json!({"TableName": "todos", "Item": todo(id, position)})).await;
    }
    let got = call(&dynamodb, "GetItem", json!({"TableName": "todos", "Key": {"id": {"S": "b"}}})).await;
    assert_eq!(got["Item"]["position"]["S"], "2");
    let query = json!({
        "TableName": "todos", "IndexName": "byOwner", "Limit": 2,
        "KeyConditionExpression": "#owner = :owner",
        "ExpressionAttributeNames": {"#owner": "owner"},
        "ExpressionAttributeValues": {":owner": {"S": "everyone"}},
    });
    let page = call(&dynamodb, "Query", query).await;
    let ids: Vec<_> = page["Items"].as_array().unwrap().iter().map(|item| item["id"]["S"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(page["LastEvaluatedKey"]["id"]["S"], "b");
}

#[tokio::test]
async fn a_failed_condition_answers_the_old_item_when_it_is_asked_for() {
    let (_platform, dynamodb) = in_memory();
    create_todos(&dynamodb).await;
    put(&dynamodb, "a").await;
    let again = json!({
        "TableName": "todos", "Item": todo("a", "9"), "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    let error = error(&dynamodb, "PutItem", again).await;
    assert_eq!((error.code.as_str(), error.status), ("ConditionalCheckFailedException", 400));
    assert_eq!(error.message, "The conditional request failed");
    assert_eq!(error.members["Item"]["position"]["S"], "a");
}

#[tokio::test]
async fn a_cancelled_transaction_gives_a_reason_for_each_item_and_writes_nothing() {
    let (_platform, dynamodb) = in_memory();
    let stream = create_todos(&dynamodb).await;
    put(&dynamodb, "a").await;
    let transaction = json!({"TransactItems": [
        {"Put": {"TableName": "todos", "Item": todo("b", "1")}},
        {"Put": {"TableName": "todos", "Item": todo("a", "1"), "ConditionExpression": "attribute_not_exists(id)"}},
    ]});
    let error = error(&dynamodb, "TransactWriteItems", transaction).await;
    assert_eq!(error.code, "TransactionCanceledException");
    assert!(error.message.contains("[None, ConditionalCheckFailed]"), "{}", error.message);
    let codes: Vec<_> =
        error.members["CancellationReasons"].as_array().unwrap().iter().map(|reason| &reason["Code"]).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    assert_eq!(keys(&records(&dynamodb, &stream).await), [("INSERT", "a")]);
}

#[tokio::test]
async fn a_transaction_is_done_once_for_its_token_even_across_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let count = |n: &str| {
        json!({"ClientRequestToken": "t-1", "TransactItems": [{"Update": {
            "TableName": "todos", "Key": {"id": {"S": "a"}}, "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": n}},
        }}]})
    };
    {
        let (platform, dynamodb) = at(directory.path());
        create_todos(&dynamodb).await;
        call(&dynamodb, "TransactWriteItems", count("1")).await;
        platform.stop().await;
    }
    let (_platform, dynamodb) = at(directory.path());
    call(&dynamodb, "TransactWriteItems", count("1")).await;
    let got = call(&dynamodb, "GetItem", json!({"TableName": "todos", "Key": {"id": {"S": "a"}}})).await;
    assert_eq!(got["Item"]["n"]["N"], "1");
    let error = error(&dynamodb, "TransactWriteItems", count("2")).await;
    assert_eq!(error.code, "IdempotentParameterMismatchException");
}

#[tokio::test]
async fn stream_records_keep_their_order_and_ids_across_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let (stream, before) = {
        let (platform, dynamodb) = at(directory.path());
        let stream = create_todos(&dynamodb).await;
        put(&dynamodb, "a").await;
        put(&dynamodb, "a").await;
        call(&dynamodb, "PutItem", json!({"TableName": "todos", "Item": todo("a", "moved")})).await;
        call(&dynamodb, "DeleteItem", json!({"TableName": "todos", "Key": {"id": {"S": "a"}}})).await;
        let before = records(&dynamodb, &stream).await;
        platform.stop().await;
        (stream, before)
    };
    let (_platform, dynamodb) = at(directory.path());
    put(&dynamodb, "b").await;
    let after = records(&dynamodb, &stream).await;
    // The second put changed nothing and made no record, as on AWS.
    assert_eq!(keys(&after), [("INSERT", "a"), ("MODIFY", "a"), ("REMOVE", "a"), ("INSERT", "b")]);
    assert_eq!(after[..3], before[..]);
    assert_eq!(after[0]["awsRegion"], "us-east-1");
    let numbers: Vec<_> = after.iter().map(|record| record["dynamodb"]["SequenceNumber"].as_str().unwrap()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[tokio::test]
async fn what_was_answered_survives_a_process_that_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let left = tempfile::tempdir().unwrap();
    let (_platform, dynamodb) = at(directory.path());
    let stream = create_todos(&dynamodb).await;
    let writes: Vec<_> = (0..20)
        .map(|index| {
            let dynamodb = Arc::clone(&dynamodb);
            tokio::spawn(async move { put(&dynamodb, &format!("{index:02}")).await })
        })
        .collect();
    for write in writes {
        write.await.unwrap();
    }
    // What a killed process leaves behind: the files as they are, with nothing closed.
    for entry in std::fs::read_dir(directory.path()).unwrap().map(Result::unwrap) {
        if !entry.file_name().to_string_lossy().contains("lock") {
            std::fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
        }
    }
    let (_platform, dynamodb) = at(left.path());
    assert_eq!(call(&dynamodb, "Scan", json!({"TableName": "todos", "Select": "COUNT"})).await["Count"], 20);
    assert_eq!(records(&dynamodb, &stream).await.len(), 20);
}

#[tokio::test]
async fn a_write_to_a_streamed_table_wakes_whoever_listens_to_the_stream() {
    let (platform, dynamodb) = in_memory();
    let stream = create_todos(&dynamodb).await;
    let signal = platform.signals.listen(&stream);
    let woken = signal.notified();
    tokio::pin!(woken);
    woken.as_mut().enable();
    put(&dynamodb, "a").await;
    tokio::time::timeout(Duration::from_secs(5), woken).await.unwrap();
}

#[tokio::test]
async fn expired_items_go_by_themselves_and_old_records_after_a_day() {
    let clock = VirtualClock::starting_at(Timestamp::parse_rfc3339("2026-11-21T08:00:00Z").unwrap());
    let platform = platform(&Location::Memory, Arc::new(clock.clone()));
    let dynamodb = DynamoDb::open(&platform).unwrap();
    let stream = create_todos(&dynamodb).await;
    let ttl = json!({"TableName": "todos", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expiresAt"}});
    call(&dynamodb, "UpdateTimeToLive", ttl).await;
    let mut item = todo("a", "1");
    item["expiresAt"] = json!({"N": (clock.now().as_millis() / 1000 + 1800).to_string()});
    call(&dynamodb, "PutItem", json!({"TableName": "todos", "Item": item})).await;
    put(&dynamodb, "stays").await;

    let signal = platform.signals.listen(&stream);
    let woken = signal.notified();
    tokio::pin!(woken);
    woken.as_mut().enable();
    advance(&clock, Duration::from_secs(3600)).await;
    tokio::time::timeout(Duration::from_secs(5), woken).await.unwrap();
    let seen = records(&dynamodb, &stream).await;
    assert_eq!(keys(&seen), [("INSERT", "a"), ("INSERT", "stays"), ("REMOVE", "a")]);
    assert_eq!(seen[2]["userIdentity"]["principalId"], "dynamodb.amazonaws.com");
    assert!(seen[1].get("userIdentity").is_none());

    advance(&clock, Duration::from_secs(25 * 3600)).await;
    // The sweep is over once it waits for the clock again.
    while clock.next_wake().is_none() {
        tokio::task::yield_now().await;
    }
    assert!(records(&dynamodb, &stream).await.is_empty());
}

#[tokio::test]
async fn records_that_grew_old_while_the_engine_was_stopped_can_still_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let friday = Timestamp::parse_rfc3339("2026-11-20T18:00:00Z").unwrap();
    let stream = {
        let platform = platform(&location, Arc::new(VirtualClock::starting_at(friday)));
        let dynamodb = DynamoDb::open(&platform).unwrap();
        let stream = create_todos(&dynamodb).await;
        put(&dynamodb, "a").await;
        platform.stop().await;
        stream
    };
    let monday = VirtualClock::starting_at(friday.plus(Duration::from_secs(60 * 3600)));
    let platform = platform(&location, Arc::new(monday.clone()));
    let dynamodb = DynamoDb::open(&platform).unwrap();
    advance(&monday, Duration::from_secs(60)).await;
    assert_eq!(keys(&records(&dynamodb, &stream).await), [("INSERT", "a")]);
    advance(&monday, Duration::from_secs(2 * 3600)).await;
    while monday.next_wake().is_none() {
        tokio::task::yield_now().await;
    }
    assert!(records(&dynamodb, &stream).await.is_empty());
}

/// Moves the clock once the background work waits for it.
async fn advance(clock: &VirtualClock, duration: Duration) {
    while clock.next_wake().is_none() {
        tokio::task::yield_now().await;
    }
    clock.advance(duration);
}

#[tokio::test]
async fn a_table_made_again_has_a_new_stream_without_the_old_records() {
    let (_platform, dynamodb) = in_memory();
    let old = create_todos(&dynamodb).await;
    put(&dynamodb, "a").await;
    call(&dynamodb, "DeleteTable", json!({"TableName": "todos"})).await;
    let new = create_todos(&dynamodb).await;
    assert!(records(&dynamodb, &new).await.is_empty());
    if old != new {
        let error = dynamodb.streams().call("DescribeStream", json!({"StreamArn": old})).await.unwrap_err();
        assert_eq!(error.code, "ResourceNotFoundException");
    }
}

#[tokio::test]
async fn errors_name_what_is_wrong_as_aws_does() {
    let (_platform, dynamodb) = in_memory();
    let missing = error(&dynamodb, "GetItem", json!({"TableName": "nothing", "Key": {"id": {"S": "a"}}})).await;
    assert_eq!(
        (missing.code.as_str(), missing.message.as_str()),
        ("ResourceNotFoundException", "Requested resource not found")
    );
    let invalid = error(&dynamodb, "PutItem", json!({"Item": {}})).await;
    assert_eq!(invalid.code, "ValidationException");
    assert_eq!(error(&dynamodb, "CreateBackup", json!({})).await.status, 501);
    assert_eq!(error(&dynamodb, "Frobnicate", json!({})).await.code, "UnknownOperationException");
}

#[test]
fn a_damaged_file_is_told_with_its_path_and_a_remedy() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("dynamodb.db"), "this is no database, ".repeat(100)).unwrap();
    let platform = platform(&Location::Directory(directory.path().to_owned()), Arc::new(SystemClock));
    let Err(error) = DynamoDb::open(&platform) else { panic!("it must be refused") };
    assert!(error.message.contains("dynamodb.db") && error.message.contains("sluice reset"), "{}", error.message);
}
