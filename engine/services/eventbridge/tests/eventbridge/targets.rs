//! Targets of other services, and of other accounts.

use firehose::Firehose;
use logs::Logs;
use serde_json::{Value, json};
use service::ServiceError;
use sns::Sns;

use crate::engine::{Engine, arn, body, engine, until};

const FOREIGN: &str = "arn:aws:events:us-east-1:111111111111:event-bus/partner";

async fn messages(engine: &Engine, group: &str) -> Vec<Value> {
    let mut found = Vec::new();
    until("an event to be logged", async || {
        let input = json!({"logGroupName": group});
        let answer = engine.platform.services.call("logs", "FilterLogEvents", input).await.unwrap();
        found = answer["events"].as_array().cloned().unwrap_or_default();
        !found.is_empty()
    })
    .await;
    found
}

#[tokio::test]
async fn an_event_is_published_to_a_topic_and_written_to_a_log_group() {
    let engine = engine();
    let services = &engine.platform.services;
    services.register(Sns::open(&engine.platform, "http://127.0.0.1:4566").unwrap());
    services.register(Logs::open(&engine.platform).unwrap());
    let queue = engine.queue("q").await;
    let topic = services.call("sns", "CreateTopic", json!({"Name": "t"})).await.unwrap()["TopicArn"].clone();
    let subscription = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue,
        "Attributes": {"RawMessageDelivery": "true"}});
    services.call("sns", "Subscribe", subscription).await.unwrap();
    services.call("logs", "CreateLogGroup", json!({"logGroupName": "/aws/events/all"})).await.unwrap();
    engine.rule("topic", r#"{"source":["s"]}"#, topic.as_str().unwrap(), json!({"InputPath": "$.detail"})).await;
    let group = arn("logs", "log-group:/aws/events/all:*");
    engine.rule("log", r#"{"source":["s"]}"#, &group, json!({})).await;
    let id = engine.put("s", json!({"n": 7})).await;
    assert_eq!(engine.receive("q", 1).await[0]["Body"], r#"{"n":7}"#);
    let logged = messages(&engine, "/aws/events/all").await;
    let event: Value = serde_json::from_str(logged[0]["message"].as_str().unwrap()).unwrap();
    assert_eq!((&event["id"], &event["detail"]["n"]), (&json!(id), &json!(7)));
}

#[tokio::test]
async fn an_event_is_a_record_of_a_delivery_stream() {
    let engine = engine();
    let services = &engine.platform.services;
    services.register(Firehose::open(&engine.platform).unwrap());
    let destination = json!({"RoleARN": arn("iam", "role/r"), "BucketARN": "arn:aws:s3:::b"});
    let stream = json!({"DeliveryStreamName": "s", "ExtendedS3DestinationConfiguration": destination});
    services.call("firehose", "CreateDeliveryStream", stream).await.unwrap();
    let target = arn("firehose", "deliverystream/s");
    engine.rule("r", r#"{"source":["s"]}"#, &target, json!({"InputPath": "$.detail"})).await;
    engine.put("s", json!({"n": 7})).await;
    let records = |connection: &store::rusqlite::Connection| {
        let mut statement = connection.prepare("SELECT data FROM firehose_records")?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        Ok::<_, ServiceError>(rows.collect::<Result<Vec<_>, _>>()?)
    };
    until("a record", async || !engine.platform.store.read(records).await.unwrap().is_empty()).await;
    assert_eq!(engine.platform.store.read(records).await.unwrap(), [br#"{"n":7}"#]);
}

#[tokio::test]
async fn the_message_group_of_a_fifo_queue_may_be_a_path() {
    let engine = engine();
    let attributes = json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"});
    let queue = json!({"QueueName": "q.fifo", "Attributes": attributes});
    engine.platform.services.call("sqs", "CreateQueue", queue).await.unwrap();
    let group = json!({"SqsParameters": {"MessageGroupId": "$.detail.order"}});
    engine.rule("r", r#"{"source":["s"]}"#, &arn("sqs", "q.fifo"), group).await;
    engine.put("s", json!({"order": "o7"})).await;
    let mut received = Value::Null;
    until("the message", async || {
        let input = json!({"QueueUrl": "q.fifo", "AttributeNames": ["MessageGroupId"]});
        received = engine.platform.services.call("sqs", "ReceiveMessage", input).await.unwrap()["Messages"][0].clone();
        !received.is_null()
    })
    .await;
    assert_eq!(received["Attributes"]["MessageGroupId"], "o7");
}

#[tokio::test]
async fn a_bus_of_another_account_takes_what_its_policy_admits() {
    let engine = engine();
    let (queue, dead) = (engine.queue("q").await, engine.queue("dead").await);
    engine.call("CreateEventBus", json!({"Name": "partner"})).await;
    let rule = json!({"Name": "r", "EventBusName": "partner", "EventPattern": r#"{"source":["s"]}"#});
    engine.call("PutRule", rule).await;
    let target = json!({"Rule": "r", "EventBusName": "partner", "Targets": [{"Id": "q", "Arn": queue}]});
    engine.call("PutTargets", target).await;
    engine.rule("out", r#"{"source":["s"]}"#, FOREIGN, json!({"DeadLetterConfig": {"Arn": dead}})).await;

    engine.put("s", json!({"n": 1})).await;
    let letter = &engine.receive("dead", 1).await[0];
    assert_eq!(letter["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_PERMISSIONS");
    assert_eq!(body(letter)["detail"]["n"], 1);
    let entry = json!({"EventBusName": FOREIGN, "Source": "s", "DetailType": "t", "Detail": "{}"});
    let refused = engine.refusal("PutEvents", json!({"Entries": [entry]})).await;
    assert_eq!(refused.0, "AccessDeniedException");

    let permission = json!({"EventBusName": "partner", "Action": "events:PutEvents", "Principal": "000000000000",
        "StatementId": "sender"});
    engine.call("PutPermission", permission).await;
    engine.put("s", json!({"n": 2})).await;
    assert_eq!(body(&engine.receive("q", 1).await[0])["detail"]["n"], 2);
    let bus = engine.call("DescribeEventBus", json!({"Name": "partner"})).await;
    let policy: Value = serde_json::from_str(bus["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::000000000000:root");

    engine.call("RemovePermission", json!({"EventBusName": "partner", "StatementId": "sender"})).await;
    engine.put("s", json!({"n": 3})).await;
    assert_eq!(body(&engine.receive("dead", 1).await[0])["detail"]["n"], 3);
}

#[tokio::test]
async fn permissions_are_refused_with_the_texts_of_aws() {
    let engine = engine();
    let put = |members: Value| {
        let mut input = json!({"Action": "events:PutEvents", "Principal": "*", "StatementId": "a"});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        input
    };
    for (input, text) in [
        (put(json!({"EventBusName": "no"})), "Event bus no does not exist."),
        (put(json!({"Action": "events:PutRule"})), "Provided value in parameter 'action' is not supported."),
    ] {
        assert_eq!(engine.refusal("PutPermission", input).await.1, text);
    }
    let remove = json!({"StatementId": "a"});
    assert_eq!(engine.refusal("RemovePermission", remove.clone()).await.1, "EventBus does not have a policy.");
    engine.call("PutPermission", put(json!({"StatementId": "b"}))).await;
    let refused = engine.refusal("RemovePermission", remove).await;
    assert_eq!(refused.1, "Statement with the provided id does not exist.");
    engine.call("RemovePermission", json!({"RemoveAllPermissions": true})).await;
    assert_eq!(engine.call("DescribeEventBus", json!({})).await["Policy"], Value::Null);
}

#[tokio::test]
async fn a_replay_is_filtered_by_rules_that_are_there() {
    let engine = engine();
    let archive = json!({"ArchiveName": "a", "EventSourceArn": arn("events", "event-bus/default")});
    engine.call("CreateArchive", archive).await;
    let input = json!({
        "ReplayName": "r", "EventSourceArn": arn("events", "archive/a"), "EventStartTime": 0, "EventEndTime": 10,
        "Destination": {"Arn": arn("events", "event-bus/default"), "FilterArns": [arn("events", "rule/gone")]},
    });
    let refused = engine.refusal("StartReplay", input).await;
    assert_eq!(refused.1, "Rule gone does not exist on EventBus default.");
}
