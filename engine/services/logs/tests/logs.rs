//! CloudWatch Logs by its operations.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, Timestamp, VirtualClock};
use logs::Logs;
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use store::{Location, Store};

const START: i64 = 1_795_248_000_000;

struct Engine {
    clock: VirtualClock,
    logs: Arc<Logs>,
    platform: Platform,
}

impl Engine {
    async fn new() -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(START));
        let store = Store::open(&Location::Memory).unwrap();
        let platform = Platform::new(store, Arc::new(clock.clone()), Scope::default());
        let logs = Logs::open(&platform).unwrap();
        logs.start();
        let engine = Self { clock, logs, platform };
        engine.call("CreateLogGroup", json!({"logGroupName": "/app", "tags": {"team": "a"}})).await;
        engine.call("CreateLogStream", json!({"logGroupName": "/app", "logStreamName": "one"})).await;
        engine
    }

    async fn call(&self, operation: &str, input: Value) -> Value {
        self.logs.call(operation, input).await.unwrap()
    }

    async fn refused(&self, operation: &str, input: Value) -> ServiceError {
        self.logs.call(operation, input).await.unwrap_err()
    }

    async fn put(&self, stream: &str, events: &[(i64, &str)]) -> Value {
        let events: Vec<Value> =
            events.iter().map(|(at, message)| json!({"timestamp": START + at, "message": message})).collect();
        let input = json!({"logGroupName": "/app", "logStreamName": stream, "logEvents": events});
        self.call("PutLogEvents", input).await
    }

    async fn get(&self, members: Value) -> Value {
        let mut input = json!({"logGroupName": "/app", "logStreamName": "one"});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        self.call("GetLogEvents", input).await
    }
}

fn messages(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().unwrap().iter().map(|event| event["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn events_are_read_in_both_directions_by_tokens() {
    let engine = Engine::new().await;
    engine.put("one", &[(1, "a"), (2, "b"), (2, "c"), (3, "d")]).await;
    let newest = engine.get(json!({"limit": 2})).await;
    assert_eq!(messages(&newest), ["c", "d"]);
    let older = engine.get(json!({"limit": 2, "nextToken": newest["nextBackwardToken"]})).await;
    assert_eq!(messages(&older), ["a", "b"]);
    let oldest = engine.get(json!({"nextToken": older["nextBackwardToken"]})).await;
    assert_eq!(messages(&oldest), Vec::<&str>::new());
    assert_eq!(oldest["nextBackwardToken"], older["nextBackwardToken"], "the token repeats at the end");
    let first = engine.get(json!({"limit": 3, "startFromHead": true})).await;
    assert_eq!(messages(&first), ["a", "b", "c"]);
    let rest = engine.get(json!({"nextToken": first["nextForwardToken"]})).await;
    assert_eq!(messages(&rest), ["d"]);
    let end = engine.get(json!({"nextToken": rest["nextForwardToken"]})).await;
    assert_eq!(end["nextForwardToken"], rest["nextForwardToken"]);
    engine.put("one", &[(4, "e")]).await;
    assert_eq!(messages(&engine.get(json!({"nextToken": end["nextForwardToken"]})).await), ["e"]);
    assert_eq!(messages(&engine.get(json!({"startTime": START + 2, "endTime": START + 3})).await), ["b", "c"]);
}

#[tokio::test]
async fn filtering_goes_over_streams_in_the_order_of_time_by_pages() {
    let engine = Engine::new().await;
    engine.call("CreateLogStream", json!({"logGroupName": "/app", "logStreamName": "two"})).await;
    engine.put("one", &[(1, "ERROR 1"), (3, r#"{"level":"ERROR","n":3}"#)]).await;
    engine.put("two", &[(2, "INFO 2"), (4, "ERROR 4")]).await;
    let filter = async |members: Value| {
        let mut input = json!({"logGroupIdentifier": "arn:aws:logs:us-east-1:000000000000:log-group:/app:*"});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        engine.call("FilterLogEvents", input).await
    };
    let page = filter(json!({"filterPattern": "ERROR", "limit": 2})).await;
    assert_eq!(messages(&page), ["ERROR 1", r#"{"level":"ERROR","n":3}"#]);
    assert_eq!(page["events"][0]["logStreamName"], "one");
    let next = filter(json!({"filterPattern": "ERROR", "limit": 2, "nextToken": page["nextToken"]})).await;
    assert_eq!(messages(&next), ["ERROR 4"]);
    assert_eq!(next["nextToken"], Value::Null);
    assert_eq!(messages(&filter(json!({"filterPattern": r#"{ $.level = "ERROR" && $.n > 2 }"#})).await).len(), 1);
    assert_eq!(messages(&filter(json!({"logStreamNames": ["two"]})).await), ["INFO 2", "ERROR 4"]);
    assert_eq!(messages(&filter(json!({"endTime": START + 2})).await), ["ERROR 1", "INFO 2"]);
}

#[tokio::test]
async fn events_whose_retention_is_over_are_gone() {
    let engine = Engine::new().await;
    engine.put("one", &[(0, "old")]).await;
    engine.call("PutRetentionPolicy", json!({"logGroupName": "/app", "retentionInDays": 1})).await;
    engine.clock.advance(Duration::from_secs(23 * 3600));
    engine.put("one", &[(23 * 3_600_000, "new")]).await;
    assert_eq!(messages(&engine.get(json!({})).await), ["old", "new"]);
    engine.clock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(messages(&engine.get(json!({})).await), ["new"]);
    let refused = engine.refused("PutRetentionPolicy", json!({"logGroupName": "/app", "retentionInDays": 2})).await;
    assert!(refused.message.contains("satisfy enum value set: [1, 3, 5,"), "{refused}");
    engine.call("DeleteRetentionPolicy", json!({"logGroupName": "/app"})).await;
    engine.platform.stop().await;
}

#[tokio::test]
async fn events_that_are_too_old_or_too_new_are_rejected_by_index() {
    let engine = Engine::new().await;
    let day = 24 * 3_600_000;
    let answer = engine.put("one", &[(-14 * day - 1, "old"), (-13 * day - day / 2, "kept")]).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({"tooOldLogEventEndIndex": 1}));
    let answer = engine.put("one", &[(0, "kept"), (3 * 3_600_000, "new")]).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({"tooNewLogEventStartIndex": 1}));
    assert_eq!(messages(&engine.get(json!({})).await), ["kept", "kept"]);
    let unsorted = json!({"logGroupName": "/app", "logStreamName": "one",
        "logEvents": [{"timestamp": START, "message": "b"}, {"timestamp": START - 1, "message": "a"}]});
    let refused = engine.refused("PutLogEvents", unsorted).await;
    assert_eq!(refused.message, "Log events in a single PutLogEvents request must be in chronological order.");
}

#[tokio::test]
async fn groups_and_streams_are_described_tagged_and_deleted() {
    let engine = Engine::new().await;
    engine.call("CreateLogGroup", json!({"logGroupName": "/other"})).await;
    let groups = engine.call("DescribeLogGroups", json!({"logGroupNamePrefix": "/a"})).await;
    let group = &groups["logGroups"][0];
    assert_eq!(group["arn"], "arn:aws:logs:us-east-1:000000000000:log-group:/app:*");
    assert_eq!(group["logGroupArn"], "arn:aws:logs:us-east-1:000000000000:log-group:/app");
    let page = engine.call("DescribeLogGroups", json!({"limit": 1})).await;
    let next = engine.call("DescribeLogGroups", json!({"limit": 1, "nextToken": page["nextToken"]})).await;
    assert_eq!(next["logGroups"][0]["logGroupName"], "/other");
    engine.call("CreateLogStream", json!({"logGroupName": "/app", "logStreamName": "two"})).await;
    engine.put("one", &[(5, "a")]).await;
    let streams = json!({"logGroupName": "/app", "orderBy": "LastEventTime", "descending": true});
    let streams = engine.call("DescribeLogStreams", streams).await;
    assert_eq!(streams["logStreams"][0]["logStreamName"], "one");
    assert_eq!(streams["logStreams"][0]["lastEventTimestamp"], START + 5);
    let arn = &group["logGroupArn"];
    engine.call("TagResource", json!({"resourceArn": arn, "tags": {"cost": "b"}})).await;
    engine.call("UntagResource", json!({"resourceArn": arn, "tagKeys": ["team"]})).await;
    let tags = engine.call("ListTagsForResource", json!({"resourceArn": arn})).await;
    assert_eq!(tags["tags"], json!({"cost": "b"}));
    let refused = engine.refused("CreateLogGroup", json!({"logGroupName": "/app"})).await;
    assert_eq!(refused.to_string(), "ResourceAlreadyExistsException: The specified log group already exists");
    engine.call("DeleteLogGroup", json!({"logGroupName": "/app"})).await;
    let refused = engine.refused("DescribeLogStreams", json!({"logGroupName": "/app"})).await;
    assert_eq!(refused.to_string(), "ResourceNotFoundException: The specified log group does not exist.");
}

#[tokio::test]
async fn resource_policies_are_kept() {
    let engine = Engine::new().await;
    let document = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    engine.call("PutResourcePolicy", json!({"policyName": "p", "policyDocument": document})).await;
    let described = engine.call("DescribeResourcePolicies", json!({})).await;
    assert_eq!(described["resourcePolicies"][0]["policyDocument"], document);
    engine.call("DeleteResourcePolicy", json!({"policyName": "p"})).await;
    assert_eq!(engine.call("DescribeResourcePolicies", json!({})).await["resourcePolicies"], json!([]));
    assert_eq!(engine.clock.now(), Timestamp::from_millis(START));
}
