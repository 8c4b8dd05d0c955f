//! Topics, subscriptions, their attributes, tags and permissions.

use serde_json::{Value, json};

use crate::engine::{FUNCTION, engine};

fn invalid(what: &str) -> (String, String) {
    ("InvalidParameter".to_owned(), format!("Invalid parameter: {what}"))
}

#[tokio::test]
async fn creating_a_topic_again_answers_its_arn_unless_something_differs() {
    let engine = engine();
    let create = |attributes: Value, tags: Value| json!({"Name": "t", "Attributes": attributes, "Tags": tags});
    let tags = json!([{"Key": "k", "Value": "v"}]);
    let first = engine.call("CreateTopic", create(json!({"DisplayName": "T"}), tags.clone())).await;
    assert_eq!(first["TopicArn"], "arn:aws:sns:us-east-1:000000000000:t");
    assert_eq!(engine.call("CreateTopic", json!({"Name": "t"})).await, first);
    assert_eq!(engine.call("CreateTopic", create(json!({"DisplayName": "T"}), tags.clone())).await, first);
    assert_eq!(
        engine.refusal("CreateTopic", create(json!({"DisplayName": "U"}), tags)).await,
        invalid("Attributes Reason: Topic already exists with different attributes")
    );
    assert_eq!(
        engine.refusal("CreateTopic", create(json!({}), json!([{"Key": "k", "Value": "w"}]))).await,
        invalid("Tags Reason: Topic already exists with different tags")
    );
    let twice = json!([{"Key": "k", "Value": "v"}, {"Key": "k", "Value": "w"}]);
    assert_eq!(
        engine.refusal("CreateTopic", json!({"Name": "u", "Tags": twice})).await,
        invalid("Duplicated keys are not allowed.")
    );
}

#[tokio::test]
async fn a_topic_tells_its_attributes() {
    let engine = engine();
    let arn = engine.topic("t.fifo").await;
    let answer = engine.call("GetTopicAttributes", json!({"TopicArn": arn})).await;
    let attributes = answer["Attributes"].as_object().unwrap();
    let names: Vec<_> = attributes.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "ContentBasedDeduplication",
            "DisplayName",
            "EffectiveDeliveryPolicy",
            "FifoTopic",
            "Owner",
            "Policy",
            "SubscriptionsConfirmed",
            "SubscriptionsDeleted",
            "SubscriptionsPending",
            "TopicArn",
        ]
    );
    let policy: Value = serde_json::from_str(attributes["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Statement"][0]["Resource"], arn);
    engine.call("DeleteTopic", json!({"TopicArn": arn})).await;
    let gone = engine.refusal("GetTopicAttributes", json!({"TopicArn": arn})).await;
    assert_eq!(gone, ("NotFound".to_owned(), "Topic does not exist".to_owned()));
    engine.call("DeleteTopic", json!({"TopicArn": arn})).await;
}

#[tokio::test]
async fn a_subscription_is_confirmed_and_made_once() {
    let engine = engine();
    let (topic, queue) = (engine.topic("t").await, engine.queue("q").await);
    let arn = engine.subscribe(&topic, &queue, json!({})).await;
    assert!(arn.starts_with(&format!("{topic}:")));
    assert_eq!(engine.subscribe(&topic, &queue, json!({})).await, arn);
    let answer = engine.call("GetSubscriptionAttributes", json!({"SubscriptionArn": arn})).await;
    assert_eq!(
        answer["Attributes"],
        json!({
            "ConfirmationWasAuthenticated": "true",
            "Endpoint": queue,
            "Owner": "000000000000",
            "PendingConfirmation": "false",
            "Protocol": "sqs",
            "RawMessageDelivery": "false",
            "SubscriptionArn": arn,
            "SubscriptionPrincipal": "arn:aws:iam::000000000000:root",
            "TopicArn": topic,
        })
    );
    let again = json!({
        "TopicArn": topic, "Protocol": "sqs", "Endpoint": queue, "Attributes": {"RawMessageDelivery": "true"},
    });
    assert_eq!(
        engine.refusal("Subscribe", again).await,
        invalid("Attributes Reason: Subscription already exists with different attributes")
    );
    engine.subscribe(&topic, FUNCTION, json!({})).await;
    let listed = engine.call("ListSubscriptions", json!({})).await;
    assert_eq!(listed["Subscriptions"].as_array().unwrap().len(), 2);
    engine.call("Unsubscribe", json!({"SubscriptionArn": arn})).await;
    engine.call("Unsubscribe", json!({"SubscriptionArn": arn})).await;
    let gone = engine.refusal("GetSubscriptionAttributes", json!({"SubscriptionArn": arn})).await;
    assert_eq!(gone, ("NotFound".to_owned(), "Subscription does not exist".to_owned()));
    let counts = engine.call("GetTopicAttributes", json!({"TopicArn": topic})).await;
    assert_eq!(counts["Attributes"]["SubscriptionsConfirmed"], "1");
    assert_eq!(counts["Attributes"]["SubscriptionsDeleted"], "1");
}

#[tokio::test]
async fn what_can_not_be_subscribed_is_refused() {
    let engine = engine();
    let (topic, fifo) = (engine.topic("t").await, engine.topic("t.fifo").await);
    let refusal = |topic: &str, protocol: &str, endpoint: &str| {
        engine.refusal("Subscribe", json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint}))
    };
    let account = "us-east-1:000000000000";
    assert_eq!(
        refusal(&topic, "pigeon", "x").await,
        invalid("Amazon SNS does not support this protocol string: pigeon")
    );
    assert_eq!(refusal(&topic, "sqs", "http://127.0.0.1:4566/000000000000/q").await, invalid("SQS endpoint ARN"));
    assert_eq!(
        refusal(&topic, "sqs", &format!("arn:aws:sqs:{account}:q.fifo")).await,
        invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
    );
    assert!(refusal(&fifo, "lambda", FUNCTION).await.1.contains("Amazon SQS queues only"));
    let failure = engine
        .try_call("Subscribe", json!({"TopicArn": topic, "Protocol": "email", "Endpoint": "a@b.c"}))
        .await
        .unwrap_err();
    assert_eq!(failure.status, 501);
    assert!(failure.message.contains("the protocol email yet"), "{}", failure.message);
}

#[tokio::test]
async fn an_attribute_of_a_subscription_is_checked() {
    let engine = engine();
    let (topic, queue) = (engine.topic("t").await, engine.queue("q").await);
    let arn = engine.subscribe(&topic, &queue, json!({})).await;
    let set = |name: &str, value: &str| json!({"SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value});
    for (name, value, text) in [
        ("Fake", "x", "AttributeName"),
        ("RawMessageDelivery", "x", "RawMessageDelivery: Invalid value [x]. Must be true or false."),
        ("RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."),
        (
            "RedrivePolicy",
            "{\"deadLetterTargetArn\": \"fake\"}",
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
    ] {
        assert_eq!(engine.refusal("SetSubscriptionAttributes", set(name, value)).await, invalid(text));
    }
    let subscribe = json!({
        "TopicArn": topic, "Protocol": "lambda", "Endpoint": FUNCTION, "Attributes": {"RawMessageDelivery": "x"},
    });
    assert_eq!(
        engine.refusal("Subscribe", subscribe).await,
        invalid("Attributes Reason: RawMessageDelivery: Invalid value [x]. Must be true or false.")
    );
    engine.call("SetSubscriptionAttributes", set("FilterPolicy", "{\"a\": [1]}")).await;
    let shown = engine.call("GetSubscriptionAttributes", json!({"SubscriptionArn": arn})).await;
    assert_eq!(shown["Attributes"]["FilterPolicy"], "{\"a\": [1]}");
    assert_eq!(shown["Attributes"]["FilterPolicyScope"], "MessageAttributes");
    engine.call("SetSubscriptionAttributes", set("FilterPolicy", "{}")).await;
    let shown = engine.call("GetSubscriptionAttributes", json!({"SubscriptionArn": arn})).await;
    assert!(shown["Attributes"].get("FilterPolicy").is_none());
    assert!(shown["Attributes"].get("FilterPolicyScope").is_none());
}

#[tokio::test]
async fn lists_come_in_pages_of_a_hundred() {
    let engine = engine();
    for number in 0..101 {
        engine.topic(&format!("t{number}")).await;
    }
    let first = engine.call("ListTopics", json!({})).await;
    assert_eq!(first["Topics"].as_array().unwrap().len(), 100);
    let second = engine.call("ListTopics", json!({"NextToken": first["NextToken"]})).await;
    assert_eq!(second["Topics"].as_array().unwrap().len(), 1);
    assert!(second.get("NextToken").is_none());
}

#[tokio::test]
async fn tags_and_permissions_are_kept() {
    let engine = engine();
    let topic = engine.topic("t").await;
    let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
    engine.call("TagResource", json!({"ResourceArn": topic, "Tags": tags})).await;
    engine.call("UntagResource", json!({"ResourceArn": topic, "TagKeys": ["a"]})).await;
    let listed = engine.call("ListTagsForResource", json!({"ResourceArn": topic})).await;
    assert_eq!(listed, json!({"Tags": [{"Key": "b", "Value": "2"}]}));
    let absent = engine.refusal("ListTagsForResource", json!({"ResourceArn": format!("{topic}x")})).await;
    assert_eq!(absent, ("ResourceNotFound".to_owned(), "Resource does not exist".to_owned()));

    let grant = json!({
        "TopicArn": topic, "Label": "other", "AWSAccountId": ["111111111111"], "ActionName": ["Publish"],
    });
    engine.call("AddPermission", grant.clone()).await;
    assert_eq!(engine.refusal("AddPermission", grant).await, invalid("Statement already exists"));
    let shown = engine.call("GetTopicAttributes", json!({"TopicArn": topic})).await;
    let policy: Value = serde_json::from_str(shown["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(
        policy["Statement"][1],
        json!({
            "Sid": "other",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
            "Action": "SNS:Publish",
            "Resource": topic,
        })
    );
    engine.call("RemovePermission", json!({"TopicArn": topic, "Label": "other"})).await;
    let shown = engine.call("GetTopicAttributes", json!({"TopicArn": topic})).await;
    assert!(!shown["Attributes"]["Policy"].as_str().unwrap().contains("other"));
}

#[tokio::test]
async fn no_token_confirms_a_subscription_because_none_was_given_out() {
    let engine = engine();
    let topic = engine.topic("t").await;
    let refusal = |token: String| engine.refusal("ConfirmSubscription", json!({"TopicArn": topic, "Token": token}));
    assert_eq!(refusal("51b2".repeat(72)).await, invalid("Token"));
    assert_eq!(refusal("random".to_owned()).await, ("InvalidParameter".to_owned(), "Invalid token".to_owned()));
}
