//! FIFO topics: order, deduplication, sequence numbers.

use std::time::Duration;

use serde_json::{Value, json};
use service::ServiceError;

use crate::engine::{bodies, engine};

fn message(topic: &str, group: &str, id: &str, text: &str) -> Value {
    json!({"TopicArn": topic, "Message": text, "MessageGroupId": group, "MessageDeduplicationId": id})
}

#[tokio::test]
async fn messages_of_a_group_arrive_in_the_order_in_which_they_were_published() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders.fifo").await, engine.queue("q.fifo").await);
    engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
    let mut numbers = Vec::new();
    let texts: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    for text in &texts {
        let answer = engine.call("Publish", message(&topic, "g", text, text)).await;
        numbers.push(answer["SequenceNumber"].as_str().unwrap().to_owned());
    }
    assert!(numbers.is_sorted() && numbers.iter().all(|number| number.len() == 20), "{numbers:?}");
    let received = engine.receive(&queue, 30).await;
    assert_eq!(bodies(&received), texts);
    assert_eq!(received[7]["Attributes"]["MessageGroupId"], "g");
    assert_eq!(received[7]["Attributes"]["MessageDeduplicationId"], "7");
}

#[tokio::test]
async fn a_message_sent_again_within_five_minutes_is_answered_alike_and_not_delivered() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders.fifo").await, engine.queue("q").await);
    engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
    let first = engine.call("Publish", message(&topic, "g", "1", "one")).await;
    engine.pass(Duration::from_secs(299));
    assert_eq!(engine.call("Publish", message(&topic, "g", "1", "again")).await, first);
    engine.pass(Duration::from_secs(1));
    let later = engine.call("Publish", message(&topic, "g", "1", "later")).await;
    assert_ne!(later["MessageId"], first["MessageId"]);
    assert_eq!(bodies(&engine.receive(&queue, 2).await), ["one", "later"]);
}

#[tokio::test]
async fn a_topic_may_take_the_content_for_the_deduplication_id() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders.fifo").await, engine.queue("q.fifo").await);
    engine.subscribe(&topic, &queue, json!({})).await;
    let plain = json!({"TopicArn": topic, "Message": "Test", "MessageGroupId": "g"});
    let invalid = |what: &str| ("InvalidParameter".to_owned(), format!("Invalid parameter: {what}"));
    assert_eq!(
        engine.refusal("Publish", plain.clone()).await,
        invalid(
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
        )
    );
    assert_eq!(
        engine.refusal("Publish", json!({"TopicArn": topic, "Message": "Test"})).await,
        invalid("The MessageGroupId parameter is required for FIFO topics")
    );
    let set = json!({
        "TopicArn": topic, "AttributeName": "ContentBasedDeduplication", "AttributeValue": "true",
    });
    engine.call("SetTopicAttributes", set).await;
    engine.call("Publish", plain).await;
    let received = engine.receive(&queue, 1).await;
    assert_eq!(
        received[0]["Attributes"]["MessageDeduplicationId"],
        "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25"
    );
    let body: Value = serde_json::from_str(received[0]["Body"].as_str().unwrap()).unwrap();
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["Type", "MessageId", "SequenceNumber", "TopicArn", "Message", "Timestamp", "UnsubscribeURL"]);
}

#[tokio::test]
async fn a_standard_topic_takes_a_group_and_no_deduplication_id() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders").await, engine.queue("q").await);
    engine.subscribe(&topic, &queue, json!({})).await;
    engine.call("Publish", json!({"TopicArn": topic, "Message": "m", "MessageGroupId": "tenant"})).await;
    assert_eq!(engine.receive(&queue, 1).await[0]["Attributes"]["MessageGroupId"], "tenant");
    assert_eq!(
        engine.refusal("Publish", message(&topic, "g", "1", "m")).await.1,
        "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is \
         not valid for this topic type"
    );
}

#[tokio::test]
async fn a_message_that_fails_for_a_while_does_not_let_later_ones_of_its_group_pass() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders.fifo").await, engine.queue("q.fifo").await);
    engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
    let real = engine.platform.services.get("sqs").unwrap();
    let double = std::sync::Arc::new(crate::delivery::Failing::new(
        real.clone(),
        vec![ServiceError::server("ServiceUnavailable", "down"); 5],
    ));
    engine.platform.services.register(double);
    for text in ["one", "two", "three"] {
        engine.call("Publish", message(&topic, "g", text, text)).await;
    }
    engine.until_delivered().await;
    assert_eq!(bodies(&engine.receive(&queue, 3).await), ["one", "two", "three"]);
}
