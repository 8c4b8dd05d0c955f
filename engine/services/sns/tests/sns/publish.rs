//! Publishing: what is accepted, and what is refused with which words.

use serde_json::{Value, json};

use crate::engine::{bodies, engine};

fn invalid(what: &str) -> (String, String) {
    ("InvalidParameter".to_owned(), format!("Invalid parameter: {what}"))
}

#[tokio::test]
async fn a_topic_that_is_not_there_is_told_from_an_arn_that_is_none() {
    let engine = engine();
    let refusal = |arn: &'static str| engine.refusal("Publish", json!({"TopicArn": arn, "Message": "m"}));
    assert_eq!(
        refusal("arn:aws:sns:us-east-1:000000000000:absent").await,
        ("NotFound".to_owned(), "Topic does not exist".to_owned())
    );
    assert_eq!(refusal("absent").await, invalid("TopicArn Reason: An ARN must have at least 6 elements, not 1"));
    assert_eq!(refusal("").await, invalid("TopicArn Reason: An ARN must have at least 6 elements, not 1"));
    let failure = engine
        .try_call("Publish", json!({"TopicArn": "arn:aws:sns:us-east-1:000000000000:absent", "Message": "m"}))
        .await
        .unwrap_err();
    assert_eq!(failure.status, 404);
    assert_eq!(
        engine.refusal("Publish", json!({"Message": "m"})).await,
        invalid("TopicArn or TargetArn Reason: no value for required parameter")
    );
}

#[tokio::test]
async fn a_queue_gets_the_notification_spaced_as_aws_does_it() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders").await, engine.queue("q").await);
    let subscription = engine.subscribe(&topic, &queue, json!({})).await;
    let input = json!({
        "TopicArn": topic,
        "Subject": "A \"subject\"",
        "Message": "line\nbreak",
        "MessageAttributes": {
            "n": {"DataType": "Number", "StringValue": "1"},
            "b": {"DataType": "Binary", "BinaryValue": "AgME"},
        },
    });
    let id = engine.call("Publish", input).await["MessageId"].as_str().unwrap().to_owned();
    let messages = engine.receive(&queue, 1).await;
    let expected = format!(
        r#"{{
  "Type" : "Notification",
  "MessageId" : "{id}",
  "TopicArn" : "{topic}",
  "Subject" : "A \"subject\"",
  "Message" : "line\nbreak",
  "Timestamp" : "2027-01-15T08:00:00.123Z",
  "SignatureVersion" : "1",
  "Signature" : "bm90IHNpZ25lZA==",
  "SigningCertURL" : "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem",
  "UnsubscribeURL" : "http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn={subscription}",
  "MessageAttributes" : {{
    "b" : {{"Type":"Binary","Value":"AgME"}},
    "n" : {{"Type":"Number","Value":"1"}}
  }}
}}"#
    );
    assert_eq!(bodies(&messages), [expected]);
    assert!(messages[0].get("MessageAttributes").is_none());
}

#[tokio::test]
async fn a_queue_that_wants_it_raw_gets_the_message_and_its_attributes() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders").await, engine.queue("q").await);
    engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
    let attributes = json!({"attr1": {"DataType": "Number", "StringValue": "99.12"}});
    engine.call("Publish", json!({"TopicArn": topic, "Message": "text", "MessageAttributes": attributes})).await;
    let messages = engine.receive(&queue, 1).await;
    assert_eq!(bodies(&messages), ["text"]);
    assert_eq!(messages[0]["MessageAttributes"], attributes);
    assert_eq!(messages[0]["MD5OfMessageAttributes"], "d302007e9aa062660afc85fd0a482472");
}

#[tokio::test]
async fn a_structured_message_has_a_text_for_each_protocol() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders").await, engine.queue("q").await);
    engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
    for text in [json!({"default": "any", "sqs": "{\"field\": \"value\"}"}), json!({"default": "any"})] {
        let input = json!({"TopicArn": topic, "Message": text.to_string(), "MessageStructure": "json"});
        engine.call("Publish", input).await;
    }
    let mut received = engine.receive(&queue, 2).await;
    received.sort_by_key(|message| message["Body"].to_string());
    assert_eq!(bodies(&received), ["any", "{\"field\": \"value\"}"]);
}

#[tokio::test]
async fn a_subscription_takes_what_its_filter_policy_does() {
    let engine = engine();
    let (topic, by_attribute, by_body) =
        (engine.topic("orders").await, engine.queue("attribute").await, engine.queue("body").await);
    let policy = json!({"state": ["open"]}).to_string();
    let raw = |scope| json!({"RawMessageDelivery": "true", "FilterPolicy": policy, "FilterPolicyScope": scope});
    engine.subscribe(&topic, &by_attribute, raw("MessageAttributes")).await;
    engine.subscribe(&topic, &by_body, raw("MessageBody")).await;
    let state = |state: &str| json!({"state": {"DataType": "String", "StringValue": state}});
    for (message, attributes) in
        [("{\"state\":\"open\"}", json!({})), ("plain", state("open")), ("neither", state("closed"))]
    {
        engine.call("Publish", json!({"TopicArn": topic, "Message": message, "MessageAttributes": attributes})).await;
    }
    assert_eq!(bodies(&engine.receive(&by_attribute, 1).await), ["plain"]);
    assert_eq!(bodies(&engine.receive(&by_body, 1).await), ["{\"state\":\"open\"}"]);
}

#[tokio::test]
async fn a_batch_is_accepted_whole_or_not_at_all() {
    let engine = engine();
    let (topic, queue) = (engine.topic("orders").await, engine.queue("q").await);
    engine.subscribe(&topic, &queue, json!({"RawMessageDelivery": "true"})).await;
    let batch = |entries: Value| json!({"TopicArn": topic, "PublishBatchRequestEntries": entries});
    let answer =
        engine.call("PublishBatch", batch(json!([{"Id": "1", "Message": "a"}, {"Id": "2", "Message": "b"}]))).await;
    assert_eq!(answer["Failed"], json!([]));
    let ids: Vec<_> = answer["Successful"].as_array().unwrap().iter().map(|entry| entry["Id"].clone()).collect();
    assert_eq!(ids, ["1", "2"]);
    for (entries, code, message) in [
        (json!([]), "EmptyBatchRequest", "The batch request doesn't contain any entries."),
        (
            json!([{"Id": "1", "Message": "a"}, {"Id": "1", "Message": "b"}]),
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ),
        (
            (0..11).map(|n| json!({"Id": n.to_string(), "Message": "a"})).collect(),
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ),
        (
            json!([{"Id": "1", "Message": "a"}, {"Id": "2", "Message": ""}]),
            "InvalidParameter",
            "Invalid parameter: Empty message",
        ),
        (
            json!([{"Id": "1", "Message": "a", "MessageAttributes": {"x": {"StringValue": "v"}}}]),
            "ValidationError",
            "1 validation error detected: Value null at \
             'publishBatchRequestEntries.1.member.messageAttributes.x.member.dataType' failed to satisfy constraint: \
             Member must not be null",
        ),
    ] {
        let refused = engine.refusal("PublishBatch", batch(entries)).await;
        assert_eq!(refused, (code.to_owned(), message.to_owned()));
    }
    assert_eq!(bodies(&engine.receive(&queue, 2).await).len(), 2);
}
