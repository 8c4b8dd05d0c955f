//! Versions and aliases of state machines.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{ROLE, Stack, one_state, text};

/// A machine with that many versions; answers its ARN.
async fn machine(stack: &Stack, versions: u64) -> String {
    let mut arn = String::new();
    for version in 1..=versions {
        let definition = one_state(json!({"Type": "Pass", "Comment": version.to_string()})).to_string();
        let made = match version {
            1 => stack.call(
                "CreateStateMachine",
                json!({"name": "m", "definition": definition, "roleArn": ROLE, "publish": true}),
            ),
            _ => stack
                .call("UpdateStateMachine", json!({"stateMachineArn": arn, "definition": definition, "publish": true})),
        };
        if let Some(created) = made.await["stateMachineArn"].as_str() {
            created.clone_into(&mut arn);
        }
    }
    arn
}

async fn alias(stack: &Stack, name: &str, version: &str) -> String {
    let routes = json!([{"stateMachineVersionArn": version, "weight": 100}]);
    text(
        &stack.call("CreateStateMachineAlias", json!({"name": name, "routingConfiguration": routes})).await["stateMachineAliasArn"],
    )
}

#[tokio::test]
async fn deleting_or_changing_by_a_versions_or_aliass_arn_leaves_the_machine_alone() {
    let stack = Stack::in_memory(vec![]);
    let arn = machine(&stack, 2).await;
    let live = alias(&stack, "live", &format!("{arn}:1")).await;
    for qualified in [format!("{arn}:1"), format!("{arn}:99"), live.clone(), format!("{arn}/label")] {
        for (operation, request) in [
            ("DeleteStateMachine", json!({"stateMachineArn": qualified})),
            (
                "UpdateStateMachine",
                json!({"stateMachineArn": qualified, "roleArn": "arn:aws:iam::000000000000:role/other"}),
            ),
            ("PublishStateMachineVersion", json!({"stateMachineArn": qualified})),
        ] {
            assert_eq!(stack.error(operation, request).await.code, "ValidationException", "{operation} {qualified}");
        }
    }
    let described = stack.call("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!(described["roleArn"], ROLE);
    stack.call("DescribeStateMachineAlias", json!({"stateMachineAliasArn": live})).await;
    stack.call("DeleteStateMachine", json!({"stateMachineArn": arn})).await;
    let gone = stack.error("DescribeStateMachine", json!({"stateMachineArn": format!("{arn}:1")})).await;
    assert_eq!(gone.code, "StateMachineDoesNotExist");
}

#[tokio::test]
async fn an_update_of_an_alias_changes_what_it_names_and_keeps_the_rest() {
    let stack = Stack::in_memory(vec![]);
    let arn = machine(&stack, 2).await;
    let live = alias(&stack, "live", &format!("{arn}:1")).await;
    let update = json!({"stateMachineAliasArn": live, "description": "what is live"});
    stack.call("UpdateStateMachineAlias", update).await;
    let routes = json!([
        {"stateMachineVersionArn": format!("{arn}:1"), "weight": 10},
        {"stateMachineVersionArn": format!("{arn}:2"), "weight": 90},
    ]);
    stack.call("UpdateStateMachineAlias", json!({"stateMachineAliasArn": live, "routingConfiguration": routes})).await;
    let described = stack.call("DescribeStateMachineAlias", json!({"stateMachineAliasArn": live})).await;
    assert_eq!(
        (&described["name"], &described["description"], &described["routingConfiguration"]),
        (&json!("live"), &json!("what is live"), &routes)
    );
    let nothing = stack.error("UpdateStateMachineAlias", json!({"stateMachineAliasArn": live})).await;
    assert_eq!(nothing.code, "ValidationException");
    let absent = json!({"stateMachineAliasArn": format!("{arn}:other"), "description": "d"});
    for operation in ["UpdateStateMachineAlias", "DescribeStateMachineAlias"] {
        assert_eq!(stack.error(operation, absent.clone()).await.code, "ResourceNotFound", "{operation}");
    }
}

#[tokio::test]
async fn an_alias_routes_to_versions_of_one_machine() {
    let stack = Stack::in_memory(vec![]);
    let arn = machine(&stack, 1).await;
    let create = |routes: Value| json!({"name": "live", "routingConfiguration": routes});
    let to_machine = create(json!([{"stateMachineVersionArn": arn, "weight": 100}]));
    assert_eq!(
        stack.error("CreateStateMachineAlias", to_machine).await.message,
        format!("Routing configuration must contain state machine version ARNs. Received: [{arn}]")
    );
    let to_none = create(json!([{"stateMachineVersionArn": format!("{arn}:7"), "weight": 100}]));
    assert_eq!(stack.error("CreateStateMachineAlias", to_none).await.code, "ResourceNotFound");
    let twice = create(json!([
        {"stateMachineVersionArn": format!("{arn}:1"), "weight": 50},
        {"stateMachineVersionArn": format!("{arn}:1"), "weight": 50},
    ]));
    assert_eq!(
        stack.error("CreateStateMachineAlias", twice).await.message,
        format!("Routing configuration must contain distinct state machine version ARNs. Received: [{arn}:1, {arn}:1]")
    );
}
