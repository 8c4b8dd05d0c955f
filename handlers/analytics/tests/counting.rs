//! The function against DynamoDB, through the SDK.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::SystemClock;
use dynamodb::DynamoDb;
use function::{Context, Failure, LambdaEvent};
use futures::future::join_all;
use gateway::{AwsEndpoint, InProcess};
use serde_json::{Value, json};
use service::{Platform, Scope};
use store::{Location, Store};

struct Analytics {
    platform: Platform,
    context: Context,
}

impl Analytics {
    async fn new() -> Self {
        let store = Store::open(&Location::Memory).unwrap();
        let platform = Platform::new(store, Arc::new(SystemClock), Scope::default());
        platform.services.register(DynamoDb::open(&platform).unwrap());
        let aws = InProcess::new(AwsEndpoint::new(&platform)).sdk_config(&platform.scope);
        let settings = [("ANALYTICS_TABLE", "analytics")].into_iter().collect();
        let table = json!({
            "TableName": "analytics", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        });
        platform.services.call("dynamodb", "CreateTable", table).await.unwrap();
        Self { platform, context: Context { aws, settings } }
    }

    async fn deliver(&self, event: Value) -> Result<Value, Failure> {
        let handler = (analytics::COUNT.build)(&self.context).unwrap();
        handler.handle(LambdaEvent::new(event, lambda_runtime::Context::default())).await
    }

    /// Every counter: type and hour with its count.
    async fn counts(&self) -> BTreeMap<String, String> {
        let scanned = self.platform.services.call("dynamodb", "Scan", json!({"TableName": "analytics"})).await.unwrap();
        let items = scanned["Items"].as_array().unwrap().iter().filter(|item| item.get("count").is_some());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        items.map(|item| (text(&item["pk"]["S"]) + " " + &text(&item["sk"]["S"]), text(&item["count"]["N"]))).collect()
    }
}

fn event(detail_type: &str, event_id: &str, occurred_at: &str) -> Value {
    json!({
        "version": "0", "id": "1", "detail-type": detail_type, "source": "sluicegate.todo", "account": "000000000000",
        "time": "2026-11-21T10:00:00Z", "region": "us-east-1", "resources": [],
        "detail": {"eventId": event_id, "occurredAt": occurred_at, "todoId": "t"},
    })
}

fn counts<const N: usize>(expected: [(&str, &str); N]) -> BTreeMap<String, String> {
    expected.into_iter().map(|(counter, count)| (counter.to_owned(), count.to_owned())).collect()
}

#[tokio::test]
async fn events_count_for_the_hour_in_which_they_happened() {
    let analytics = Analytics::new().await;
    for (detail_type, event_id, occurred_at) in [
        ("todo.created", "1", "2026-11-21T08:00:00.000Z"),
        ("todo.created", "2", "2026-11-21T08:59:59.999Z"),
        ("todo.created", "3", "2026-11-21T09:00:00.000Z"),
        ("todo.deleted", "4", "2026-11-21T08:30:00.000Z"),
    ] {
        let answer = analytics.deliver(event(detail_type, event_id, occurred_at)).await.unwrap();
        assert_eq!(answer, json!({"counted": true}));
    }
    let expected = counts([
        ("COUNT#todo.created 2026-11-21T08", "2"),
        ("COUNT#todo.created 2026-11-21T09", "1"),
        ("COUNT#todo.deleted 2026-11-21T08", "1"),
    ]);
    assert_eq!(analytics.counts().await, expected);
}

#[tokio::test]
async fn duplicates_and_replays_change_nothing() {
    let analytics = Analytics::new().await;
    let first = event("todo.created", "1", "2026-11-21T08:00:00.000Z");
    analytics.deliver(first.clone()).await.unwrap();
    let mut replayed = first.clone();
    replayed["replay-name"] = json!("again");
    let mut published_again = first.clone();
    published_again["id"] = json!("2");
    published_again["time"] = json!("2026-11-21T23:00:00Z");
    for duplicate in [first, replayed, published_again] {
        assert_eq!(analytics.deliver(duplicate).await.unwrap(), json!({"counted": false}));
    }
    assert_eq!(analytics.counts().await, counts([("COUNT#todo.created 2026-11-21T08", "1")]));
}

#[tokio::test]
async fn deliveries_at_the_same_time_are_each_counted_once() {
    let analytics = Analytics::new().await;
    let deliveries = (0..60).map(|n| event("todo.created", &(n % 20).to_string(), "2026-11-21T08:00:00.000Z"));
    let answers = join_all(deliveries.map(|event| analytics.deliver(event))).await;
    assert_eq!(answers.into_iter().filter(|answer| answer.as_ref().unwrap()["counted"] == true).count(), 20);
    assert_eq!(analytics.counts().await, counts([("COUNT#todo.created 2026-11-21T08", "20")]));
}

#[tokio::test]
async fn an_event_without_an_id_fails_and_says_so() {
    let analytics = Analytics::new().await;
    let mut event = event("todo.created", "1", "2026-11-21T08:00:00.000Z");
    event["detail"].as_object_mut().unwrap().remove("eventId");
    let failure = analytics.deliver(event).await.unwrap_err();
    assert_eq!(
        (failure.error_type.as_ref(), failure.message.as_str()),
        ("Function.InvalidInput", "detail: missing field `eventId`")
    );
}
