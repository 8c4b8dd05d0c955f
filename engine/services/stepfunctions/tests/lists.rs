//! Lists go on where they were, whatever is deleted between their pages.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{ROLE, Stack, one_state, text};

/// Lists page by page, and deletes what a page showed before it asks for the next one; answers all that was shown.
async fn listed_and_deleted(stack: &Stack, list: (&str, Value, &str, &str), delete: (&str, &str)) -> Vec<String> {
    let (operation, mut request, member, arn) = list;
    let mut shown = Vec::new();
    loop {
        let page = stack.call(operation, request.clone()).await;
        for item in page[member].as_array().unwrap() {
            shown.push(text(&item[arn]));
            stack.call(delete.0, json!({delete.1: item[arn]})).await;
        }
        match page.get("nextToken") {
            Some(token) => request["nextToken"] = token.clone(),
            None => return shown,
        }
    }
}

#[tokio::test]
async fn what_a_page_showed_may_be_deleted_before_the_next_one() {
    let stack = Stack::in_memory(vec![]);
    let definition = one_state(json!({"Type": "Pass"}));
    let mut machines = Vec::new();
    let mut activities = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        machines.push(stack.machine(name, "STANDARD", &definition).await);
        activities.push(text(&stack.call("CreateActivity", json!({"name": name})).await["activityArn"]));
    }
    let arn = machines[0].clone();
    let mut versions = Vec::new();
    let mut aliases = Vec::new();
    for number in 1..=5 {
        let comment = one_state(json!({"Type": "Pass", "Comment": number.to_string()})).to_string();
        let update = json!({"stateMachineArn": arn, "definition": comment, "publish": true});
        let version = text(&stack.call("UpdateStateMachine", update).await["stateMachineVersionArn"]);
        let routes = json!([{"stateMachineVersionArn": version, "weight": 100}]);
        let alias = json!({"name": format!("alias-{number}"), "routingConfiguration": routes});
        aliases.push(text(&stack.call("CreateStateMachineAlias", alias).await["stateMachineAliasArn"]));
        versions.insert(0, version);
    }
    let of = |arn: &str| json!({"stateMachineArn": arn, "maxResults": 2});
    let list = ("ListStateMachineAliases", of(&arn), "stateMachineAliases", "stateMachineAliasArn");
    let delete = ("DeleteStateMachineAlias", "stateMachineAliasArn");
    assert_eq!(listed_and_deleted(&stack, list, delete).await, aliases);
    let list = ("ListStateMachineVersions", of(&arn), "stateMachineVersions", "stateMachineVersionArn");
    let delete = ("DeleteStateMachineVersion", "stateMachineVersionArn");
    assert_eq!(listed_and_deleted(&stack, list, delete).await, versions);
    let list = ("ListStateMachines", json!({"maxResults": 2}), "stateMachines", "stateMachineArn");
    assert_eq!(listed_and_deleted(&stack, list, ("DeleteStateMachine", "stateMachineArn")).await, machines);
    let list = ("ListActivities", json!({"maxResults": 2}), "activities", "activityArn");
    assert_eq!(listed_and_deleted(&stack, list, ("DeleteActivity", "activityArn")).await, activities);
}

#[tokio::test]
async fn activities_are_listed_by_name_with_when_they_were_made() {
    let stack = Stack::in_memory(vec![]);
    for name in ["second", "first"] {
        stack.call("CreateActivity", json!({"name": name})).await;
    }
    let listed = stack.call("ListActivities", json!({})).await;
    let names: Vec<&Value> =
        listed["activities"].as_array().unwrap().iter().map(|activity| &activity["name"]).collect();
    assert_eq!(names, ["first", "second"]);
    assert_eq!(listed["activities"][0]["creationDate"], support::start().as_epoch_seconds());
    assert_eq!(listed.get("nextToken"), None);
    assert_eq!(stack.error("ListActivities", json!({"nextToken": "nonsense"})).await.code, "InvalidToken");
    // A token of another list is none of this one.
    let definition = one_state(json!({"Type": "Pass"})).to_string();
    for name in ["m1", "m2"] {
        stack.call("CreateStateMachine", json!({"name": name, "definition": definition, "roleArn": ROLE})).await;
    }
    let machines = stack.call("ListStateMachines", json!({"maxResults": 1})).await;
    let versions =
        json!({"stateMachineArn": machines["stateMachines"][0]["stateMachineArn"], "nextToken": machines["nextToken"]});
    assert_eq!(stack.error("ListStateMachineVersions", versions).await.code, "InvalidToken");
}

#[tokio::test]
async fn a_machine_that_is_not_there_has_no_versions_and_a_map_run_has_an_arn_of_its_own() {
    let stack = Stack::in_memory(vec![]);
    let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:none";
    let versions = stack.call("ListStateMachineVersions", json!({"stateMachineArn": machine})).await;
    assert_eq!(versions, json!({"stateMachineVersions": []}));
    for operation in ["DescribeMapRun", "UpdateMapRun", "ListExecutions"] {
        let refused = stack.error(operation, json!({"mapRunArn": machine})).await;
        assert_eq!(refused.message, "Invalid Arn: 'Resource type not valid in this context: stateMachine'");
    }
}
