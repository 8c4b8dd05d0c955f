//! Buses, rules, targets and PutEvents, as a caller of the API sees them.

use crate::engine::{ROLE, arn, engine};
use serde_json::{Value, json};
use service::Service;

#[tokio::test]
async fn an_event_reaches_a_queue_with_the_keys_of_its_envelope_in_order() {
    let engine = engine();
    let queue = engine.queue("q").await;
    engine.rule("r", r#"{"source":["s"]}"#, &queue, json!({})).await;
    let entry = json!({"Source": "s", "DetailType": "t", "Detail": "{ \"n\" : 1.0 }", "Resources": ["x"]});
    let answer = engine.call("PutEvents", json!({"Entries": [entry]})).await;
    let id = answer["Entries"][0]["EventId"].as_str().unwrap();
    assert_eq!(answer, json!({"FailedEntryCount": 0, "Entries": [{"EventId": id}]}));
    let messages = engine.receive("q", 1).await;
    let expected = format!(
        "{{\"version\":\"0\",\"id\":\"{id}\",\"detail-type\":\"t\",\"source\":\"s\",\"account\":\"000000000000\",\
         \"time\":\"2027-01-15T08:00:00Z\",\"region\":\"us-east-1\",\"resources\":[\"x\"],\"detail\":{{\"n\":1.0}}}}"
    );
    assert_eq!(messages[0]["Body"], expected);
}

#[tokio::test]
async fn entries_fail_one_by_one_and_the_others_are_delivered() {
    let engine = engine();
    let queue = engine.queue("q").await;
    engine.rule("r", r#"{"source":["s"]}"#, &queue, json!({})).await;
    let entries = json!([
        {"Source": "", "DetailType": "t", "Detail": "{}"},
        {"Source": "s", "DetailType": "t", "Detail": "{}"},
        {"Source": "s", "DetailType": "t", "Detail": "[]"},
        {"Source": "s", "DetailType": "t", "Detail": "{}", "EventBusName": "nowhere"},
    ]);
    let answer = engine.call("PutEvents", json!({ "Entries": entries })).await;
    assert_eq!(answer["FailedEntryCount"], 2);
    let message = "Parameter Source is not valid. Reason: Source is a required argument.";
    assert_eq!(answer["Entries"][0], json!({"ErrorCode": "InvalidArgument", "ErrorMessage": message}));
    assert_eq!(answer["Entries"][2]["ErrorCode"], "MalformedDetail");
    assert!(answer["Entries"][3]["EventId"].is_string(), "an event for no bus is accepted and dropped");
    assert_eq!(engine.receive("q", 1).await.len(), 1);
}

#[tokio::test]
async fn only_services_of_the_engine_put_events_with_sources_of_aws() {
    let engine = engine();
    let queue = engine.queue("q").await;
    engine.rule("r", r#"{"source":["aws.states"]}"#, &queue, json!({})).await;
    let entries = json!({"Entries": [{"Source": "aws.states", "DetailType": "t", "Detail": "{}"}]});
    let refused = engine.call("PutEvents", entries.clone()).await;
    assert_eq!(refused["Entries"][0]["ErrorCode"], "NotAuthorizedForSourceException");
    let accepted = engine.call("PutServiceEvents", entries).await;
    let id = &accepted["Entries"][0]["EventId"];
    assert_eq!(crate::engine::body(&engine.receive("q", 1).await[0])["id"], *id);
    assert!(!engine.bridge.api().operations.built.contains(&"PutServiceEvents"), "the wire does not reach it");
}

#[tokio::test]
async fn a_service_can_ask_whether_anybody_hears_it() {
    let engine = engine();
    let heard =
        async |source: &str| engine.call("HearsServiceEvents", json!({ "Source": source })).await["Heard"] == true;
    assert!(!heard("aws.states").await);
    let queue = engine.queue("q").await;
    engine.rule("uploads", r#"{"source":["aws.s3"]}"#, &queue, json!({})).await;
    assert!(heard("aws.s3").await);
    assert!(!heard("aws.states").await, "the one rule lists its sources");
    engine.rule("all", r#"{"source":[{"prefix":"aws."}]}"#, &queue, json!({})).await;
    assert!(heard("aws.states").await);
    engine.call("DisableRule", json!({"Name": "all"})).await;
    assert!(!heard("aws.states").await);
    engine.call("PutRule", json!({"Name": "idle", "EventPattern": r#"{"detail-type":["t"]}"#})).await;
    assert!(!heard("aws.states").await, "a rule without targets has no effect");
}

#[tokio::test]
async fn each_kind_of_target_is_called_in_its_own_way() {
    let engine = engine();
    let queue = engine.queue("q").await;
    engine.call("CreateEventBus", json!({"Name": "other"})).await;
    engine.call("PutRule", json!({"Name": "on", "EventBusName": "other", "EventPattern": r#"{"source":["s"]}"#})).await;
    let target = json!({"Id": "q", "Arn": queue, "InputPath": "$.detail.n"});
    engine.call("PutTargets", json!({"Rule": "on", "EventBusName": "other", "Targets": [target]})).await;
    engine.call("PutRule", json!({"Name": "r", "EventPattern": r#"{"source":["s"]}"#})).await;
    let (function, machine) = (arn("lambda", "function:f"), arn("states", "stateMachine:m"));
    let targets = json!([
        {"Id": "f", "Arn": function, "Input": r#"{"fixed":true}"#},
        {"Id": "m", "Arn": machine, "RoleArn": ROLE, "InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": r#"{"got":<n>}"#}},
        {"Id": "b", "Arn": arn("events", "event-bus/other"), "RoleArn": ROLE},
    ]);
    engine.call("PutTargets", json!({"Rule": "r", "Targets": targets})).await;
    let id = engine.put("s", json!({"n": 7})).await;
    assert_eq!(engine.receive("q", 1).await[0]["Body"], "7");
    crate::engine::until("both doubles to be called", async || engine.lambda.count() + engine.states.count() == 2)
        .await;
    let call = json!({"FunctionName": function, "InvocationType": "Event", "Payload": {"fixed": true}});
    assert_eq!(engine.lambda.inputs(), [call]);
    let start = &engine.states.inputs()[0];
    assert_eq!((&start["stateMachineArn"], &start["input"]), (&json!(machine), &json!(r#"{"got":7}"#)));
    let name = start["name"].as_str().unwrap();
    assert!(name.starts_with(&format!("{id}_")) && name.len() <= 80, "{name}");
}

#[tokio::test]
async fn a_disabled_or_deleted_rule_gets_nothing() {
    let engine = engine();
    let queue = engine.queue("q").await;
    engine.rule("r", r#"{"source":["s"]}"#, &queue, json!({})).await;
    engine.call("DisableRule", json!({"Name": "r"})).await;
    engine.put("s", json!({"n": 1})).await;
    engine.call("EnableRule", json!({"Name": "r"})).await;
    engine.put("s", json!({"n": 2})).await;
    let messages = engine.receive("q", 1).await;
    assert_eq!((messages.len(), &crate::engine::body(&messages[0])["detail"]["n"]), (1, &json!(2)));
    let input = json!({"Name": "r", "EventPattern": r#"{"source":["s"]}"#, "ScheduleExpression": ""});
    engine.call("PutRule", input).await;
    let refused = engine.refusal("DeleteRule", json!({"Name": "r"})).await;
    assert_eq!(refused.1, "Rule can't be deleted since it has targets.");
    engine.call("RemoveTargets", json!({"Rule": "r", "Ids": ["t"]})).await;
    engine.call("DeleteRule", json!({"Name": "r"})).await;
    engine.call("DeleteRule", json!({"Name": "r"})).await;
    let expected = ("ResourceNotFoundException".to_owned(), "Rule r does not exist on EventBus default.".to_owned());
    assert_eq!(engine.refusal("DescribeRule", json!({"Name": "r"})).await, expected);
}

#[tokio::test]
async fn refusals_have_the_texts_of_aws() {
    let engine = engine();
    let queue = engine.queue("q").await;
    engine.rule("r", r#"{"source":["s"]}"#, &queue, json!({})).await;
    let target = |more: Value| {
        let mut target = json!({"Id": "t", "Arn": queue});
        target.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"Rule": "r", "Targets": [target]})
    };
    let many: Vec<Value> = (0..6).map(|n| json!({"Id": format!("t{n}"), "Arn": queue})).collect();
    let schedule = json!({"Name": "x", "ScheduleExpression": "rate(1 minute)", "EventBusName": "b"});
    let template = json!({"InputTransformer": {"InputTemplate": "<x>"}});
    for (operation, input, code, message) in [
        ("DeleteEventBus", json!({"Name": "default"}), "ValidationException", "Cannot delete event bus default."),
        ("DescribeEventBus", json!({"Name": "b"}), "ResourceNotFoundException", "Event bus b does not exist."),
        (
            "CreateEventBus",
            json!({"Name": "default"}),
            "ResourceAlreadyExistsException",
            "Event bus default already exists.",
        ),
        (
            "PutRule",
            json!({"Name": "x", "EventBusName": "b", "EventPattern": r#"{"a":[1]}"#}),
            "ResourceNotFoundException",
            "Event bus b does not exist.",
        ),
        ("PutRule", schedule, "ValidationException", "ScheduleExpression is supported only on the default event bus."),
        (
            "PutRule",
            json!({"Name": "x", "EventPattern": "{}"}),
            "InvalidEventPatternException",
            "Event pattern is not valid. Reason: Empty objects are not allowed",
        ),
        (
            "PutTargets",
            json!({"Rule": "r", "Targets": many}),
            "LimitExceededException",
            "The requested resource exceeds the maximum number allowed.",
        ),
        (
            "PutTargets",
            target(json!({"Input": "{}", "InputPath": "$"})),
            "ValidationException",
            "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
        ),
        (
            "PutTargets",
            target(template),
            "ValidationException",
            "InputTemplate for target t contains invalid placeholder <x>.",
        ),
        (
            "TestEventPattern",
            json!({"EventPattern": r#"{"a":[1]}"#, "Event": "{}"}),
            "ValidationException",
            "Parameter Event is not valid.",
        ),
    ] {
        let refusal = engine.refusal(operation, input.clone()).await;
        assert_eq!(refusal.0, code, "{operation} {input}");
        assert!(refusal.1.starts_with(message), "{operation} {input}: {}", refusal.1);
    }
    let error = engine.try_call("PutPartnerEvents", json!({})).await.unwrap_err();
    assert_eq!(error.message, "sluice does not implement PutPartnerEvents of EventBridge yet");
}

#[tokio::test]
async fn what_was_declared_is_described_listed_in_pages_and_tagged() {
    let engine = engine();
    let created = engine
        .call("CreateEventBus", json!({"Name": "b", "Description": "d", "Tags": [{"Key": "k", "Value": "v"}]}))
        .await;
    let bus_arn = arn("events", "event-bus/b");
    assert_eq!(created, json!({"EventBusArn": bus_arn, "Description": "d"}));
    for name in ["a1", "a2", "z"] {
        let rule =
            json!({"Name": name, "EventBusName": bus_arn, "EventPattern": r#"{"source":["s"]}"#, "Description": name});
        assert_eq!(engine.call("PutRule", rule).await["RuleArn"], arn("events", &format!("rule/b/{name}")));
    }
    let first = engine.call("ListRules", json!({"EventBusName": "b", "NamePrefix": "a", "Limit": 1})).await;
    assert_eq!(first["Rules"][0]["Name"], "a1");
    let rest = json!({"EventBusName": "b", "NamePrefix": "a", "NextToken": first["NextToken"]});
    let rest = engine.call("ListRules", rest).await;
    let item = json!({
        "Arn": arn("events", "rule/b/a2"), "Description": "a2", "EventBusName": "b",
        "EventPattern": r#"{"source":["s"]}"#, "Name": "a2", "State": "ENABLED",
    });
    assert_eq!(rest, json!({ "Rules": [item] }));
    let tags = engine.call("ListTagsForResource", json!({"ResourceARN": bus_arn})).await;
    assert_eq!(tags, json!({"Tags": [{"Key": "k", "Value": "v"}]}));
    let rule_arn = arn("events", "rule/b/z");
    engine.call("TagResource", json!({"ResourceARN": rule_arn, "Tags": [{"Key": "a", "Value": "1"}]})).await;
    engine.call("UntagResource", json!({"ResourceARN": rule_arn, "TagKeys": ["a"]})).await;
    assert_eq!(engine.call("ListTagsForResource", json!({"ResourceARN": rule_arn})).await, json!({"Tags": []}));
    let names = engine.call("ListEventBuses", json!({})).await;
    let names: Vec<_> = names["EventBuses"].as_array().unwrap().iter().map(|bus| bus["Name"].clone()).collect();
    assert_eq!(names, ["b", "default"]);
}

#[tokio::test]
async fn listeners_hear_the_events_of_their_bus_or_of_all() {
    let engine = engine();
    engine.call("CreateEventBus", json!({"Name": "b"})).await;
    let (mut all, mut one) = (engine.bridge.subscribe(None), engine.bridge.subscribe(Some("b")));
    engine.put("s", json!({})).await;
    engine
        .call(
            "PutEvents",
            json!({"Entries": [{"Source": "s2", "DetailType": "t", "Detail": "{}", "EventBusName": "b"}]}),
        )
        .await;
    assert_eq!(all.try_recv().unwrap().bus, "default");
    assert_eq!(all.try_recv().unwrap().bus, "b");
    let heard = one.try_recv().unwrap();
    assert!(heard.event.contains(r#""source":"s2""#) && one.try_recv().is_err());
}
