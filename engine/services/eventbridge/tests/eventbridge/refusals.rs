//! What AWS refuses of rules, targets, buses and policies.

use serde_json::{Value, json};

use crate::engine::{Engine, ROLE, arn, engine};

/// What PutTargets answers for one target `t` with these members besides.
async fn refusal(engine: &Engine, members: Value) -> String {
    let mut target = json!({"Id": "t", "Arn": arn("sqs", "q")});
    target.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let (code, message) = engine.refusal("PutTargets", json!({"Rule": "r", "Targets": [target]})).await;
    assert_eq!(code, "ValidationException", "{message}");
    message
}

async fn engine_with_rule() -> Engine {
    let engine = engine();
    engine.call("PutRule", json!({"Name": "r", "EventPattern": r#"{"source":["s"]}"#})).await;
    engine
}

#[tokio::test]
async fn a_target_of_another_region_or_account_is_refused_and_not_taken_for_our_own() {
    let engine = engine_with_rule().await;
    engine.queue("q").await;
    let foreign = |region: &str, account: &str| {
        format!("sluice has no resources of the account {account} in the Region {region}: ")
    };
    for (region, account) in [("eu-west-1", "000000000000"), ("us-east-1", "111111111111")] {
        let queue = format!("arn:aws:sqs:{region}:{account}:q");
        let told = refusal(&engine, json!({"Arn": queue, "RoleArn": ROLE})).await;
        assert_eq!(told, foreign(region, account) + &queue);
        let bus = json!({"Name": "b", "DeadLetterConfig": {"Arn": queue}});
        assert!(engine.refusal("CreateEventBus", bus).await.1.contains(&queue));
    }
    let bus = "arn:aws:events:eu-west-1:111111111111:event-bus/b";
    assert_eq!(
        refusal(&engine, json!({"Arn": bus, "RoleArn": ROLE})).await,
        foreign("eu-west-1", "111111111111") + bus
    );
    let topic = "arn:aws:sns:us-east-1:111111111111:t";
    assert_eq!(refusal(&engine, json!({"Arn": topic})).await, format!("RoleArn is required for target {topic}."));
    assert_eq!(engine.call("ListTargetsByRule", json!({"Rule": "r"})).await["Targets"], json!([]));
}

#[tokio::test]
async fn a_dead_letter_queue_is_a_standard_queue_of_the_same_region() {
    let engine = engine_with_rule().await;
    for (queue, text) in [
        ("arn:aws:sns:us-east-1:000000000000:t", "sns is not supported as a dead letter resource"),
        ("arn:aws:sqs:us-east-1:000000000000:d.fifo", "SQS FIFO is not supported by Dead Letter Queues"),
        (
            "arn:aws:sqs:eu-west-1:000000000000:d",
            "Parameter DeadLetterConfig is not valid. Reason: The dead-letter queue arn:aws:sqs:eu-west-1:000000000000:d is \
             not in the Region us-east-1.",
        ),
    ] {
        let config = json!({"Arn": queue});
        assert_eq!(refusal(&engine, json!({ "DeadLetterConfig": config })).await, text);
        let bus = json!({"Name": "b", "DeadLetterConfig": config});
        assert_eq!(engine.refusal("CreateEventBus", bus).await.1, text);
    }
}

#[tokio::test]
async fn a_target_lacks_nothing_that_its_kind_needs_and_has_nothing_of_another() {
    let engine = engine_with_rule().await;
    for resource in [arn("states", "stateMachine:m"), arn("events", "event-bus/b"), arn("firehose", "deliverystream/s")]
    {
        let told = refusal(&engine, json!({ "Arn": resource })).await;
        assert_eq!(told, format!("RoleArn is required for target {resource}."));
    }
    // The rule's own role does for all of its targets.
    let with_role = json!({"Name": "r2", "EventPattern": r#"{"source":["s"]}"#, "RoleArn": ROLE});
    engine.call("PutRule", with_role).await;
    let machine = json!({"Id": "m", "Arn": arn("states", "stateMachine:m")});
    engine.call("PutTargets", json!({"Rule": "r2", "Targets": [machine]})).await;
    assert_eq!(
        refusal(&engine, json!({"Arn": arn("sqs", "q.fifo")})).await,
        "Parameter(s) SqsParameters must be specified for target: t."
    );
    assert_eq!(
        refusal(&engine, json!({"HttpParameters": {"PathParameterValues": ["a"]}})).await,
        "Parameter(s) HttpParameters not supported for target: t."
    );
    let twice =
        json!({"Rule": "r", "Targets": [{"Id": "x", "Arn": arn("sqs", "a")}, {"Id": "x", "Arn": arn("sqs", "b")}]});
    assert_eq!(
        engine.refusal("PutTargets", twice).await.1,
        "Parameter targets is not valid. Reason: More than one target with Id 'x' is provided."
    );
}

#[tokio::test]
async fn an_input_that_makes_no_json_is_refused() {
    let engine = engine_with_rule().await;
    assert_eq!(
        refusal(&engine, json!({"Input": "env:dev"})).await,
        "JSON syntax error in input for target t: [Source: (String)\"env:dev\"; line: 1, column: 4]"
    );
    let path = "InputPath for target t is invalid.";
    for text in ["detail", "$.detail['k']", "$.detail[\"k\"]"] {
        assert_eq!(refusal(&engine, json!({ "InputPath": text })).await, path, "{text}");
        let transformer = json!({"InputPathsMap": {"k": text}, "InputTemplate": "<k>"});
        assert_eq!(refusal(&engine, json!({ "InputTransformer": transformer })).await, path, "{text}");
    }
    for template in ["[<aws.events.event.json>]", "\"<aws.events.event.json>\""] {
        let transformer = json!({ "InputTemplate": template });
        assert_eq!(
            refusal(&engine, json!({ "InputTransformer": transformer })).await,
            "InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template."
        );
    }
    let paths: Value = (0..=100).map(|number| (format!("p{number}"), json!("$.detail"))).collect();
    let transformer = json!({"InputPathsMap": paths, "InputTemplate": "<p0>"});
    let told = refusal(&engine, json!({ "InputTransformer": transformer })).await;
    assert!(told.ends_with("Member must have length less than or equal to 100"), "{told}");
    let transformer = json!({"InputPathsMap": {"aws.events.rule-name": "$.detail"}, "InputTemplate": "{}"});
    let told = refusal(&engine, json!({ "InputTransformer": transformer })).await;
    assert!(told.contains("Map keys must satisfy constraint"), "{told}");
    let told = refusal(&engine, json!({ "Input": format!("\"{}\"", "x".repeat(8192)) })).await;
    assert!(told.contains("at 'targets.1.member.input' failed"), "{told}");
}

#[tokio::test]
async fn rules_and_lists_keep_to_the_bounds_of_the_model() {
    let engine = engine_with_rule().await;
    let pattern = |length: usize| json!({"source": ["x".repeat(length)]}).to_string();
    engine.call("PutRule", json!({"Name": "p", "EventPattern": pattern(2000)})).await;
    let long = engine.refusal("PutRule", json!({"Name": "p", "EventPattern": pattern(2100)})).await;
    assert_eq!(long.1, "Parameter EventPattern for rule p exceeds limit of 2048.");
    for (operation, input, text) in [
        ("PutRule", json!({"Name": "p", "EventPattern": pattern(5000)}), "length less than or equal to 4096"),
        ("PutRule", json!({"Name": "p", "Description": "x".repeat(513)}), "length less than or equal to 512"),
        ("ListRules", json!({"Limit": 101}), "value less than or equal to 100"),
        ("ListRules", json!({"Limit": 0}), "value greater than or equal to 1"),
        ("ListReplays", json!({"State": "DONE"}), "Member must satisfy enum value set: [STARTING, RUNNING"),
        ("ListArchives", json!({"State": "DONE"}), "Member must satisfy enum value set: [ENABLED"),
        ("CreateEventBus", json!({"Name": "b", "LogConfig": {"Level": "ALL"}}), "enum value set: [OFF, ERROR"),
    ] {
        let (code, message) = engine.refusal(operation, input).await;
        assert_eq!(code, "ValidationException", "{message}");
        assert!(message.contains(text), "{message}");
    }
}

#[tokio::test]
async fn a_bus_has_a_plain_name_no_key_and_a_policy_of_whole_statements() {
    let engine = engine();
    let named = engine.refusal("CreateEventBus", json!({"Name": "team/bus"})).await;
    assert_eq!(named.1, "Event bus name must not contain '/'");
    let key = engine.refusal("CreateEventBus", json!({"Name": "b", "KmsKeyIdentifier": "alias/k"})).await;
    assert_eq!(key.1, "sluice does not implement buses under a KMS key yet: alias/k");
    let key = engine.refusal("UpdateEventBus", json!({"KmsKeyIdentifier": "alias/k"})).await;
    assert_eq!(key.1, "sluice does not implement buses under a KMS key yet: alias/k");
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "*"});
    let policy =
        |statement: &Value| json!({"Policy": json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()});
    engine.call("PutPermission", policy(&statement)).await;
    for member in ["Effect", "Principal", "Action", "Resource"] {
        let mut broken = statement.clone();
        broken.as_object_mut().unwrap().remove(member);
        let refused = engine.refusal("PutPermission", policy(&broken)).await;
        let text = format!("Parameter Policy is not valid. Reason: A statement of the policy has no valid {member}.");
        assert_eq!(refused.1, text);
    }
}
