//! Mobile push: applications, endpoints, and what devices would have got.

use serde_json::{Value, json};

use crate::engine::{Engine, engine};

async fn application(engine: &Engine, platform: &str) -> String {
    let input = json!({"Name": "todos", "Platform": platform, "Attributes": {"PlatformCredential": "secret"}});
    let answer = engine.call("CreatePlatformApplication", input).await;
    answer["PlatformApplicationArn"].as_str().unwrap().to_owned()
}

async fn endpoint(engine: &Engine, application: &str, token: &str) -> String {
    let answer =
        engine.call("CreatePlatformEndpoint", json!({"PlatformApplicationArn": application, "Token": token})).await;
    answer["EndpointArn"].as_str().unwrap().to_owned()
}

/// One text for all, and one of their own for Apple's and Google's devices.
fn structured() -> String {
    json!({
        "default": "milk is due",
        "APNS": json!({"aps": {"alert": {"title": "Due", "body": "milk"}, "sound": "default"}}).to_string(),
        "GCM": json!({"notification": {"title": "Due", "body": "milk"}, "data": {"todoId": "1"}}).to_string(),
    })
    .to_string()
}

#[tokio::test]
async fn each_device_gets_the_payload_of_its_platform() {
    let engine = engine();
    for platform in ["APNS", "GCM", "ADM"] {
        let application = application(&engine, platform).await;
        let device = endpoint(&engine, &application, "token").await;
        assert!(
            device.starts_with(&format!("arn:aws:sns:us-east-1:000000000000:endpoint/{platform}/todos/")),
            "{device}"
        );
        let input = json!({"TargetArn": device, "Message": structured(), "MessageStructure": "json"});
        assert!(engine.call("Publish", input).await["MessageId"].is_string());
    }
    let pushes = engine.pushes().await;
    let payloads: Vec<_> = pushes.iter().map(|push| (push.platform.as_str(), push.payload.clone())).collect();
    assert_eq!(
        payloads,
        [
            ("APNS", json!({"aps": {"alert": {"title": "Due", "body": "milk"}, "sound": "default"}})),
            ("GCM", json!({"notification": {"title": "Due", "body": "milk"}, "data": {"todoId": "1"}})),
            ("ADM", json!({"data": {"default": "milk is due"}})),
        ]
    );
    assert_eq!((pushes[0].token.as_str(), pushes[0].sent_at.as_str()), ("token", "2027-01-15T08:00:00.123Z"));
}

#[tokio::test]
async fn a_token_has_one_endpoint_of_an_application() {
    let engine = engine();
    let application = application(&engine, "GCM").await;
    let first = endpoint(&engine, &application, "token").await;
    assert_eq!(endpoint(&engine, &application, "token").await, first);
    let other = json!({"PlatformApplicationArn": application, "Token": "token", "CustomUserData": "ann"});
    let (code, message) = engine.refusal("CreatePlatformEndpoint", other).await;
    assert_eq!(code, "InvalidParameter");
    assert_eq!(
        message,
        format!(
            "Invalid parameter: Token Reason: Endpoint {first} already exists with the same Token, but different attributes."
        )
    );
    endpoint(&engine, &application, "another").await;
    let listed =
        engine.call("ListEndpointsByPlatformApplication", json!({"PlatformApplicationArn": application})).await;
    assert_eq!(listed["Endpoints"].as_array().unwrap().len(), 2);
    engine.call("DeletePlatformApplication", json!({"PlatformApplicationArn": application})).await;
    let gone = engine.refusal("GetEndpointAttributes", json!({"EndpointArn": first})).await;
    assert_eq!(gone, ("NotFound".to_owned(), "Endpoint does not exist".to_owned()));
}

#[tokio::test]
async fn a_device_that_is_disabled_gets_nothing() {
    let engine = engine();
    let application = application(&engine, "APNS").await;
    let device = endpoint(&engine, &application, "token").await;
    let set = |enabled: &str| json!({"EndpointArn": device, "Attributes": {"Enabled": enabled}});
    let publish = json!({"TargetArn": device, "Message": "hi"});
    engine.call("SetEndpointAttributes", set("FALSE")).await;
    let refused = engine.refusal("Publish", publish.clone()).await;
    assert_eq!(refused, ("EndpointDisabled".to_owned(), "Endpoint is disabled".to_owned()));
    engine.call("SetEndpointAttributes", set("true")).await;
    engine.call("Publish", publish.clone()).await;
    let off = json!({"PlatformApplicationArn": application, "Attributes": {"Enabled": "false"}});
    engine.call("SetPlatformApplicationAttributes", off).await;
    assert_eq!(engine.refusal("Publish", publish.clone()).await.0, "PlatformApplicationDisabled");
    engine.call("DeleteEndpoint", json!({"EndpointArn": device})).await;
    let (_, message) = engine.refusal("Publish", publish).await;
    assert_eq!(message, "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified");
    assert_eq!(engine.pushes().await.len(), 1);
}

#[tokio::test]
async fn a_topic_pushes_to_the_devices_that_subscribe() {
    let engine = engine();
    let topic = engine.topic("reminders").await;
    let application = application(&engine, "GCM").await;
    let device = endpoint(&engine, &application, "token").await;
    let subscribe = json!({"TopicArn": topic, "Protocol": "application", "Endpoint": device});
    engine.call("Subscribe", subscribe).await;
    engine.call("Publish", json!({"TopicArn": topic, "Message": structured(), "MessageStructure": "json"})).await;
    engine.until_delivered().await;
    assert_eq!(engine.pushes().await[0].payload["data"], json!({"todoId": "1"}));
}

#[tokio::test]
async fn credentials_are_never_shown_and_mistakes_are_named() {
    let engine = engine();
    let arn = application(&engine, "APNS").await;
    let shown = engine.call("GetPlatformApplicationAttributes", json!({"PlatformApplicationArn": arn})).await;
    assert_eq!(shown["Attributes"], json!({"Enabled": "true"}));
    let create = |platform: &str, attributes: Value| {
        engine
            .refusal("CreatePlatformApplication", json!({"Name": "x", "Platform": platform, "Attributes": attributes}))
    };
    for (platform, attributes, reason) in [
        ("NOKIA", json!({}), "Platform Reason: NOKIA is not supported"),
        ("GCM", json!({}), "Attributes Reason: Platform credentials are invalid"),
        ("GCM", json!({"Color": "red"}), "Attributes Reason: Invalid attribute name: Color"),
    ] {
        let (_, message) = create(platform, attributes).await;
        assert_eq!(message, format!("Invalid parameter: {reason}"));
    }
    let unknown = json!({"PlatformApplicationArn": "arn:aws:sns:us-east-1:000000000000:app/GCM/none", "Token": "t"});
    let refused = engine.refusal("CreatePlatformEndpoint", unknown).await;
    assert_eq!(refused, ("NotFound".to_owned(), "PlatformApplication does not exist".to_owned()));
}
